import fc from "fast-check";
import { SqsError } from "../../../local/sqs/errors.ts";
import type { ReceivedMessage } from "../../../local/sqs/message.ts";
import { redriveTo, send, take, testService } from "./support.ts";

const GROUPS = ["a", "b"];

type Step =
  | { do: "send"; group: string }
  | { do: "receive"; max: number; timeout: number }
  | { do: "delete"; which: number }
  | { do: "change"; which: number; timeout: number }
  | { do: "wait"; seconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("send" as const), group: fc.constantFrom(...GROUPS) }),
  fc.record({
    do: fc.constant("receive" as const),
    max: fc.integer({ min: 1, max: 4 }),
    timeout: fc.integer({ min: 0, max: 5 }),
  }),
  fc.record({ do: fc.constant("delete" as const), which: fc.nat(5) }),
  fc.record({
    do: fc.constant("change" as const),
    which: fc.nat(5),
    timeout: fc.integer({ min: 0, max: 5 }),
  }),
  fc.record({ do: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 4 }) }),
);

/** What a FIFO queue owes its receivers, kept as simply as possible. */
class Model {
  /** Bodies of each group that are neither deleted nor dead-lettered, in the order of sending. */
  readonly alive = new Map<string, string[]>(GROUPS.map((group) => [group, []]));
  /** Epoch milliseconds, by body. */
  readonly heldUntil = new Map<string, number>();

  remove(body: string): void {
    for (const [group, queue] of this.alive) {
      this.alive.set(
        group,
        queue.filter((other) => other !== body),
      );
    }
    this.heldUntil.delete(body);
  }

  /** A batch of each group must be the head of the group, and nothing of it may be in flight. */
  check(batch: ReceivedMessage[], now: number): void {
    for (const [group, queue] of this.alive) {
      const got = batch
        .filter((message) => message.systemAttributes["MessageGroupId"] === group)
        .map((message) => message.body);
      if (got.length === 0) continue;
      const head = queue.slice(0, got.length);
      if (got.join() !== head.join()) throw new Error(`${got} overtook ${head}`);
      const held = queue.find((body) => (this.heldUntil.get(body) ?? 0) > now);
      if (held !== undefined) throw new Error(`${got} were handed out while ${held} was in flight`);
    }
  }
}

describe("the order of a FIFO queue", () => {
  it("is never broken, whatever happens to messages in flight", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
        const { clock, fifo } = testService();
        const dead = fifo("dead.fifo");
        const queue = fifo("orders.fifo", { redrivePolicy: redriveTo("dead.fifo", 3) });
        const model = new Model();
        const received: ReceivedMessage[] = [];
        const changing = (message: ReceivedMessage | undefined, change: () => void) => {
          if (message === undefined) return;
          try {
            change();
          } catch (error) {
            if (!(error instanceof SqsError)) throw error;
          }
        };
        let sent = 0;
        for (const next of steps) {
          const message = "which" in next ? received.at(-1 - next.which) : undefined;
          if (next.do === "send") {
            const body = `${next.group}${++sent}`;
            send(queue, next.group, body);
            model.alive.get(next.group)?.push(body);
          } else if (next.do === "receive") {
            const batch = queue.receiveNow({
              maxMessages: next.max,
              visibilityTimeout: next.timeout,
            });
            for (const letter of take(dead)) {
              model.remove(letter.body);
              dead.delete(letter.receiptHandle);
            }
            model.check(batch, clock.now());
            for (const { body } of batch) {
              model.heldUntil.set(body, clock.now() + next.timeout * 1000);
            }
            received.push(...batch);
          } else if (next.do === "delete") {
            changing(message, () => {
              queue.delete(message?.receiptHandle ?? "");
              model.remove(message?.body ?? "");
            });
          } else if (next.do === "change") {
            changing(message, () => {
              queue.changeVisibility(message?.receiptHandle ?? "", next.timeout);
              model.heldUntil.set(message?.body ?? "", clock.now() + next.timeout * 1000);
            });
          } else {
            await clock.advance(next.seconds * 1000);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
