import { DeleteItemCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { VirtualStack } from "../../support/virtual-stack.ts";
import { cursorsIn, rowsIn } from "../rows.ts";
import type { Row } from "../world.ts";

/** The person at the laptop, and a backend, by SDK clients of their own. Nothing of it goes wrong. */
export class Operator {
  readonly #queue: SQSClient;
  readonly #table: DynamoDBClient;
  readonly #queueUrl: string;
  readonly #deadLetterUrls: readonly string[];
  readonly #tableName: string;

  constructor({ stack, region, credentials }: VirtualStack) {
    const { dynamodb, sqs } = stack.endpoints;
    this.#queue = new SQSClient({ region, credentials, endpoint: sqs });
    // Not the engine's own: the runtime has to hear of what is written.
    this.#table = new DynamoDBClient({ region, credentials, endpoint: dynamodb });
    this.#queueUrl = stack.outputs["queueUrl"];
    this.#deadLetterUrls = ["deadLetterQueueUrl", "lanesDeadLetterQueueUrl"].map(
      (output) => stack.outputs[output],
    );
    const table = stack.resources.find(({ type }) => type === "aws:dynamodb/table:Table");
    this.#tableName = table?.state["name"];
  }

  /** Puts a message onto the rooms queue; resolves to its sequence number. */
  async publish(room: string, data: unknown, requestId: string): Promise<string> {
    const { SequenceNumber = "" } = await this.#queue.send(
      new SendMessageCommand({
        QueueUrl: this.#queueUrl,
        MessageGroupId: room,
        MessageDeduplicationId: requestId,
        MessageBody: JSON.stringify(data),
        MessageAttributes: { requestId: { DataType: "String", StringValue: requestId } },
      }),
    );
    return SequenceNumber;
  }

  /** Takes everything out of the dead-letter queues; resolves to the messages' ids. */
  async takeDeadLetters(): Promise<string[]> {
    return (await Promise.all(this.#deadLetterUrls.map((url) => this.#takeAll(url)))).flat();
  }

  async #takeAll(QueueUrl: string): Promise<string[]> {
    const ids: string[] = [];
    for (;;) {
      const { Messages = [] } = await this.#queue.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return ids;
      for (const { MessageId = "", ReceiptHandle } of Messages) {
        ids.push(MessageId);
        await this.#queue.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  }

  /** The connections table; far less than the megabyte of one answer. */
  async rows(now: number): Promise<Row[]> {
    return rowsIn(await this.#scan(), now);
  }

  async cursors(): Promise<number> {
    return cursorsIn(await this.#scan());
  }

  async deleteRows(): Promise<void> {
    for (const { room, member } of await this.#scan()) {
      if (room === undefined || member === undefined) continue;
      const Key = { room, member };
      await this.#table.send(new DeleteItemCommand({ TableName: this.#tableName, Key }));
    }
  }

  close(): void {
    this.#queue.destroy();
    this.#table.destroy();
  }

  async #scan() {
    const command = new ScanCommand({ TableName: this.#tableName, ConsistentRead: true });
    return (await this.#table.send(command)).Items ?? [];
  }
}
