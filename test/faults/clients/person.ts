import { WebSocket } from "ws";
import {
  type Closed,
  connect,
  type Gap,
  type Message,
  PublishError,
  type PublishResult,
  type Room,
  type SocketConstructor,
} from "../../../client/index.ts";
import { clientPlatform } from "../../support/client-platform.ts";
import type { InProcessWorld } from "../in-process/in-process-world.ts";
import type { MemorySocket } from "../in-process/memory-socket.ts";
import { SeededRandom } from "../in-process/seeded-random.ts";
import { unsignedToken } from "../in-process/unsigned-token.ts";
import type { ClientPlan } from "../model/schedule.ts";

/** What the client has told of a room, in order. */
export type Told =
  | { kind: "message"; message: Message }
  | { kind: "gap"; gap: Gap }
  | { kind: "open" }
  | { kind: "closed"; closed: Closed };

/** A publish, and what became of it; undefined while that is open. */
export interface Publish {
  data: unknown;
  result: PublishResult | PublishError | undefined;
}

/** Somebody who is in a room of a world by the client library. */
export class Person {
  readonly plan: ClientPlan;
  readonly room: Room;
  readonly told: Told[] = [];
  readonly publishes: Publish[] = [];
  /** Handshakes that were begun. */
  connections = 0;
  readonly #sockets = new Map<WebSocket, MemorySocket>();

  constructor(world: InProcessWorld, plan: ClientPlan, seed: number) {
    this.plan = plan;
    const random = new SeededRandom(`${seed} ${plan.name}`);
    this.room = connect({
      url: world.url,
      room: plan.room,
      platform: clientPlatform(world.time, random, this.#socketsIn(world)),
      token: () => unsignedToken(plan, world.time.now()),
    });
    this.room.on("message", (message) => this.told.push({ kind: "message", message }));
    this.room.on("gap", (gap) => this.told.push({ kind: "gap", gap }));
    this.room.on("closed", (closed) => this.told.push({ kind: "closed", closed }));
    this.room.on("state", ({ state }) => {
      if (state === "open") this.told.push({ kind: "open" });
    });
  }

  publish(data: unknown): void {
    const publish: Publish = { data, result: undefined };
    this.publishes.push(publish);
    this.room.publish(data).then(
      (result) => {
        publish.result = result;
      },
      (error) => {
        if (!(error instanceof PublishError)) throw error;
        publish.result = error;
      },
    );
  }

  /** All of its connections are reset, as when a gateway ends, or a phone changes its network. */
  reset(): void {
    for (const socket of this.#sockets.keys()) socket.terminate();
  }

  /** Nothing gets through any more on the connections that it has, and neither end learns of it. */
  cut(): void {
    for (const bytes of this.#sockets.values()) bytes.cut();
  }

  /** Leaves nothing behind. */
  end(): void {
    this.room.close();
    this.reset();
  }

  #socketsIn(world: InProcessWorld): SocketConstructor {
    const sockets = this.#sockets;
    const begin = () => {
      this.connections += 1;
      return world.dial();
    };
    return class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        const bytes = begin();
        // `ws` takes any duplex stream, its types a network's socket.
        const createConnection = () => bytes as never;
        super(url, protocols, { perMessageDeflate: false, createConnection });
        sockets.set(this, bytes);
        this.on("close", () => sockets.delete(this));
        // Without a listener it would be thrown; the client hears of it by `onclose`.
        this.on("error", () => {});
      }
    };
  }
}
