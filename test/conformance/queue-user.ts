import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SendMessageCommandOutput,
} from "@aws-sdk/client-sqs";
import type { QueueName } from "./fixture/outputs.ts";
import type { FixtureTarget } from "./target.ts";

/** Seconds; longer than a case takes. */
const hidden = 30;

/**
 * A case's use of a queue that nothing consumes. Cases that receive from a queue name it as
 * `exclusive`; what is received and not the case's own is left of an earlier run, and deleted.
 */
export class QueueUser {
  /** The case's messages have it as their attribute `case`, and as their group where they need one. */
  readonly name: string;
  readonly url: string;
  readonly #target: FixtureTarget;
  readonly #isFifo: boolean;
  readonly #waitSeconds: number;
  #sent = 0;

  constructor(target: FixtureTarget, queue: QueueName) {
    this.#target = target;
    this.url = target.outputs.queues[queue];
    this.name = target.unique();
    this.#isFifo = this.url.endsWith(".fifo");
    this.#waitSeconds = target.place === "laptop" ? 0 : 1;
  }

  /** What the case's messages have in common, with ids of their own on a FIFO queue. */
  message(MessageBody: string, options: Partial<SendMessageCommandInput> = {}) {
    this.#sent += 1;
    return {
      MessageBody,
      ...(this.#isFifo && {
        MessageGroupId: this.name,
        MessageDeduplicationId: `${this.name}-${this.#sent}`,
      }),
      ...options,
      MessageAttributes: {
        case: { DataType: "String", StringValue: this.name },
        ...options.MessageAttributes,
      },
    };
  }

  async send(
    body: string,
    options?: Partial<SendMessageCommandInput>,
  ): Promise<SendMessageCommandOutput> {
    const message = this.message(body, options);
    return await this.#target.sqs.send(new SendMessageCommand({ QueueUrl: this.url, ...message }));
  }

  /** Receives once. What it receives is hidden for half a minute, if not told otherwise. */
  async receive(options: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
    const { Messages = [] } = await this.#target.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: hidden,
        WaitTimeSeconds: this.#waitSeconds,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
        ...options,
      }),
    );
    const isOwn = ({ MessageAttributes }: Message) =>
      MessageAttributes?.["case"]?.StringValue === this.name;
    for (const message of Messages) if (!isOwn(message)) await this.delete(message);
    return Messages.filter(isOwn);
  }

  /** The next message of the case, hidden. */
  async take(options?: Partial<ReceiveMessageCommandInput>): Promise<Message> {
    return await this.#target.eventually(async () => {
      const [message] = await this.receive({ ...options, MaxNumberOfMessages: 1 });
      if (message === undefined) throw new Error("no message came");
      return message;
    });
  }

  /** So many messages of the case, in the order in which they come, each deleted. */
  async consume(count: number): Promise<Message[]> {
    const consumed: Message[] = [];
    return await this.#target.eventually(async () => {
      for (const message of await this.receive()) {
        await this.delete(message);
        consumed.push(message);
      }
      if (consumed.length >= count) return consumed;
      throw new Error(`${consumed.length} messages came instead of ${count}`);
    });
  }

  /** Fails where there is something to receive, of the case. */
  async expectNothing(): Promise<void> {
    const [message] = await this.receive();
    if (message !== undefined) throw new Error(`${message.Body} was received`);
  }

  async delete({ ReceiptHandle }: Message): Promise<void> {
    await this.#target.sqs.send(new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle }));
  }

  /** Lets the visibility timeout of a received message end in some seconds; default at once. */
  async release({ ReceiptHandle }: Message, VisibilityTimeout = 0): Promise<void> {
    await this.#target.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.url,
        ReceiptHandle,
        VisibilityTimeout,
      }),
    );
  }
}

export function bodies(messages: readonly Message[]): (string | undefined)[] {
  return messages.map(({ Body }) => Body);
}
