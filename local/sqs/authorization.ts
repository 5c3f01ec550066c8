import type { AccessRefusal } from "../iam/access.ts";
import type { Need } from "../iam/decide.ts";
import { SqsError } from "./errors.ts";
import type { Input } from "./input.ts";
import type { QueueDirectory } from "./queue-directory.ts";

/** Batches need what their single calls need (Service Authorization Reference, Amazon SQS). */
const BATCH = /Batch$/;
/** What a move of messages does besides (SQS Developer Guide, permissions for a dead-letter queue redrive). */
const MOVE_SOURCE = [
  "StartMessageMoveTask",
  "ReceiveMessage",
  "DeleteMessage",
  "GetQueueAttributes",
];

/**
 * What a call needs. None for a queue that does not exist: the action itself says so.
 *
 * @param anyQueue The ARN that stands for all queues, for actions that are about none.
 */
export function needsOf(
  action: string,
  input: Input,
  directory: QueueDirectory,
  anyQueue: string,
): Need[] {
  const on = (resource: string | undefined, ...actions: string[]): Need[] =>
    resource === undefined
      ? []
      : actions.map((name) => ({ action: `sqs:${name.replace(BATCH, "")}`, resource }));
  if (action === "StartMessageMoveTask") {
    return [
      ...on(input.optionalString("SourceArn"), ...MOVE_SOURCE),
      ...on(input.optionalString("DestinationArn"), "SendMessage"),
    ];
  }
  const url = input.optionalString("QueueUrl");
  const name = input.optionalString("QueueName");
  if (url === undefined && name === undefined) return on(anyQueue, action);
  const queue = url === undefined ? directory.byName(name ?? "") : directory.byUrl(url);
  return on(queue?.definition.arn, action);
}

/** SQS answers a denial with 403, where other JSON services have 400 (observed in both protocols). */
export function accessDenied(message: string): SqsError {
  return refusalOf("AccessDenied", "AccessDeniedException", message);
}

/** The other codes are those of IAM's common errors; that SQS has them so is unconfirmed on AWS. */
export function toSqsError({ kind, message }: AccessRefusal): SqsError {
  switch (kind) {
    case "denied":
      return accessDenied(message);
    case "unknown-key":
      return refusalOf("InvalidClientTokenId", "UnrecognizedClientException", message);
    case "unsigned":
      return refusalOf(
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        message,
      );
  }
}

function refusalOf(code: string, shape: string, message: string): SqsError {
  return new SqsError(code, `com.amazon.coral.service#${shape}`, message, 403);
}
