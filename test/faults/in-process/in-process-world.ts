import type { RuntimeEvent } from "../../../local/events.ts";
import type { StoredMessage } from "../../../local/sqs/message.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import type { RecordedProgram } from "../../support/recorded-program.ts";
import { cursorsIn, rowsIn } from "../rows.ts";
import type {
  ConnectOptions,
  QueuedMessage,
  Refusal,
  Row,
  World,
  WorldClient,
  WorldFaults,
} from "../world.ts";
import { followAbortTimeouts } from "./abort-timeouts.ts";
import { MemoryClient } from "./memory-client.ts";
import { type MemorySocket, socketPair } from "./memory-socket.ts";
import { SeededRandom } from "./seeded-random.ts";
import { unsignedToken } from "./unsigned-token.ts";
import { type WorldProgram, worldProgram } from "./world-program.ts";
import { WorldStack } from "./world-stack.ts";

export interface InProcessWorldOptions {
  /** Decides ids, latencies, page sizes and the handlers' random numbers. */
  seed: number | string;
  /** Roomcast, recorded once in a process. */
  recorded: RecordedProgram;
  /**
   * The longest that an event, a call of a handler, or its answer is under way, in milliseconds. Each
   * is so for a time of its own, half of them for none: so what happens at about the same time
   * happens in all orders. Default 20.
   */
  latency?: number;
  /** Hears of what the runtime's parts do, for a person. */
  emit?: (event: RuntimeEvent) => void;
}

const NO_FAULTS: WorldFaults = {
  onCall: () => undefined,
  loseDisconnect: () => false,
  loseDeletion: () => false,
  onStreamBatch: () => ({ delay: 0, repeats: 0 }),
  delayQueueBatch: () => 0,
};

/**
 * Roomcast in this thread, on a time that only the test moves: the handlers' real code in the real
 * gateway, queues and pollers of the runtime. Doubles stand in for the network (`MemorySocket`), the
 * SDK's clients (`OutsideCalls`), DynamoDB (`MemoryTable`) and Lambda's processes
 * (`SimulatedFunction`). With the same seed and the same calls the same happens, to the byte.
 *
 * Not played here: IAM, throttling by the account, signatures of tokens, cold starts, and the entry
 * files of the handlers with their clients. One world at a time can be open in a process, since
 * `AbortSignal.timeout` follows its clock.
 */
export class InProcessWorld implements World {
  readonly time = new ManualClock();
  faults: WorldFaults = NO_FAULTS;
  readonly queued: QueuedMessage[] = [];
  readonly laneTasks: QueuedMessage[] = [];
  readonly #program: WorldProgram;
  readonly #stack: WorldStack;
  readonly #deadLetters = new Set<string>();
  readonly #clients = new Set<MemoryClient>();
  readonly #leaveAbortTimeouts: () => void;
  #closed = false;

  /** @throws Error when another world is open in this process. */
  constructor({ seed, recorded, latency = 20, emit = () => {} }: InProcessWorldOptions) {
    this.#program = worldProgram(recorded);
    this.#stack = new WorldStack({
      program: this.#program,
      clock: this.time,
      random: new SeededRandom(seed),
      latency,
      emit,
      faults: () => this.faults,
    });
    this.#stack.queueAt(this.#program.queueUrl).onAccepted((message) => {
      this.queued.push(queuedMessage(message));
    });
    this.#stack.queueAt(this.#program.lanesQueueUrl).onAccepted((message) => {
      this.laneTasks.push(queuedMessage(message));
    });
    this.#leaveAbortTimeouts = followAbortTimeouts(this.time);
    this.#stack.start();
  }

  async connect(options: ConnectOptions): Promise<WorldClient | Refusal> {
    const token = unsignedToken(options, this.time.now());
    const path = `/${this.#program.stage}?room_id=${encodeURIComponent(options.room)}`;
    const client = new MemoryClient(this.dial(), path, token, this.time);
    this.#clients.add(client);
    return await client.opened;
  }

  /** A way to the gateway, as a network would give it. */
  dial(): MemorySocket {
    const [near, far] = socketPair();
    this.#stack.gateway.accept(far);
    return near;
  }

  /** Of the stage; nothing answers there but over {@link dial}. */
  get url(): string {
    return `ws://in-process/${this.#program.stage}`;
  }

  /** Of a connection; undefined when it is not open. */
  userOf(connectionId: string): string | undefined {
    const user = this.#stack.gateway.connections.get(connectionId)?.authorizer?.["user"];
    return user === undefined ? undefined : String(user);
  }

  async publish(room: string, data: unknown, requestId: string): Promise<string> {
    const { sequenceNumber = "" } = this.#stack.queueAt(this.#program.queueUrl).send({
      body: JSON.stringify(data),
      groupId: room,
      deduplicationId: requestId,
      attributes: { requestId: { dataType: "String", stringValue: requestId } },
    });
    return sequenceNumber;
  }

  async deadLetters(): Promise<ReadonlySet<string>> {
    for (const url of this.#program.deadLetterQueueUrls) {
      const queue = this.#stack.queueAt(url);
      let messages = queue.receiveNow({ maxMessages: 10 });
      while (messages.length > 0) {
        for (const { messageId, receiptHandle } of messages) {
          this.#deadLetters.add(messageId);
          queue.delete(receiptHandle);
        }
        messages = queue.receiveNow({ maxMessages: 10 });
      }
    }
    return this.#deadLetters;
  }

  async rows(): Promise<Row[]> {
    return rowsIn(this.#stack.table.items(), this.time.now());
  }

  async cursors(): Promise<number> {
    return cursorsIn(this.#stack.table.items());
  }

  openConnections(): ReadonlySet<string> {
    return new Set(this.#stack.gateway.connections.keys());
  }

  /** What is still in hand comes to nothing, since time stands still from now on. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#leaveAbortTimeouts();
    for (const client of this.#clients) client.vanish();
    await this.time.settle();
  }
}

function queuedMessage(message: StoredMessage): QueuedMessage {
  const attributes = Object.entries(message.attributes);
  return {
    messageId: message.messageId,
    room: message.groupId ?? "",
    sequenceNumber: message.sequenceNumber ?? "",
    body: message.body,
    attributes: Object.fromEntries(
      attributes.map(([name, { stringValue = "" }]) => [name, stringValue]),
    ),
    sentAt: message.sentAt,
  };
}
