import type { TableStream } from "../dynamodb/stream.ts";
import { accessDenied } from "../sqs/authorization.ts";
import type { Queue } from "../sqs/queue.ts";
import type { Access, Session } from "./access.ts";
import type { Need } from "./decide.ts";
import { Standing } from "./standing.ts";

export type PolledQueue = Pick<Queue, "definition" | "onAvailable" | "receiveNow" | "delete">;
export type PolledStream = Pick<TableStream, "open" | "read" | "closed" | "onArrival">;

/**
 * A queue as Lambda polls it, by the function's role (Lambda Developer Guide, using Lambda with
 * Amazon SQS, execution role permissions). Without ReceiveMessage and GetQueueAttributes nothing is
 * taken from it; without DeleteMessage what was handled comes again.
 *
 * @throws Error in Lambda's words when the role may not: CreateEventSourceMapping is refused then
 */
export function queueAsRole(queue: Queue, access: Access, session: Session): PolledQueue {
  const { arn } = queue.definition;
  const need = (operation: string): Need => ({ action: `sqs:${operation}`, resource: arn });
  for (const operation of ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"]) {
    checkQueueAccess(operation, need(operation), access, session);
  }
  const polling = new Standing(access, session, [
    need("ReceiveMessage"),
    need("GetQueueAttributes"),
  ]);
  return {
    definition: queue.definition,
    onAvailable: (callback) => queue.onAvailable(callback),
    receiveNow: (request) => (polling.allowed ? queue.receiveNow(request) : []),
    delete(receiptHandle) {
      const refusal = access.authorize(session, [need("DeleteMessage")]);
      if (refusal !== undefined) throw accessDenied(refusal.message);
      queue.delete(receiptHandle);
    },
  };
}

/**
 * A table's stream as Lambda polls it, by the function's role (Lambda Developer Guide, using Lambda
 * with DynamoDB, execution role permissions). When a permission is missing, nothing more is read.
 * ListStreams is asked for all streams of the table, as AWS's example policy has it.
 *
 * @throws Error in Lambda's words when the role may not: CreateEventSourceMapping is refused then
 */
export function streamAsRole(stream: TableStream, access: Access, session: Session): PolledStream {
  const operations = ["DescribeStream", "GetRecords", "GetShardIterator"];
  const needs: Need[] = [
    ...operations.map((operation) => ({ action: `dynamodb:${operation}`, resource: stream.arn })),
    { action: "dynamodb:ListStreams", resource: stream.arn.replace(/\/stream\/.*/, "/stream/*") },
  ];
  const refusal = access.authorize(session, needs);
  if (refusal !== undefined) {
    throw new Error(
      `Cannot access stream ${stream.arn}. Please ensure the role can perform the GetRecords, GetShardIterator, ` +
        `DescribeStream, and ListStreams Actions on your stream in IAM. ${refusal.message}`,
    );
  }
  const polling = new Standing(access, session, needs);
  return {
    open: (startingPosition) => stream.open(startingPosition),
    read: (position, limit) =>
      polling.allowed ? stream.read(position, limit) : { records: [], next: position },
    onArrival: (callback) => stream.onArrival(callback),
    get closed() {
      return stream.closed;
    },
  };
}

/** Sends to a mapping's on-failure queue by the function's role, checked as {@link queueAsRole} does. */
export function destinationAsRole(
  queue: Queue,
  access: Access,
  session: Session,
): (body: string) => void {
  const need = { action: "sqs:SendMessage", resource: queue.definition.arn };
  checkQueueAccess("SendMessage", need, access, session);
  return (body) => {
    const refusal = access.authorize(session, [need]);
    if (refusal !== undefined) throw accessDenied(refusal.message);
    queue.send({ body });
  };
}

/** Observed wording: aws/aws-cdk issue 6770, functionalone/serverless-iam-roles-per-function issue 21. */
function checkQueueAccess(operation: string, need: Need, access: Access, session: Session): void {
  const refusal = access.authorize(session, [need]);
  if (refusal === undefined) return;
  throw new Error(
    `The provided execution role does not have permissions to call ${operation} on SQS. ${refusal.message}`,
  );
}
