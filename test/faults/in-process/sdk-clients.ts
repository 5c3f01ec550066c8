import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions } from "../../../handlers/lib/client-options.ts";
import type { Gateway } from "../../../local/gateway/gateway.ts";
import type { SqsService } from "../../../local/sqs/service.ts";
import type { MemoryTable } from "./memory-table.ts";
import type { OutsideCalls } from "./outside-calls.ts";
import { dynamoDbRetries, standardRetries } from "./sdk-retries.ts";
import { ServiceError } from "./service-error.ts";

/** What a function reaches. */
export interface Services {
  table: MemoryTable;
  queues: SqsService;
  gateway: Gateway;
}

/** A command of the SDK, whose class is named for its action. */
interface Command {
  readonly input: object;
}

interface SendOptions {
  abortSignal?: AbortSignal;
}

const { requestTimeout } = clientOptions.requestHandler;

/** In the place of `new DynamoDBClient(clientOptions)`. */
export function dynamoDbClient(calls: OutsideCalls, { table }: Services): DynamoDBClient {
  const send = (command: Command) =>
    calls.make<object>(
      { service: "dynamodb", action: actionOf(command), ...consistency(command) },
      (fault) => {
        const staleBy = fault?.kind === "stale" ? fault.milliseconds : 0;
        if (command instanceof PutItemCommand) return table.put(command.input);
        if (command instanceof DeleteItemCommand) return table.delete(command.input);
        if (command instanceof QueryCommand) return table.query(command.input, staleBy);
        if (command instanceof GetItemCommand) return table.get(command.input, staleBy);
        throw unknown(command);
      },
      { retries: dynamoDbRetries, requestTimeout },
    );
  return { send } as unknown as DynamoDBClient;
}

function consistency(command: Command): { consistent?: boolean } {
  if (!(command instanceof QueryCommand || command instanceof GetItemCommand)) return {};
  return { consistent: command.input.ConsistentRead === true };
}

/** In the place of `new SQSClient(clientOptions)`: speaks SQS's JSON protocol to the queues. */
export function sqsClient(calls: OutsideCalls, { queues }: Services): SQSClient {
  const send = (command: Command) => {
    const action = actionOf(command);
    return calls.make<object>(
      { service: "sqs", action },
      async (fault) => {
        const request = {
          path: "/",
          headers: { "x-amz-target": `AmazonSQS.${action}` },
          body: JSON.stringify(command.input),
        };
        const { status, body } =
          fault?.kind === "partly"
            ? await queues.handlePartly(request)
            : await queues.handle(request);
        const answer = JSON.parse(body);
        if (status === 200) return answer;
        throw new ServiceError(status, answer.__type, answer.message);
      },
      { retries: standardRetries, requestTimeout },
    );
  };
  return { send } as unknown as SQSClient;
}

/**
 * In the place of `new ApiGatewayManagementApiClient({ endpoint, maxAttempts: 1 })`, which deletes
 * connections; what is posted takes the way of `memoryTransport`.
 *
 * @param endpoint With the stage as its path; the host does not count.
 */
export function managementClient(
  calls: OutsideCalls,
  { gateway }: Services,
  endpoint: string,
): ApiGatewayManagementApiClient {
  const stage = new URL(endpoint).pathname;
  const send = (command: Command, { abortSignal }: SendOptions = {}) => {
    if (!(command instanceof DeleteConnectionCommand)) throw unknown(command);
    const { ConnectionId: connectionId = "" } = command.input;
    return calls.make(
      { service: "execute-api", action: actionOf(command), connectionId },
      () => {
        const path = `${stage}/@connections/${encodeURIComponent(connectionId)}`;
        const { status, headers, body } = gateway.manage(path, {
          method: "DELETE",
          accessKeyId: "in-process",
          body: Buffer.alloc(0),
        });
        if (status < 300) return {};
        throw new ServiceError(status, headers["x-amzn-ErrorType"] ?? "UnknownError", body);
      },
      { abortSignal },
    );
  };
  return { send } as unknown as ApiGatewayManagementApiClient;
}

function actionOf(command: Command): string {
  return command.constructor.name.replace(/Command$/, "");
}

function unknown(command: Command): Error {
  return new Error(`The fault tests do not play ${actionOf(command)}.`);
}
