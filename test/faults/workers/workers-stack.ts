import type { Queue } from "../../../local/sqs/queue.ts";
import { VirtualStack } from "../../support/virtual-stack.ts";
import type { WorldFaults } from "../world.ts";
import { noFaults } from "./no-faults.ts";
import { Operator } from "./operator.ts";
import { WorkersWorld } from "./workers-world.ts";

/** Expired rows are deleted that seldom: each look at the table costs a schedule real time. */
const SWEEP_MILLISECONDS = 300_000;
/** More than schedules can use up: the quotas of an account are not what they are about. */
const QUOTA = { rate: 100_000, burst: 100_000 };
/** Lanes would have a thread each, and all of them start at the same time. */
const MAXIMUM_CONCURRENCY = "6";
/** Of real time: several threads that start, on a machine that has other things to do. */
const SETTLE_MILLISECONDS = 60_000;
/** The rooms queue's visibility timeout, and a bit: how long what was lost stays away. */
const DRAIN_MILLISECONDS = 200_000;
/** An unreadable message is received ten times before it is dead. */
const MOST_DRAINS = 5;

/**
 * Roomcast in worker threads, before the embedded DynamoDB engine, with real sockets and IAM enforced.
 * It costs a second to start, so that many schedules use one, each in a world of its own.
 */
export class WorkersStack {
  readonly virtual: VirtualStack;
  readonly operator: Operator;
  readonly queue: Queue;
  readonly lanesQueue: Queue;
  readonly #setFaults: (faults: WorldFaults) => void;
  #worlds = 0;
  #current: WorkersWorld | undefined;

  private constructor(virtual: VirtualStack, setFaults: (faults: WorldFaults) => void) {
    this.virtual = virtual;
    this.operator = new Operator(virtual);
    const { outputs, resources } = virtual.stack;
    this.queue = virtual.stack.queueByUrl(outputs["queueUrl"]) as Queue;
    const lanes = resources.find(({ state }) => state["name"] === outputs["lanesQueueName"]);
    this.lanesQueue = virtual.stack.queueByUrl(lanes?.state["url"]) as Queue;
    this.#setFaults = setFaults;
  }

  /** @param config Over that of the stack `dev`, without the namespace. */
  static async start(config: Record<string, string> = {}): Promise<WorkersStack> {
    let faults: WorldFaults = noFaults;
    const all = { maximumConcurrency: MAXIMUM_CONCURRENCY, ...config };
    const own = Object.entries(all).map(([name, value]) => [`roomcast:${name}`, value]);
    const virtual = await VirtualStack.start(Object.fromEntries(own), {
      soleWriter: true,
      settleLimit: SETTLE_MILLISECONDS,
      sweepInterval: SWEEP_MILLISECONDS,
      account: { requests: QUOTA, connections: QUOTA },
      faults: {
        onCall: (call) => faults.onCall(call),
        loseDisconnect: (id) => faults.loseDisconnect(id),
        loseDeletion: (id) => faults.loseDeletion(id),
        onStreamBatch: () => faults.onStreamBatch(),
        delayQueueBatch: (batch) => faults.delayQueueBatch(batch),
      },
    });
    return new WorkersStack(virtual, (next) => {
      faults = next;
    });
  }

  /** A world in which nothing has happened yet; one at a time. */
  open(): WorkersWorld {
    if (this.#current !== undefined) throw new Error("A world is open already.");
    this.#worlds += 1;
    // No base64 has a colon, so that nothing else looks like it.
    this.#current = new WorkersWorld(this, `w${this.#worlds}:`);
    return this.#current;
  }

  /** What goes wrong from now on. */
  setFaults(faults: WorldFaults): void {
    this.#setFaults(faults);
  }

  /**
   * Ends what a world has left in the queue, in the table and in hand.
   *
   * @throws Error when something does not end
   */
  async drain(): Promise<void> {
    const { clock } = this.virtual;
    this.#setFaults(noFaults);
    await clock.settle();
    await this.operator.deleteRows();
    for (let drains = 0; drains < MOST_DRAINS; drains++) {
      await clock.advance(DRAIN_MILLISECONDS);
      const left = [this.queue, this.lanesQueue].map(({ counts }) => counts);
      if (left.every(({ visible, delayed, inFlight }) => visible + delayed + inFlight === 0)) break;
      if (drains === MOST_DRAINS - 1) throw new Error("The queues do not become empty.");
    }
    await this.operator.takeDeadLetters();
    this.virtual.events.length = 0;
    this.#current = undefined;
  }

  async close(): Promise<void> {
    this.operator.close();
    await this.virtual.close();
  }
}
