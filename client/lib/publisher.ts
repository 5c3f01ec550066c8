import type { errors } from "../../handlers/protocol/codes.ts";
import { maxDataBytes } from "../../handlers/protocol/limits.ts";
import {
  type Acknowledgement,
  PublishError,
  type PublishErrorCode,
  type PublishResult,
} from "../types.ts";
import { backoffMs } from "./backoff.ts";
import { type Answer, answerMs, type Connection } from "./connection.ts";
import { type Platform, Stopwatch } from "./platform.ts";

/** How long an acknowledged message is waited for. */
const returnMs = 10_000;
/** So many refusals of one message are enough. */
const maxRefusals = 4;
const retryPause = { backoffBaseMs: 250, backoffCapMs: 4000 };
/** The only refusal that may be over the next time. */
const notQueuedCode: typeof errors.notQueued.code = 4102;

/** What a message is sent over. */
export type Line = Pick<Connection, "busy" | "maySubscribe" | "request" | "returned">;

interface Entry {
  id: string;
  text: string;
  age: Stopwatch;
  cancelTimer: () => void;
  /** Times that the gateway has refused it. */
  refusals: number;
  /** It was sent over a connection that ended without an answer. */
  isUnanswered: boolean;
  /** Of its acknowledgement. */
  requestId: string;
  isSettled: boolean;
  resolve: (result: PublishResult) => void;
  reject: (error: PublishError) => void;
}

/**
 * Publishes in order, one unacknowledged at a time, whatever becomes of the connections meanwhile.
 * One without an answer is sent again over the next connection under the same id, by which it is
 * published once.
 */
export class Publisher {
  readonly #platform: Platform;
  readonly #timeoutMs: number;
  readonly #onAcknowledged: (acknowledgement: Acknowledgement) => void;
  /** Not acknowledged; the first may be under way. */
  readonly #queue: Entry[] = [];
  /** Acknowledged, and not come back, by id. */
  readonly #awaited = new Map<string, Entry>();
  #line: Line | undefined;
  /** The first of the queue, which was sent over this line and waits for its answer. */
  #underWay: { entry: Entry; line: Line } | undefined;
  /** Ends the pause before the first of the queue is sent again. */
  #cancelPause: (() => void) | undefined;

  constructor(
    platform: Platform,
    timeoutMs: number,
    onAcknowledged: (acknowledgement: Acknowledgement) => void,
  ) {
    this.#platform = platform;
    this.#timeoutMs = timeoutMs;
    this.#onAcknowledged = onAcknowledged;
  }

