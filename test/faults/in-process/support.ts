import assert from "node:assert/strict";
import type { ServerFrame } from "../../../handlers/protocol/index.ts";
import type { CallFault, OutsideCall } from "../../../local/faults.ts";
import { recordRoomcast } from "../../support/program.ts";
import type { ConnectOptions, WorldClient } from "../world.ts";
import { InProcessWorld, type InProcessWorldOptions } from "./in-process-world.ts";

let open: InProcessWorld | undefined;

/** A world without latencies unless told; {@link closeWorld} ends it. */
export async function openWorld(
  options: Partial<InProcessWorldOptions> = {},
): Promise<InProcessWorld> {
  const recorded = await recordRoomcast("dev");
  open = new InProcessWorld({ seed: 1, recorded, latency: 0, ...options });
  return open;
}

/** For `afterEach`. */
export async function closeWorld(): Promise<void> {
  await open?.close();
  open = undefined;
}

/** A handshake, to its end. */
export function connect(world: InProcessWorld, options: Partial<ConnectOptions> = {}) {
  const rights = { subscribe: true, publish: true };
  const all = { user: "alice", room: "lobby", rights, tokenSeconds: 3600, ...options };
  return world.time.until(world.connect(all));
}

/** A connection that has had its `welcome`. */
export async function join(
  world: InProcessWorld,
  user: string,
  room = "lobby",
): Promise<WorldClient> {
  const client = await connect(world, { user, room });
  assert.ok(!("status" in client));
  await world.time.advance(1000);
  return client;
}

/** The types of the frames that came, batches taken apart. */
export function typesOf(client: WorldClient): string[] {
  return eventsOf(client).map(({ type }) => type);
}

/** The data of the messages that came, repeats included. */
export function dataOf(client: WorldClient): unknown[] {
  return eventsOf(client).flatMap((event) => (event.type === "message" ? [event.data] : []));
}

function eventsOf({ received }: WorldClient): Exclude<ServerFrame, { type: "batch" }>[] {
  return received.flatMap(({ text }) => {
    const frame: ServerFrame = JSON.parse(text);
    return frame.type === "batch" ? frame.events : [frame];
  });
}

/** Lets the next calls of an action go wrong, and keeps when they were made. */
export function fail(
  world: InProcessWorld,
  action: string,
  ...faults: (CallFault | undefined)[]
): { call: OutsideCall; at: number }[] {
  const calls: { call: OutsideCall; at: number }[] = [];
  const began = world.time.now();
  world.faults = {
    ...world.faults,
    onCall(call) {
      if (call.action !== action) return undefined;
      calls.push({ call, at: world.time.now() - began });
      return faults.shift();
    },
  };
  return calls;
}
