import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/**
 * A queue that several cases read at once: each gets what has its name in the attribute `case`.
 * Whatever is received is deleted; what is for nobody that asks is from an earlier run.
 */
export class Mailbox {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #waitSeconds: number;
  readonly #drainSeconds: number;
  readonly #letters = new Map<string, Message[]>();
  #receiving: Promise<void> | undefined;

  /**
   * @param waitSeconds How long SQS may wait for a message; 0 where time does not pass.
   * @param drainSeconds The same where there may be none. With 0 SQS asks some of its servers only.
   */
  constructor(client: SQSClient, queueUrl: string, waitSeconds: number, drainSeconds: number) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#waitSeconds = waitSeconds;
    this.#drainSeconds = drainSeconds;
  }

  /** What has come for a case and was not taken. What has no name is for the case "". */
  letters(name: string): Message[] {
    let letters = this.#letters.get(name);
    if (letters === undefined) {
      letters = [];
      this.#letters.set(name, letters);
    }
    return letters;
  }

  /** Receives once, for all cases that wait. */
  async receive(): Promise<void> {
    this.#receiving ??= this.#receive(this.#waitSeconds)
      .then(() => {})
      .finally(() => {
        this.#receiving = undefined;
      });
    await this.#receiving;
  }

  /** Receives all that is there. */
  async drain(): Promise<void> {
    while ((await this.#receive(this.#drainSeconds)) > 0);
  }

  /** Resolves with the number of messages. */
  async #receive(waitSeconds: number): Promise<number> {
    const { Messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: waitSeconds,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
    );
    if (Messages.length === 0) return 0;
    for (const message of Messages) {
      this.letters(message.MessageAttributes?.["case"]?.StringValue ?? "").push(message);
    }
    await this.#client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: this.#queueUrl,
        Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle })),
      }),
    );
    return Messages.length;
  }
}
