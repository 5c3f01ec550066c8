import {
  type QueueMappingDefinition,
  queueMappingDefinition,
} from "../../../local/event-sources/queue-mapping.ts";
import { QueuePoller, type QueuePollerOptions } from "../../../local/event-sources/queue-poller.ts";
import type { QueueRecord } from "../../../local/event-sources/queue-record.ts";
import type { RuntimeEvent } from "../../../local/events.ts";
import type { InvocationResult, LambdaFunction } from "../../../local/lambda/function.ts";
import type { Properties, RecordedResource } from "../../../local/recording/resource.ts";
import type { Queue } from "../../../local/sqs/queue.ts";
import { settle } from "../../support/manual-clock.ts";
import { queueArn, queueResource, REGION, testService } from "../sqs/support.ts";

/** An event source mapping resource as the recorder would have it. */
export function mappingResource(inputs: Properties = {}): RecordedResource {
  const all = {
    eventSourceArn: queueArn("orders.fifo"),
    functionName: "worker",
    functionResponseTypes: ["ReportBatchItemFailures"],
    ...inputs,
  };
  return {
    ...queueResource("orders.fifo", all),
    type: "aws:lambda/eventSourceMapping:EventSourceMapping",
    name: "orders-to-worker",
    state: all,
  };
}

export function mappingOf(inputs: Properties = {}): QueueMappingDefinition {
  return queueMappingDefinition(mappingResource(inputs));
}

interface Invocation {
  records: QueueRecord[];
  bodies: string[];
  finish: (result: InvocationResult) => Promise<void>;
  /** Ends it with an answer. */
  answer: (payload?: unknown) => Promise<void>;
}

/** A function whose invocations last until the test ends them. */
export class ManualFunction implements LambdaFunction {
  readonly name = "worker";
  readonly arn = `arn:aws:lambda:${REGION}:123456789012:function:worker`;
  /** Those that have not ended. */
  readonly running: Invocation[] = [];

  invoke(event: unknown): Promise<InvocationResult> {
    const { Records: records } = event as { Records: QueueRecord[] };
    return new Promise((resolve) => {
      const finish = async (result: InvocationResult) => {
        this.running.splice(this.running.indexOf(invocation), 1);
        resolve(result);
        await settle();
      };
      const invocation: Invocation = {
        records,
        bodies: records.map(({ body }) => body),
        finish,
        answer: (payload = null) => finish({ ok: true, payload }),
      };
      this.running.push(invocation);
    });
  }

  /** The bodies of each batch in hand. */
  get inHand(): string[][] {
    return this.running.map(({ bodies }) => bodies);
  }

  /** The only invocation that is running. */
  get only(): Invocation {
    const [invocation, ...others] = this.running;
    if (invocation === undefined || others.length > 0) throw new Error("not exactly one");
    return invocation;
  }
}

/** A started poller on a FIFO queue with a visibility timeout of 30 seconds. */
export function testPoller(
  inputs: Properties = {},
  more: Pick<QueuePollerOptions, "delayBatch"> = {},
) {
  const { clock, fifo, service } = testService();
  const queue: Queue = fifo("orders.fifo");
  const worker = new ManualFunction();
  const events: RuntimeEvent[] = [];
  const poller = new QueuePoller({
    queue,
    function: worker,
    functionTimeoutSeconds: 5,
    mapping: mappingOf(inputs),
    clock,
    emit: (event) => events.push(event),
    region: REGION,
    ...more,
  });
  poller.start();
  return { clock, queue, worker, poller, events, service };
}
