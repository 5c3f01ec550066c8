import { batchEntries, checkBatchBytes, performEach } from "./batches.ts";
import * as errors from "./errors.ts";
import type { Input } from "./input.ts";
import { MAX_MESSAGES_PER_RECEIVE, MAX_VISIBILITY_SECONDS, MAX_WAIT_SECONDS } from "./limits.ts";
import type { SendRequest } from "./message.ts";
import { moveMessages } from "./message-move-task.ts";
import type { Queue } from "./queue.ts";
import { queueAttributes } from "./queue-attributes.ts";
import type { QueueDirectory } from "./queue-directory.ts";
import { fifoIds } from "./send-request.ts";
import { messageBytes } from "./validation.ts";
import type { Caller, WireRequest } from "./wire.ts";
import {
  readAttributeSelection,
  readSendRequest,
  writeMessage,
  writeSendResult,
} from "./wire-messages.ts";

/** One call of the API, whichever protocol it came by. */
export interface Call {
  action: string;
  input: Input;
  caller: Caller;
  directory: QueueDirectory;
  signal: AbortSignal | undefined;
  hold?: WireRequest["hold"];
}

type Action = (call: Call) => object | Promise<object>;

const VISIBILITY = { least: 0, most: MAX_VISIBILITY_SECONDS };

const ACTIONS: Readonly<Record<string, Action>> = {
  SendMessage: (call) =>
    writeSendResult(queueOf(call).send(readSendRequest(call.input, call.caller.accessKeyId))),

  SendMessageBatch(call) {
    const queue = queueOf(call);
    const entries = batchEntries(call.input, "SendMessageBatchRequestEntry");
    const requests = new Map<string, SendRequest>();
    for (const [id, entry] of entries)
      requests.set(id, readSendRequest(entry, call.caller.accessKeyId));
    const all = [...requests.values()];
    checkBatchBytes(all.reduce((sum, request) => sum + messageBytes(request), 0));
    if (queue.definition.fifo) checkFifoIds(queue, all);
    return performEach(requests, (request) => writeSendResult(queue.send(request)));
  },

  async ReceiveMessage(call) {
    const { input } = call;
    const queue = queueOf(call);
    if (input.has("ReceiveRequestAttemptId")) {
      throw errors.unsupported(
        "The local runtime does not replay receives (ReceiveRequestAttemptId).",
      );
    }
    const selection = readAttributeSelection(input);
    const visibilityTimeout = input.optionalInteger("VisibilityTimeout", VISIBILITY);
    const messages = await queue.receive(
      {
        maxMessages:
          input.optionalInteger("MaxNumberOfMessages", {
            least: 1,
            most: MAX_MESSAGES_PER_RECEIVE,
          }) ?? 1,
        waitSeconds:
          input.optionalInteger("WaitTimeSeconds", { least: 0, most: MAX_WAIT_SECONDS }) ??
          queue.definition.receiveWaitTimeSeconds,
        ...(visibilityTimeout === undefined ? {} : { visibilityTimeout }),
      },
      call.signal,
      call.hold,
    );
    if (messages.length === 0) return {};
    return { Messages: messages.map((message) => writeMessage(message, selection)) };
  },

  DeleteMessage(call) {
    queueOf(call).delete(call.input.string("ReceiptHandle"));
    return {};
  },

  DeleteMessageBatch(call) {
    const queue = queueOf(call);
    const entries = batchEntries(call.input, "DeleteMessageBatchRequestEntry");
    return performEach(entries, (entry) => {
      queue.delete(entry.string("ReceiptHandle"));
      return {};
    });
  },

  ChangeMessageVisibility(call) {
    changeVisibility(queueOf(call), call.input);
    return {};
  },

  ChangeMessageVisibilityBatch(call) {
    const queue = queueOf(call);
    const entries = batchEntries(call.input, "ChangeMessageVisibilityBatchRequestEntry");
    return performEach(entries, (entry) => {
      changeVisibility(queue, entry);
      return {};
    });
  },

  GetQueueAttributes(call) {
    const names = call.input.strings("AttributeNames");
    return { Attributes: queueAttributes(queueOf(call), names) };
  },

  GetQueueUrl({ directory, input }) {
    const queue = directory.byName(input.string("QueueName"));
    if (queue === undefined) throw errors.queueDoesNotExist();
    return { QueueUrl: queue.definition.url };
  },

  ListQueues({ directory, input }) {
    if (input.has("MaxResults") || input.has("NextToken")) {
      throw errors.unsupported("The local runtime lists queues on one page.");
    }
    const prefix = input.optionalString("QueueNamePrefix") ?? "";
    const found = directory.all().filter(({ definition }) => definition.name.startsWith(prefix));
    return found.length === 0 ? {} : { QueueUrls: found.map(({ definition }) => definition.url) };
  },

  PurgeQueue(call) {
    queueOf(call).purge();
    return {};
  },

  StartMessageMoveTask({ directory, input }) {
    const sourceArn = input.string("SourceArn");
    moveMessages(directory, sourceArn, input.optionalString("DestinationArn"));
    return { TaskHandle: Buffer.from(JSON.stringify({ sourceArn })).toString("base64") };
  },
};

/** Actions of SQS that the local runtime does not play: its queues are the program's alone. */
const NOT_PLAYED = new Set([
  "AddPermission",
  "CancelMessageMoveTask",
  "CreateQueue",
  "DeleteQueue",
  "ListDeadLetterSourceQueues",
  "ListMessageMoveTasks",
  "ListQueueTags",
  "RemovePermission",
  "SetQueueAttributes",
  "TagQueue",
  "UntagQueue",
]);

/** Performs a call; rejects with an `SqsError` for what SQS refuses. */
export async function perform(call: Call): Promise<object> {
  const action = Object.hasOwn(ACTIONS, call.action) ? ACTIONS[call.action] : undefined;
  if (action !== undefined) return action(call);
  if (NOT_PLAYED.has(call.action)) {
    throw errors.unsupported(`The local runtime does not play ${call.action}.`);
  }
  throw errors.unknownAction(call.action);
}

function queueOf({ input, directory }: Call): Queue {
  const queue = directory.byUrl(input.string("QueueUrl"));
  if (queue === undefined) throw errors.queueDoesNotExist();
  return queue;
}

function changeVisibility(queue: Queue, input: Input): void {
  queue.changeVisibility(
    input.string("ReceiptHandle"),
    input.integer("VisibilityTimeout", VISIBILITY),
  );
}

/** An entry without its FIFO ids fails the whole batch, as `InvalidParameterValue`. */
function checkFifoIds(queue: Queue, requests: SendRequest[]): void {
  for (const request of requests) {
    try {
      fifoIds(request, queue.definition);
    } catch (error) {
      throw error instanceof errors.SqsError ? errors.invalidParameterValue(error.message) : error;
    }
  }
}
