import type { Clock } from "../clock.ts";
import type { Emit } from "../events.ts";
import type { RuntimeFaults } from "../faults.ts";
import { type InvocationResult, isThrottled, type LambdaFunction } from "../lambda/function.ts";
import { SqsError } from "../sqs/errors.ts";
import type { Queue } from "../sqs/queue.ts";
import { backoff } from "./backoff.ts";
import { BATCH_LIMIT_BYTES } from "./batch-limit.ts";
import type { QueueMappingDefinition } from "./queue-mapping.ts";
import { type QueueRecord, toRecord } from "./queue-record.ts";
import { failedMessageIds } from "./queue-response.ts";

export interface QueuePollerOptions {
  queue: Pick<Queue, "definition" | "onAvailable" | "receiveNow" | "delete">;
  function: LambdaFunction;
  /** Seconds. */
  functionTimeoutSeconds: number;
  mapping: QueueMappingDefinition;
  clock: Clock;
  emit: Emit;
  region: string;
  delayBatch?: RuntimeFaults["delayQueueBatch"];
}

/**
 * Lambda's poller on a queue (Lambda Developer Guide, "Using Lambda with Amazon SQS"). It takes a
 * batch as soon as messages are available, up to the maximum concurrency and to what an invocation
 * can take. What may be in hand at
 * the same time is the queue's doing: a FIFO queue keeps a message group back while a batch with it
 * is in flight. Messages of a batch that failed become visible again when their visibility timeout
 * ends, or when the function has set it to.
 */
export class QueuePoller {
  readonly #options: QueuePollerOptions;
  readonly #inHand = new Set<Promise<void>>();
  readonly #closing = Promise.withResolvers<void>();
  #unsubscribe: (() => void) | undefined;

  /** Throws when the queue's visibility timeout is shorter than the function's timeout. */
  constructor(options: QueuePollerOptions) {
    this.#options = options;
    const visibility = options.queue.definition.visibilityTimeoutSeconds;
    if (visibility < options.functionTimeoutSeconds) {
      throw new Error(
        `${options.mapping.name}: Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${options.functionTimeoutSeconds} seconds`,
      );
    }
  }

  /** Begins to take batches; a mapping that is not enabled takes none. */
  start(): void {
    const { mapping, queue } = this.#options;
    if (!mapping.enabled || this.#unsubscribe !== undefined) return;
    this.#unsubscribe = queue.onAvailable(() => this.#takeBatches());
    this.#takeBatches();
  }

  /** Takes no more batches and waits for those in hand; one that is throttled is dropped. */
  async close(): Promise<void> {
    this.#closing.resolve();
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    await Promise.all(this.#inHand);
  }

  #takeBatches(): void {
    const { queue, mapping, region } = this.#options;
    while (this.#unsubscribe !== undefined && this.#inHand.size < mapping.maximumConcurrency) {
      const messages = queue.receiveNow({
        maxMessages: mapping.batchSize,
        maxBytes: BATCH_LIMIT_BYTES,
      });
      if (messages.length === 0) return;
      const source = { queueArn: queue.definition.arn, region };
      const records = messages.map((message) => toRecord(message, source));
      const passed = this.#deleteFilteredOut(records);
      if (passed.length > 0) this.#hold(passed);
    }
  }

  #hold(records: QueueRecord[]): void {
    const batch = this.#process(records).finally(() => {
      this.#inHand.delete(batch);
      this.#takeBatches();
    });
    this.#inHand.add(batch);
  }

  async #process(records: QueueRecord[]): Promise<void> {
    const milliseconds = this.#delayOf(records);
    if (milliseconds > 0) await this.#pause(milliseconds);
    const result = await this.#invoke(records);
    if (!result.ok) return;
    const failed = this.#failedIds(result.payload, records);
    this.#delete(records.filter(({ messageId }) => failed?.has(messageId) === false));
  }

  #delayOf(records: QueueRecord[]): number {
    const { delayBatch, queue } = this.#options;
    const groups = records.flatMap(({ attributes }) => attributes["MessageGroupId"] ?? []);
    return delayBatch?.({ queueArn: queue.definition.arn, groups: [...new Set(groups)] }) ?? 0;
  }

  /**
   * What is throttled is tried again as long as the messages are in flight (Lambda Developer Guide,
   * handling errors for an SQS event source, backoff strategy).
   */
  async #invoke(records: QueueRecord[]): Promise<InvocationResult> {
    const { clock, queue, function: handler } = this.#options;
    const end = clock.now() + queue.definition.visibilityTimeoutSeconds * 1000;
    let result = await handler.invoke({ Records: records });
    for (let attempts = 1; isThrottled(result); attempts++) {
      if (clock.now() + backoff(attempts) >= end) break;
      await this.#pause(backoff(attempts));
      if (this.#unsubscribe === undefined) break;
      result = await handler.invoke({ Records: records });
    }
    return result;
  }

  async #pause(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(milliseconds, resolve);
    await Promise.race([promise, this.#closing.promise]);
    timer.cancel();
  }

  #failedIds(payload: unknown, records: QueueRecord[]): Set<string> | undefined {
    const { mapping, function: handler } = this.#options;
    if (!mapping.reportBatchItemFailures) return new Set();
    const failed = failedMessageIds(payload, new Set(records.map((record) => record.messageId)));
    if (failed === undefined) {
      this.#notice(`${handler.name} gave a malformed batch response: the whole batch is retried`);
    }
    return failed;
  }

  #deleteFilteredOut(records: QueueRecord[]): QueueRecord[] {
    const { filters } = this.#options.mapping;
    if (filters.length === 0) return records;
    const passed = records.filter((record) => filters.some((filter) => filter(record)));
    this.#delete(records.filter((record) => !passed.includes(record)));
    return passed;
  }

  #delete(records: QueueRecord[]): void {
    for (const { messageId, receiptHandle } of records) {
      try {
        this.#options.queue.delete(receiptHandle);
      } catch (error) {
        if (!(error instanceof SqsError)) throw error;
        this.#notice(`message ${messageId} could not be deleted and will come again`);
      }
    }
  }

  #notice(message: string): void {
    const { emit, mapping } = this.#options;
    emit({ type: "notice", source: mapping.name, message });
  }
}
