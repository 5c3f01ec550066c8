import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { operatorAccessKeyId } from "../../local/access-key-id.ts";
import type { DynamoDbEngine } from "../../local/dynamodb/engine.ts";
import type { RuntimeEvent } from "../../local/events.ts";
import { type RunningStack, type RuntimeOptions, startRuntime } from "../../local/runtime.ts";
import { type SigningKey, signingKey } from "../handlers/authorization/issuer.ts";
import { ManualClock, type ManualClockOptions } from "./manual-clock.ts";
import { RoomClient } from "./room-client.ts";
import { roomcastProgram, roomcastToken } from "./roomcast-program.ts";
import { startTestEngine } from "./test-engine.ts";

/** Something that happened, and when, in epoch milliseconds on the stack's clock. */
export type TimedEvent = RuntimeEvent & { happenedAt: number };

/**
 * The whole program in this process, on a clock of its own: sockets, threads and the tables' engine
 * are real, and the time stands still until the test moves it. `clock.advance` lets time pass;
 * `clock.until` waits for something that may take time.
 */
export class VirtualStack {
  readonly clock: ManualClock;
  readonly events: TimedEvent[] = [];
  /** For the operator's own SDK clients. */
  readonly credentials = { accessKeyId: operatorAccessKeyId, secretAccessKey: "test" };
  readonly region = "eu-west-1";
  readonly engine: DynamoDbEngine;
  readonly #key: SigningKey;
  #stack: RunningStack | undefined;
  #queue: SQSClient | undefined;

  private constructor(engine: DynamoDbEngine, key: SigningKey, clock: ManualClock) {
    this.engine = engine;
    this.#key = key;
    this.clock = clock;
  }

  /** @param config Over that of the stack `dev`. */
  static async start(
    config: Record<string, string> = {},
    {
      settleLimit,
      ...options
    }: Pick<RuntimeOptions, "account" | "faults" | "soleWriter" | "sweepInterval"> &
      ManualClockOptions = {},
  ): Promise<VirtualStack> {
    const key = await signingKey("ES256", "virtual");
    const clock = new ManualClock(undefined, settleLimit === undefined ? {} : { settleLimit });
    const started = new VirtualStack(await startTestEngine(), key, clock);
    const program = await roomcastProgram({ keys: [key.jwk] });
    try {
      started.#stack = await startRuntime({
        ...options,
        ...program,
        config: { ...program.config, ...config },
        clock: started.clock,
        dynamoDbEndpoint: started.engine.endpoint,
        emit: (event) => started.events.push({ ...event, happenedAt: started.clock.now() }),
      });
      await started.#stack.prewarm();
    } catch (error) {
      await started.close();
      throw error;
    }
    return started;
  }

  get stack(): RunningStack {
    if (this.#stack === undefined) throw new Error("The stack does not run.");
    return this.#stack;
  }

  get url(): string {
    return this.stack.stages[0]?.url ?? "";
  }

  /** A token that is good for a number of seconds. `rooms` is its claim. */
  token(
    user: string,
    rooms: string[] | Record<string, string[]>,
    seconds: number,
  ): Promise<string> {
    return roomcastToken(this.#key, { user, rooms, seconds, now: this.clock.now() });
  }

  /** A client in a room that has had its `welcome`. Its token is good for 12 hours unless told. */
  async join(user: string, room: string, seconds = 12 * 3600): Promise<RoomClient> {
    const token = await this.token(user, [room], seconds);
    return await this.clock.until(RoomClient.join(this.url, { token, query: `room_id=${room}` }));
  }

  /** Puts a message on the queue, as a backend does. */
  async publish(room: string, body: string, deduplicationId: string): Promise<void> {
    this.#queue ??= new SQSClient({
      region: this.region,
      endpoint: new URL(this.stack.outputs["queueUrl"]).origin,
      credentials: this.credentials,
    });
    await this.#queue.send(
      new SendMessageCommand({
        QueueUrl: this.stack.outputs["queueUrl"],
        MessageGroupId: room,
        MessageDeduplicationId: deduplicationId,
        MessageBody: body,
      }),
    );
  }

  async close(): Promise<void> {
    this.#queue?.destroy();
    await this.#stack?.close();
    await this.engine.close();
  }
}
