import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startChildStack } from "../../scripts/lib/child-stack.ts";
import { Child } from "../lib/child.ts";
import { type Spread, spreadOf } from "../lib/statistics.ts";
import { messagesOf } from "../measure/messages.ts";
import type { Arrivals, SocketsQuestion } from "./sockets-process.ts";

/** The whole stack on this machine, with real sockets in another process. Times in milliseconds. */
export interface LaptopResults {
  sockets: number;
  openMs: number;
  /** One message alone: to half of the members, and to the last. */
  half: Spread;
  last: Spread;
  /** Ten messages at once, where the poller takes the first alone. */
  burst: { last: Spread; framesPerMember: Spread };
  /** A hundred messages at once. */
  throughput: { messages: number; deliveriesPerSecond: Spread; framesPerMember: Spread };
}

const socketsFile = fileURLToPath(new URL("sockets-process.ts", import.meta.url));
const room = "lobby";
const bytes = 100;
const settleMs = 500;

export async function measureLaptop({ quick }: { quick: boolean }): Promise<LaptopResults> {
  const sockets = quick ? 200 : 1000;
  const stack = await startChildStack();
  const clients = new Child<SocketsQuestion, Arrivals | number>(socketsFile, {
    env: { ...(process.env as Record<string, string>), ROOMCAST_LOCAL: stack.folder },
  });
  try {
    const { url } = stack.ready;
    const openMs = Number(await clients.ask({ kind: "open", url, room, count: sockets }));
    const publish = async (messages: number, times: number) => {
      const arrivals: Arrivals[] = [];
      for (let time = 0; time < times; time++) {
        // The stack is to be idle in between, welcomes and acknowledgements delivered.
        await sleep(settleMs);
        const texts = messagesOf(bytes, messages);
        arrivals.push((await clients.ask({ kind: "publish", messages: texts })) as Arrivals);
      }
      return {
        half: spreadOf(arrivals.map(({ halfMs }) => halfMs)),
        last: spreadOf(arrivals.map(({ lastMs }) => lastMs)),
        framesPerMember: spreadOf(arrivals.map(({ frames }) => frames / sockets)),
        rate: spreadOf(arrivals.map(({ deliveries, lastMs }) => (deliveries / lastMs) * 1000)),
      };
    };
    await publish(1, 2);
    const single = await publish(1, quick ? 3 : 10);
    const burst = await publish(10, quick ? 2 : 5);
    const many = await publish(100, quick ? 1 : 3);
    return {
      sockets,
      openMs,
      half: single.half,
      last: single.last,
      burst: { last: burst.last, framesPerMember: burst.framesPerMember },
      throughput: {
        messages: 100,
        deliveriesPerSecond: many.rate,
        framesPerMember: many.framesPerMember,
      },
    };
  } finally {
    await clients.close();
    // A thousand disconnects may keep it busy for as long as it has to end; it ends all the same.
    await stack.stop().catch(() => {});
  }
}
