import type { Rights } from "../../handlers/lib/authorization/rights.ts";
import type { InjectFault, QueueBatch } from "../../local/faults.ts";

/** Where a schedule takes place: Roomcast's handlers in the laptop's runtime, on a time that is moved. */
export interface World {
  readonly time: WorldTime;
  /** Resolves when the handshake has ended, one way or the other. */
  connect(options: ConnectOptions): Promise<WorldClient | Refusal>;
  /** As a backend does, straight onto the queue. Resolves to the sequence number. */
  publish(room: string, data: unknown, requestId: string): Promise<string>;
  /** What goes wrong from now on. */
  faults: WorldFaults;
  /** Everything that the rooms queue has ever taken, in order within a room; repeats that it dropped left out. */
  readonly queued: readonly QueuedMessage[];
  /** Everything that the lanes' queue has ever taken; `room` is the message group of a lane. */
  readonly laneTasks: readonly QueuedMessage[];
  /** What has ended in a dead-letter queue, by its message's id there: that of {@link QueuedMessage}. */
  deadLetters(): Promise<ReadonlySet<string>>;
  /** The rows of the connections table. */
  rows(): Promise<Row[]>;
  /** How often fan-out has left a cursor that is still in the table. */
  cursors(): Promise<number>;
  /** The ids of the connections that the gateway holds open. */
  openConnections(): ReadonlySet<string>;
  close(): Promise<void>;
}

export interface WorldTime {
  /** Epoch milliseconds. */
  now(): number;
  advance(milliseconds: number): Promise<void>;
  /** Resolves when all that can happen at this time has happened. */
  settle(): Promise<void>;
  /** Lets time pass, at most `limit` milliseconds, until the promise settles. */
  until<T>(promise: Promise<T>, limit?: number): Promise<T>;
}

export interface ConnectOptions {
  user: string;
  room: string;
  rights: Rights;
  /** How long the token is good for. */
  tokenSeconds: number;
}

/** A handshake that failed. `status` 0: without an answer. */
export interface Refusal {
  status: number;
}

/** A connection as its client sees it. */
export interface WorldClient {
  /** Every frame that came, batches not taken apart, in order. */
  readonly received: readonly ReceivedFrame[];
  /** Undefined while it is open. */
  readonly closed: { code: number; at: number } | undefined;
  send(text: string): void;
  /** A closing handshake from this side. */
  leave(): void;
  /** Without one: the network is gone. */
  vanish(): void;
}

export interface ReceivedFrame {
  text: string;
  /** Epoch milliseconds. */
  at: number;
}

export interface WorldFaults {
  /** Asked for each call of a handler. */
  onCall: InjectFault;
  /** Whether the `$disconnect` of a connection is lost. */
  loseDisconnect(connectionId: string): boolean;
  /** Whether the deletion of a delivered message is lost: it comes again when its visibility timeout ends. */
  loseDeletion(messageId: string): boolean;
  /**
   * What happens to a batch of the table's stream: handed over later by so many milliseconds, and so
   * many times more, each after another pause (default none).
   */
  onStreamBatch(): { delay: number; repeats: number; pause?: number };
  /** By how many milliseconds a batch of a queue is handed over later. */
  delayQueueBatch(batch: QueueBatch): number;
}

export interface QueuedMessage {
  messageId: string;
  room: string;
  sequenceNumber: string;
  body: string;
  /** The message's attributes, by name. */
  attributes: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  sentAt: number;
}

export interface Row {
  room: string;
  user: string;
  connectionId: string;
}
