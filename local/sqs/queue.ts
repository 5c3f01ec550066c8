import type { Clock } from "../clock.ts";
import { Announcements } from "./announcements.ts";
import { checksums } from "./checksums.ts";
import { type Accepted, DeduplicationWindow } from "./deduplication.ts";
import type { QueueDefinition } from "./definition.ts";
import * as errors from "./errors.ts";
import { MAX_IN_FLIGHT, PURGE_INTERVAL_SECONDS } from "./limits.ts";
import { LongPolls } from "./long-polls.ts";
import {
  bytesAsJson,
  newMessage,
  type ReceivedMessage,
  type SendRequest,
  type SendResult,
  type StoredMessage,
  toReceived,
} from "./message.ts";
import { type Entry, type MessageCounts, MessageStore } from "./message-store.ts";
import type { QueueOptions, ReceiveRequest } from "./queue-options.ts";
import { decodeReceiptHandle, encodeReceiptHandle } from "./receipt-handles.ts";
import { asDeadLetter, asRedriven, isExhausted } from "./redrive.ts";
import { checkSendRequest, fifoIds } from "./send-request.ts";
import { SequenceNumbers } from "./sequence-numbers.ts";
import { checkVisibilityChange } from "./visibility-change.ts";

/**
 * An SQS queue in memory, FIFO or standard. Refusals are thrown as `SqsError`s.
 *
 * A standard queue hands out messages in the order in which they became available; a FIFO queue
 * keeps the order of each message group, and hands out nothing of a group while one of its messages
 * is in flight (SQS Developer Guide, "FIFO queue delivery logic").
 */