  async publish(data: unknown): Promise<PublishResult> {
    const encoded = encode(data);
    return await new Promise((resolve, reject) => {
      const id = this.#platform.newId();
      const entry: Entry = {
        id,
        text: `{"action":"message","id":"${id}","data":${encoded}}`,
        age: new Stopwatch(this.#platform),
        cancelTimer: this.#platform.after(this.#timeoutMs, () => this.#timeOut(entry)),
        refusals: 0,
        isUnanswered: false,
        requestId: "",
        isSettled: false,
        resolve,
        reject,
      };
      this.#queue.push(entry);
      this.pump();
    });
  }

  /** From now on messages go over this line; undefined: over none. */
  use(line: Line | undefined): void {
    this.#line = line;
    this.pump();
  }

  /** Sends the next one, if that is possible now. */
  pump(): void {
    const line = this.#line;
    const [entry] = this.#queue;
    if (line === undefined || line.busy || entry === undefined) return;
    if (this.#underWay !== undefined || this.#cancelPause !== undefined) return;
    this.#underWay = { entry, line };
    line.request("ack", entry.text, answerMs, (answer) => {
      this.#underWay = undefined;
      if (answer?.type === "ack") this.#acknowledged(entry, answer.requestId, line.maySubscribe);
      else if (answer?.type === "error") this.#refused(entry, answer);
      else if (answer === undefined) this.#unanswered(entry, line);
      if (entry.isSettled) this.#forget(entry);
      this.pump();
    });
  }

  /** A message with an id of a client's has come. */
  returned({ id = "", seq, requestId }: { id?: string; seq: string; requestId: string }): void {
    const entry = this.#find(id);
    if (entry === undefined) return;
    this.#settle(entry, () => entry.resolve({ status: "delivered", id, seq, requestId }));
    // Not acknowledged yet: until then nothing else is sent.
    if (entry === this.#underWay?.entry) this.#underWay.line.returned();
  }

  /** The server's word about a message; false when nobody waits for it. */
  refused({ id = "", code, message }: { id?: string; code: number; message: string }): boolean {
    const entry = this.#find(id);
    if (entry === undefined) return false;
    this.#fail(entry, code, message, false);
    return true;
  }

  /** Fails those that have waited too long: while the machine slept, no timer ran. */
  expire(): void {
    for (const entry of [...this.#queue]) {
      if (entry.age.elapsed >= this.#timeoutMs) this.#timeOut(entry);
    }
  }

  /** Settles all: what was acknowledged is queued, the rest has failed. */
  end(code: "closed" | "given_up"): void {
    this.#line = undefined;
    this.#cancelPause?.();
    for (const entry of [...this.#queue]) this.#fail(entry, code, "The room is closed.");
    for (const entry of [...this.#awaited.values()]) this.#queued(entry);
  }

  #unanswered(entry: Entry, line: Line): void {
    entry.isUnanswered = true;
    if (this.#line === line) this.#line = undefined;
  }

  #refused(entry: Entry, { code, message }: Extract<Answer, { type: "error" }>): void {
    const isTransient = code === "gateway" || code === notQueuedCode;
    entry.refusals += 1;
    if (!isTransient || entry.refusals >= maxRefusals || entry.isSettled) {
      this.#fail(entry, code, message);
      return;
    }
    const pauseMs = backoffMs(entry.refusals, retryPause, this.#platform.random());
    this.#cancelPause = this.#platform.after(pauseMs, () => {
      this.#cancelPause = undefined;
      this.pump();
    });
  }

  #acknowledged(entry: Entry, requestId: string, maySubscribe: boolean): void {
    this.#forget(entry);
    entry.requestId = requestId;
    this.#onAcknowledged({ id: entry.id, requestId });
    if (entry.isSettled) return;
    entry.cancelTimer();
    if (maySubscribe) {
      this.#awaited.set(entry.id, entry);
      entry.cancelTimer = this.#platform.after(returnMs, () => this.#queued(entry));
    } else {
      this.#queued(entry);
    }
  }

  #queued(entry: Entry): void {
    const { id, requestId } = entry;
    this.#settle(entry, () => entry.resolve({ status: "queued", id, requestId }));
  }

  #timeOut(entry: Entry): void {
    this.#fail(entry, "timeout", `Not acknowledged in ${this.#timeoutMs} ms.`);
  }

  #fail(
    entry: Entry,
    code: PublishErrorCode,
    message: string,
    maybePublished = entry.isUnanswered || entry === this.#underWay?.entry,
  ): void {
    const { id } = entry;
    this.#settle(entry, () =>
      entry.reject(new PublishError(code, message, { id, maybePublished })),
    );
  }

  #settle(entry: Entry, settle: () => void): void {
    if (entry.isSettled) return;
    entry.isSettled = true;
    entry.cancelTimer();
    settle();
    // One that is under way keeps its place until it is answered.
    if (entry !== this.#underWay?.entry) this.#forget(entry);
  }

  #find(id: string): Entry | undefined {
    return this.#awaited.get(id) ?? this.#queue.find((entry) => entry.id === id);
  }

  #forget(entry: Entry): void {
    this.#awaited.delete(entry.id);
    const index = this.#queue.indexOf(entry);
    if (index >= 0) this.#queue.splice(index, 1);
  }
}

/** Escaped, since a message that holds these is never queued; JSON itself allows them. */
const refusedCharacters = /[\ufffe\uffff]/g;

/** @throws PublishError when it cannot be published. */
function encode(data: unknown): string {
  let encoded: string | undefined;
  try {
    encoded = JSON.stringify(data);
  } catch {
    // Told below: what a `toJSON` of the data throws is its own affair.
  }
  if (encoded === undefined) {
    throw new PublishError("not_json", "The data is no JSON.");
  }
  const text = encoded.replace(
    refusedCharacters,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
  if (new TextEncoder().encode(text).length > maxDataBytes) {
    throw new PublishError("too_large", "The encoded data is larger than 24 KB.");
  }
  return text;
}
