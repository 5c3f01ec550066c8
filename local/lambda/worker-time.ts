import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import type { MessagePort } from "node:worker_threads";
import type { MainMessage, QuietMessage } from "./messages.ts";
import { TimerQueue } from "./timer-queue.ts";
import { replaceDate } from "./virtual-date.ts";
import { replaceTimers } from "./virtual-timers.ts";

/**
 * Lets a thread live on a time that is moved from outside: `Date`, `performance`,
 * `process.hrtime`, and all timers. What stays real: immediates, the timeouts of sockets
 * (`socket.setTimeout`), `Intl.DateTimeFormat` without a date, and the times of files.
 *
 * Whenever the thread has nothing left to do, it says so, with its next timer. It knows by
 * `beforeExit`: the port is the only thing that keeps it alive without doing anything, so it lets go
 * of the port while it works, and Node would end the thread when it is idle. So all that keeps an
 * event loop going is waited for: requests in flight, files, cryptography, immediates.
 */
export function followTime(cell: SharedArrayBuffer, port: MessagePort): { loaded(): void } {
  const time = new Float64Array(cell);
  const now = () => time[0] as number;
  const queue = new TimerQueue(now, setImmediate);
  let received = 0;
  let isLoaded = false;
  const sockets = openSockets();
  port.on("message", (message: MainMessage) => {
    received += 1;
    port.unref();
    if (message.type === "timers") queue.fireDue();
    if (message.type === "hold") {
      const socket = [...sockets].find(({ localPort }) => localPort === message.port);
      if (message.held) socket?.unref();
      else socket?.ref();
    }
  });
  port.unref();
  process.on("beforeExit", () => {
    const nextTimer = queue.next;
    // Code that waits for nothing while it is loaded ends, as it would on Lambda.
    if (!isLoaded && nextTimer === undefined) return;
    port.ref();
    const message: QuietMessage = { type: "quiet", received, nextTimer };
    port.postMessage(message);
  });
  replaceDate(now);
  replaceTimers(queue);
  replaceHighResolutionTime(now);
  return {
    loaded() {
      isLoaded = true;
    },
  };
}

/** The connections that the code has opened. */
function openSockets(): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  subscribe("net.client.socket", (message) => {
    const { socket } = message as { socket: Socket };
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}

/** From the thread's start on, as Node's. */
function replaceHighResolutionTime(now: () => number): void {
  const start = now();
  const elapsed = () => now() - start;
  Object.defineProperties(performance, {
    now: { value: elapsed },
    timeOrigin: { value: start },
  });
  const nanoseconds = () => BigInt(Math.round(elapsed() * 1e6));
  const hrtime = (earlier: [number, number] = [0, 0]) => {
    const passed = nanoseconds() - (BigInt(earlier[0]) * 1_000_000_000n + BigInt(earlier[1]));
    return [Number(passed / 1_000_000_000n), Number(passed % 1_000_000_000n)];
  };
  Object.assign(process, {
    hrtime: Object.assign(hrtime, { bigint: nanoseconds }),
    uptime: () => elapsed() / 1000,
  });
}
