import type { Timer } from "../clock.ts";
import type { StoredMessage } from "./message.ts";

/** A message's place in the queue. */
export interface Entry {
  readonly message: StoredMessage;
  readonly group: MessageGroup;
  state: "visible" | "delayed" | "in-flight";
  /** The handle of the latest receive. */
  receiptHandle: string | undefined;
  /** When the latest receive was, in epoch milliseconds. */
  receivedAt: number;
  /** Ends the delay or the visibility timeout. */
  timer: Timer | undefined;
  /** Ends the retention period. */
  expiry: Timer | undefined;
}

interface MessageGroup {
  readonly key: string;
  /** In the order of sending, what is in flight included. */
  readonly entries: Entry[];
  inFlight: number;
}

export interface MessageCounts {
  visible: number;
  delayed: number;
  inFlight: number;
}

/**
 * Messages in order, by group. A group is ready when its first message is visible and none of its
 * messages is in flight (SQS Developer Guide, "FIFO queue delivery logic"). In a standard queue
 * every message is a group of its own, so that nothing waits for anything.
 */
export class MessageStore {
  readonly #onReady: () => void;
  readonly #groups = new Map<string, MessageGroup>();
  /** In the order in which they became ready. */
  readonly #ready = new Set<MessageGroup>();
  readonly #byId = new Map<string, Entry>();
  readonly #counts: MessageCounts = { visible: 0, delayed: 0, inFlight: 0 };

  /** `onReady` is called whenever a group becomes ready. */
  constructor(onReady: () => void) {
    this.#onReady = onReady;
  }

  get counts(): Readonly<MessageCounts> {
    return this.#counts;
  }

  get hasReady(): boolean {
    return this.#ready.size > 0;
  }

  find(messageId: string): Entry | undefined {
    return this.#byId.get(messageId);
  }

  all(): Entry[] {
    return [...this.#byId.values()];
  }

  /** Adds a message behind those of its group, visible. */
  add(message: StoredMessage, key: string): Entry {
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { key, entries: [], inFlight: 0 };
      this.#groups.set(key, group);
    }
    const entry: Entry = {
      message,
      group,
      state: "visible",
      receiptHandle: undefined,
      receivedAt: 0,
      timer: undefined,
      expiry: undefined,
    };
    group.entries.push(entry);
    this.#byId.set(message.messageId, entry);
    this.#counts.visible += 1;
    this.#review(group);
    return entry;
  }

  /** Forgets a message, whatever its state; its timers are cancelled. */
  remove(entry: Entry): void {
    if (!this.#byId.delete(entry.message.messageId)) return;
    entry.timer?.cancel();
    entry.expiry?.cancel();
    this.#count(entry, -1);
    const { group } = entry;
    group.entries.splice(group.entries.indexOf(entry), 1);
    if (group.entries.length === 0) this.#groups.delete(group.key);
    this.#review(group);
  }

  setState(entry: Entry, state: Entry["state"]): void {
    this.#count(entry, -1);
    entry.state = state;
    this.#count(entry, 1);
    this.#review(entry.group);
  }

  /**
   * What a receiver may be handed now, lazily: the visible messages at the head of each ready
   * group, one group after the other. The caller may remove what it was given at once, but
   * changes states only after the last one.
   */
  *deliverable(): Generator<Entry> {
    for (const { entries } of this.#ready) {
      let index = 0;
      for (let entry = entries[0]; entry?.state === "visible"; entry = entries[index]) {
        yield entry;
        if (entries[index] === entry) index += 1;
      }
    }
  }

  #count(entry: Entry, by: 1 | -1): void {
    if (entry.state === "in-flight") {
      this.#counts.inFlight += by;
      entry.group.inFlight += by;
    } else {
      this.#counts[entry.state] += by;
    }
  }

  #review(group: MessageGroup): void {
    const ready = group.inFlight === 0 && group.entries[0]?.state === "visible";
    if (!ready) {
      this.#ready.delete(group);
    } else if (!this.#ready.has(group)) {
      this.#ready.add(group);
      this.#onReady();
    }
  }
}
