import type { RuntimeEvent } from "../../../local/events.ts";
import type { Properties, RecordedResource } from "../../../local/recording/resource.ts";
import { type QueueDefinition, queueDefinition } from "../../../local/sqs/definition.ts";
import type { ReceivedMessage, SendRequest } from "../../../local/sqs/message.ts";
import type { Queue } from "../../../local/sqs/queue.ts";
import { SqsService } from "../../../local/sqs/service.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { recordedResource } from "../../support/recorded-resource.ts";

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";

export function queueArn(name: string): string {
  return `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
}

/** A queue resource as the recorder would have it, with the logical name `orders`. */
export function queueResource(name: string, inputs: Properties = {}): RecordedResource {
  const url = `http://127.0.0.1:1/${ACCOUNT}/${name}`;
  const computed = { id: url, name, arn: queueArn(name), url };
  return recordedResource("aws:sqs/queue:Queue", "orders", inputs, computed);
}

export function definitionOf(name: string, inputs: Properties = {}): QueueDefinition {
  return queueDefinition(queueResource(name, inputs));
}

export function redriveTo(name: string, maxReceiveCount: number): string {
  return JSON.stringify({ deadLetterTargetArn: queueArn(name), maxReceiveCount });
}

/** A service on a clock of its own, with ids that count. */
export function testService(clock = new ManualClock()) {
  let ids = 0;
  const events: RuntimeEvent[] = [];
  const service = new SqsService({
    clock,
    newId: () => `id-${++ids}`,
    region: REGION,
    accountId: ACCOUNT,
    emit: (event) => events.push(event),
  });
  const fifo = (name: string, inputs: Properties = {}) =>
    service.createQueue(definitionOf(name, { fifoQueue: true, ...inputs }));
  const standard = (name: string, inputs: Properties = {}) =>
    service.createQueue(definitionOf(name, inputs));
  return { clock, service, events, fifo, standard };
}

let deduplicationIds = 0;

/** Sends a message to a group of a FIFO queue, by default with an id that was not used before. */
export function send(queue: Queue, groupId: string, body: string, more: Partial<SendRequest> = {}) {
  deduplicationIds += 1;
  return queue.send({
    body,
    groupId,
    deduplicationId: `d${deduplicationIds}`,
    senderId: "AKIDTEST",
    ...more,
  });
}

export function take(queue: Queue, maxMessages = 10): ReceivedMessage[] {
  return queue.receiveNow({ maxMessages });
}

export function bodies(messages: ReceivedMessage[]): string[] {
  return messages.map((message) => message.body);
}

/** The only message that is available. */
export function takeOne(queue: Queue): ReceivedMessage {
  const [message, ...others] = take(queue, 1);
  if (message === undefined || others.length > 0) throw new Error("not exactly one message");
  return message;
}
