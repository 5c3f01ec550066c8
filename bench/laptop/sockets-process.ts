import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";
import { laptopIdentity } from "../../scripts/lib/laptop-identity.ts";
import { answer } from "../lib/child.ts";
import { marker } from "../measure/messages.ts";

/**
 * Many clients in a process of their own. `ROOMCAST_LOCAL` names the folder of the stack, whose keys
 * sign their tokens.
 */
export type SocketsQuestion =
  | { kind: "open"; url: string; room: string; count: number }
  /** Publishes messages at once, over as many connections, and waits until everybody has all of them. */
  | { kind: "publish"; messages: string[] };

/** Milliseconds from the first publish. */
export interface Arrivals {
  /** To half of the connections, and to the last. */
  halfMs: number;
  lastMs: number;
  /** Frames with messages in them, over all connections. */
  frames: number;
  deliveries: number;
}

/** Below the limit of twenty connections that a user may have in a room. */
const connectionsPerUser = 10;
const opening = 4;
/** A handshake that is refused is tried again, as a client does. */
const attempts = 10;
const againMs = 500;
const sockets: WebSocket[] = [];
let onMessages: (count: number) => void = () => {};

answer(
  async (question: SocketsQuestion): Promise<Arrivals | number> =>
    question.kind === "open" ? await open(question) : await publish(question.messages),
);

async function open({
  url,
  room,
  count,
}: Extract<SocketsQuestion, { kind: "open" }>): Promise<number> {
  const identity = await laptopIdentity();
  const startedAt = performance.now();
  const numbers = Array.from({ length: count }).keys();
  const join = async () => {
    for (const number of numbers) {
      const user = `user-${Math.floor(number / connectionsPerUser)}`;
      const token = await identity.token(user, [room]);
      const socket = await connect(`${url}?room_id=${room}`, token);
      socket.on("message", (data) => {
        const messages = String(data).split(marker).length - 1;
        if (messages > 0) onMessages(messages);
      });
      sockets.push(socket);
    }
  };
  await Promise.all(Array.from({ length: opening }, join));
  return performance.now() - startedAt;
}

async function connect(url: string, token: string): Promise<WebSocket> {
  for (let attempt = 1; ; attempt++) {
    const socket = new WebSocket(url, { headers: { Authorization: `Bearer ${token}` } });
    try {
      await once(socket, "open");
      return socket;
    } catch (error) {
      if (attempt === attempts) throw error;
      await sleep(againMs);
    }
  }
}

function publish(messages: string[]): Promise<Arrivals> {
  const { promise, resolve } = Promise.withResolvers<Arrivals>();
  const expected = sockets.length * messages.length;
  const startedAt = performance.now();
  let deliveries = 0;
  let frames = 0;
  let halfMs = 0;
  onMessages = (count) => {
    deliveries += count;
    frames += 1;
    const elapsed = performance.now() - startedAt;
    if (halfMs === 0 && deliveries >= expected / 2) halfMs = elapsed;
    if (deliveries >= expected) resolve({ halfMs, lastMs: elapsed, frames, deliveries });
  };
  for (const [index, data] of messages.entries()) {
    // A frame that is no JSON object: published as a string.
    sockets[index % sockets.length]?.send(data);
  }
  return promise;
}
