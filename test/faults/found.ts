import type { ClientPlan, RoomSettings, Schedule, Step } from "./model/schedule.ts";

/** A schedule that once broke a promise. */
export interface FoundSchedule {
  /** What happened. */
  finding: string;
  schedule: Schedule;
}

const c1: ClientPlan = {
  name: "c1",
  user: "ann",
  room: "red",
  rights: { subscribe: true, publish: true },
  tokenSeconds: 6 * 3600,
  silent: false,
};
const c2: ClientPlan = { ...c1, name: "c2", user: "ben" };
const c3: ClientPlan = { ...c1, name: "c3", user: "eve" };
const c4: ClientPlan = { ...c1, name: "c4", user: "tom" };

function schedule(clients: ClientPlan[], steps: Step[], settings?: RoomSettings): Schedule {
  return { seed: 1, ...(settings && { settings }), clients, steps };
}

function pass(seconds: number): Step {
  return { do: "pass", milliseconds: seconds * 1000 };
}

/** The next so many posts to a client are never answered, nor carried out. */
function hangingPosts(client: string, times: number): Step {
  return {
    do: "fault",
    fault: {
      kind: "post-hangs",
      on: "call",
      target: { role: "fan-out", action: "PostToConnection", client },
      effect: { kind: "hangs", done: false },
      extent: { skip: 0, times },
    },
  };
}

/** They keep their promises now. */
export const foundSchedules: readonly FoundSchedule[] = [
  {
    finding: "one who joined in a batch that came again was not told who had left meanwhile",
    schedule: schedule(
      [c1, c2, c3],
      [
        { do: "connect", client: "c1" },
        { do: "connect", client: "c3" },
        pass(60),
        {
          do: "fault",
          fault: { kind: "redelivery", on: "deletion", extent: { skip: 0, times: 1 } },
        },
        { do: "connect", client: "c2" },
        pass(10),
        { do: "leave", client: "c3" },
        pass(300),
      ],
    ),
  },
  {
    finding: "an id that was sent with an expired token swallowed the same one with a fresh token",
    schedule: schedule(
      [{ ...c1, tokenSeconds: 30 }, c2],
      [
        { do: "connect", client: "c1" },
        { do: "connect", client: "c2" },
        pass(31),
        { do: "publish", client: "c1", n: 1, id: "x" },
        pass(5),
        { do: "connect", client: "c1" },
        pass(1),
        { do: "publish", client: "c1", n: 2, id: "x" },
        pass(5),
      ],
    ),
  },
  {
    finding: "an announcement that came again after five minutes left out what was before it",
    schedule: schedule(
      [c1, c2],
      [
        { do: "connect", client: "c2" },
        pass(1),
        {
          do: "fault",
          fault: {
            kind: "stream-repeat",
            on: "stream",
            delay: 0,
            repeats: 1,
            pause: 310_000,
            extent: { skip: 0, times: 1 },
          },
        },
        { do: "connect", client: "c1" },
        pass(305),
        hangingPosts("c2", 2),
        { do: "backend", room: "red", first: 1, count: 3 },
        pass(10),
      ],
    ),
  },
  {
    finding: "one whose joining made a room large was told twice that it has no presence",
    schedule: schedule(
      [c1, c2, c3],
      [
        { do: "connect", client: "c1" },
        { do: "connect", client: "c2" },
        { do: "connect", client: "c3" },
      ],
      { presenceLimit: 2, largeRoomMembers: 2, laneCount: 16 },
    ),
  },
  {
    finding: "a batch that came again ended presence under a number that was heard before",
    schedule: schedule(
      [c1, c2, c3, c4],
      [
        { do: "connect", client: "c1" },
        pass(10),
        {
          do: "fault",
          fault: { kind: "redelivery", on: "deletion", extent: { skip: 0, times: 1 } },
        },
        { do: "connect", client: "c2" },
        pass(1),
        // They fill the batch, so that it holds no later change.
        { do: "backend", room: "red", first: 1, count: 12 },
        { do: "connect", client: "c3" },
        { do: "connect", client: "c4" },
      ],
      { presenceLimit: 3, largeRoomMembers: 3, laneCount: 4 },
    ),
  },
];
