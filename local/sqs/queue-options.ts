import type { Clock } from "../clock.ts";
import type { Emit } from "../events.ts";
import type { QueueDefinition } from "./definition.ts";
import type { Queue } from "./queue.ts";

export interface QueueOptions {
  definition: QueueDefinition;
  clock: Clock;
  newId: () => string;
  emit: Emit;
  /** Finds the dead-letter queue of the redrive policy. */
  queueByArn: (arn: string) => Queue | undefined;
  /** Messages that may be in flight at the same time; 120 000 by default, which is SQS's quota. */
  maxInFlight?: number;
}

export interface ReceiveRequest {
  /** 1 to 10. */
  maxMessages: number;
  /** Seconds; the queue's own by default. */
  visibilityTimeout?: number;
  /** Of all messages as JSON, but for the first, which is handed out in any case; default: no limit. */
  maxBytes?: number;
}