export class Queue {
  readonly definition: QueueDefinition;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly #options: QueueOptions;
  readonly #clock: Clock;
  readonly #maxInFlight: number;
  /** Of messages that became available, to those who wait for them first. */
  readonly #arrivals = new Announcements(() => {
    this.#polls.serve();
    return this.#store.hasReady;
  });
  readonly #store = new MessageStore(() => this.#arrivals.announce());
  readonly #sequence: SequenceNumbers;
  readonly #deduplication: DeduplicationWindow;
  readonly #polls: LongPolls<ReceivedMessage>;
  readonly #acceptedListeners = new Set<(message: StoredMessage) => void>();
  #purgedAt = Number.NEGATIVE_INFINITY;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#maxInFlight = options.maxInFlight ?? MAX_IN_FLIGHT;
    this.definition = options.definition;
    this.createdAt = this.#clock.now();
    this.#sequence = new SequenceNumbers(this.#clock);
    this.#deduplication = new DeduplicationWindow(
      this.#clock,
      options.definition.deduplicationScope,
    );
    this.#polls = new LongPolls(this.#clock);
  }

  /** How many messages are visible, delayed and in flight. */
  get counts(): Readonly<MessageCounts> {
    return this.#store.counts;
  }

  /** Accepts a message. A duplicate on a FIFO queue gets the first one's answer and is dropped. */
  send(request: SendRequest): SendResult {
    checkSendRequest(request, this.definition);
    const sums = checksums(request);
    if (!this.definition.fifo) return { ...sums, ...this.#accept(request, undefined) };
    const { groupId, deduplicationId } = fifoIds(request, this.definition);
    const first = this.#deduplication.find(groupId, deduplicationId);
    if (first !== undefined) return { ...sums, ...first };
    const accepted = this.#accept({ ...request, deduplicationId }, this.#sequence.next());
    this.#deduplication.remember(groupId, deduplicationId, accepted);
    return { ...sums, ...accepted };
  }

  /**
   * Hands out what is available now, without waiting: nothing while as many messages are in flight as
   * may be.
   */
  receiveNow(request: ReceiveRequest): ReceivedMessage[] {
    const { maxBytes = Number.POSITIVE_INFINITY } = request;
    const most = Math.min(request.maxMessages, this.#maxInFlight - this.counts.inFlight);
    const chosen: Entry[] = [];
    let bytes = 0;
    for (const entry of most > 0 ? this.#store.deliverable() : []) {
      if (chosen.length === most) break;
      if (this.#deadLetter(entry)) continue;
      if (Number.isFinite(maxBytes)) bytes += bytesAsJson(entry.message);
      if (bytes > maxBytes && chosen.length > 0) break;
      chosen.push(entry);
    }
    const seconds = request.visibilityTimeout ?? this.definition.visibilityTimeoutSeconds;
    return chosen.map((entry) => this.#handOut(entry, seconds));
  }

  /**
   * Hands out what is available, or waits for it for `waitSeconds` or until the signal aborts. With
   * too many messages in flight, only who does not wait is told so, and on a standard queue only (SQS
   * Developer Guide, quotas of standard queues and of FIFO queues).
   *
   * @param hold Called when it has to wait; the result, when it has waited.
   */
  async receive(
    request: ReceiveRequest & { waitSeconds: number },
    signal?: AbortSignal,
    hold?: () => () => void,
  ): Promise<ReceivedMessage[]> {
    const { inFlight } = this.counts;
    const taken = this.receiveNow(request);
    if (taken.length > 0) return taken;
    if (request.waitSeconds === 0) {
      if (inFlight < this.#maxInFlight || this.definition.fifo) return taken;
      throw errors.overLimit(`Too many messages are in flight: ${inFlight}.`);
    }
    const release = hold?.();
    const waited = this.#polls.wait(
      request.waitSeconds * 1000,
      () => this.receiveNow(request),
      signal,
    );
    return await waited.finally(release);
  }

  /**
   * Deletes a received message. On a FIFO queue the handle expires with the visibility timeout and
   * is refused then; on a standard queue an old handle is accepted and does nothing.
   */
  delete(receiptHandle: string): void {
    const entry = this.#find(receiptHandle);
    if (entry === undefined) return;
    const latest = entry.receiptHandle === receiptHandle;
    if (this.definition.fifo && !(latest && entry.state === "in-flight")) {
      throw errors.receiptHandleExpired(receiptHandle);
    }
    if (!latest) return;
    if (this.counts.inFlight === this.#maxInFlight) this.#arrivals.announce();
    this.#store.remove(entry);
  }

  /** Lets the visibility timeout of a message in flight end `seconds` from now; 0 releases it. */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const entry = this.#find(receiptHandle);
    const { fifo } = this.definition;
    checkVisibilityChange(entry, { receiptHandle, seconds, now: this.#clock.now(), fifo });
    this.#hide(entry, "in-flight", seconds);
  }

  /** Deletes everything, what is in flight included; once a minute at most. */
  purge(): void {
    const now = this.#clock.now();
    if (now - this.#purgedAt < PURGE_INTERVAL_SECONDS * 1000) {
      throw errors.purgeInProgress(this.definition.name);
    }
    this.#purgedAt = now;
    for (const entry of this.#store.all()) this.#store.remove(entry);
  }

  /**
   * Moves messages that could be received now to where `destination` says, as new messages;
   * answers how many. Those without a destination stay.
   */
  redrive(destination: (message: StoredMessage) => Queue | undefined): number {
    let moved = 0;
    for (const entry of this.#store.deliverable()) {
      const queue = destination(entry.message);
      if (queue === undefined || queue === this) continue;
      this.#store.remove(entry);
      queue.#enqueueRedriven(entry.message);
      moved += 1;
    }
    return moved;
  }

  /**
   * Calls back when messages have become available, soon after and once for all that came
   * together. The answer ends the subscription.
   */
  onAvailable(listener: () => void): () => void {
    return this.#arrivals.listen(listener);
  }

  /** Calls back with each message that is sent to the queue and accepted. The answer ends that. */
  onAccepted(listener: (message: StoredMessage) => void): () => void {
    this.#acceptedListeners.add(listener);
    return () => void this.#acceptedListeners.delete(listener);
  }

  /** Lets waiting receivers go and forgets all messages. */
  close(): void {
    this.#arrivals.close();
    for (const entry of this.#store.all()) this.#store.remove(entry);
    this.#polls.close();
  }

  #accept(request: SendRequest, sequenceNumber: string | undefined): Accepted {
    const messageId = this.#options.newId();
    const entry = this.#enqueue(
      newMessage(request, {
        messageId,
        sequenceNumber,
        accountId: this.definition.arn.split(":")[4] ?? "",
        now: this.#clock.now(),
      }),
    );
    const delay = this.definition.fifo ? undefined : request.delaySeconds;
    this.#hide(entry, "delayed", delay ?? this.definition.delaySeconds);
    for (const listener of this.#acceptedListeners) listener(entry.message);
    return { messageId, ...(sequenceNumber === undefined ? {} : { sequenceNumber }) };
  }

  #enqueue(message: StoredMessage): Entry {
    const { fifo, messageRetentionSeconds } = this.definition;
    const group = fifo ? message.groupId : undefined;
    const entry = this.#store.add(message, group ?? message.messageId);
    const end = message.enqueuedAt + messageRetentionSeconds * 1000;
    entry.expiry = this.#clock.after(Math.max(0, end - this.#clock.now()), () =>
      this.#store.remove(entry),
    );
    return entry;
  }

  #enqueueRedriven(message: StoredMessage): void {
    this.#enqueue(
      asRedriven(message, {
        now: this.#clock.now(),
        messageId: this.#options.newId(),
        sequenceNumber: this.#nextSequenceNumber(),
      }),
    );
  }

  /** Moves a message that was received too often; answers whether it did. */
  #deadLetter(entry: Entry): boolean {
    const { name, arn, redrivePolicy } = this.definition;
    if (!isExhausted(entry.message, redrivePolicy)) return false;
    const target = this.#options.queueByArn(redrivePolicy?.deadLetterTargetArn ?? "");
    if (target === undefined) return false;
    this.#store.remove(entry);
    const sequenceNumber = target.#nextSequenceNumber();
    target.#enqueue(asDeadLetter(entry.message, arn, { now: this.#clock.now(), sequenceNumber }));
    const { messageId, receivesHere } = entry.message;
    this.#options.emit({
      type: "notice",
      source: name,
      message: `message ${messageId} went to ${target.definition.name} after ${receivesHere} receives`,
    });
    return true;
  }

  #nextSequenceNumber(): string | undefined {
    return this.definition.fifo ? this.#sequence.next() : undefined;
  }

  #handOut(entry: Entry, visibilitySeconds: number): ReceivedMessage {
    const { message } = entry;
    const now = this.#clock.now();
    message.receiveCount += 1;
    message.receivesHere += 1;
    message.firstReceivedAt ??= now;
    const receipt = { queueArn: this.definition.arn, messageId: message.messageId };
    const receiptHandle = encodeReceiptHandle(receipt, this.#options.newId());
    entry.receiptHandle = receiptHandle;
    entry.receivedAt = now;
    this.#hide(entry, "in-flight", visibilitySeconds);
    return toReceived(message, receiptHandle);
  }

  #hide(entry: Entry, state: "delayed" | "in-flight", seconds: number): void {
    entry.timer?.cancel();
    entry.timer = undefined;
    if (seconds === 0) {
      this.#store.setState(entry, "visible");
      return;
    }
    this.#store.setState(entry, state);
    entry.timer = this.#clock.after(seconds * 1000, () => this.#store.setState(entry, "visible"));
  }

  /** Undefined for a message that is no longer here. */
  #find(receiptHandle: string): Entry | undefined {
    const receipt = decodeReceiptHandle(receiptHandle);
    if (receipt === undefined || receipt.queueArn !== this.definition.arn) {
      throw errors.receiptHandleIsInvalid(receiptHandle);
    }
    return this.#store.find(receipt.messageId);
  }
}
