import type { Clock } from "../clock.ts";
import { DEDUPLICATION_SECONDS } from "./limits.ts";
import type { SendResult } from "./message.ts";

export type DeduplicationScope = "queue" | "messageGroup";

/** What identifies a message that was accepted. */
export type Accepted = Pick<SendResult, "messageId" | "sequenceNumber">;

/**
 * What a FIFO queue accepted in the last five minutes, by deduplication id. An id stays known
 * after its message is received and deleted (API reference, `MessageDeduplicationId`); a repeat
 * does not prolong it.
 */
export class DeduplicationWindow {
  readonly #clock: Clock;
  readonly #scope: DeduplicationScope;
  /** In the order of acceptance. */
  readonly #accepted = new Map<string, { at: number; accepted: Accepted }>();

  constructor(clock: Clock, scope: DeduplicationScope) {
    this.#clock = clock;
    this.#scope = scope;
  }

  /** The first message with this id, if it was accepted within the window. */
  find(groupId: string, deduplicationId: string): Accepted | undefined {
    this.#forget();
    return this.#accepted.get(this.#key(groupId, deduplicationId))?.accepted;
  }

  remember(groupId: string, deduplicationId: string, accepted: Accepted): void {
    this.#accepted.set(this.#key(groupId, deduplicationId), { at: this.#clock.now(), accepted });
  }

  #forget(): void {
    const oldest = this.#clock.now() - DEDUPLICATION_SECONDS * 1000;
    for (const [key, { at }] of this.#accepted) {
      if (at > oldest) return;
      this.#accepted.delete(key);
    }
  }

  /** Ids hold no white space, so a space cannot be mistaken. */
  #key(groupId: string, deduplicationId: string): string {
    return this.#scope === "messageGroup" ? `${groupId} ${deduplicationId}` : deduplicationId;
  }
}
