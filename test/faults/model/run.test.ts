import assert from "node:assert/strict";
import type { World, WorldClient } from "../world.ts";
import { packed, unpacked } from "./packed.ts";
import { type MakeWorld, run } from "./run.ts";
import type { ClientPlan, Schedule } from "./schedule.ts";
import { shrink } from "./shrink.ts";
import { figuresOf, sum } from "./tally.ts";
import { tell } from "./tell.ts";
import { openWorlds } from "./worlds.ts";

const plan: ClientPlan = {
  name: "c1",
  user: "ann",
  room: "red",
  rights: { subscribe: true, publish: true },
  tokenSeconds: 3600,
  silent: false,
};
const schedule: Schedule = {
  seed: 1,
  clients: [plan, { ...plan, name: "c2", user: "ben" }],
  steps: [
    { do: "connect", client: "c1" },
    { do: "connect", client: "c2" },
    { do: "pass", milliseconds: 1000 },
    { do: "publish", client: "c1", n: 1, id: "x" },
    { do: "ping", client: "c2" },
    {
      do: "fault",
      fault: {
        kind: "post-5xx",
        on: "call",
        target: { action: "PostToConnection", client: "c2" },
        effect: { kind: "refused", status: 503, type: "ServiceUnavailableException" },
        extent: { skip: 0, times: 2 },
      },
    },
    { do: "burst", client: "c2", first: 2, count: 3, bytes: 100 },
    { do: "pass", milliseconds: 5000 },
    { do: "vanish", client: "c1" },
    { do: "backend", room: "red", first: 5, count: 1 },
    { do: "text", client: "c1", n: 6 },
  ],
};

describe("a run of a schedule", function () {
  this.timeout(60_000);
  let make: MakeWorld;

  before(async () => {
    ({ make } = await openWorlds("in one process"));
  });

  /** A world in which frames with a text in them get lost on their way. */
  function losing(text: string): MakeWorld {
    return async (schedule) => {
      const world = await make(schedule);
      return new Proxy(world, {
        get(target, key) {
          const value = Reflect.get(target, key, target);
          if (key !== "connect") return typeof value === "function" ? value.bind(target) : value;
          return async (options: Parameters<World["connect"]>[0]) => {
            const client = await target.connect(options);
            return "status" in client ? client : losingClient(client, text);
          };
        },
        set: (target, key, value) => Reflect.set(target, key, value, target),
      });
    };
  }

  it("goes as planned, and ends in peace", async () => {
    const outcome = await run(schedule, make);
    assert.deepEqual(outcome.violations, []);
    const { connections, queued, strikes, rows } = outcome.history ?? assert.fail();
    assert.deepEqual(
      connections.map(({ name, status, ended }) => [name, status, ended?.by]),
      [
        ["c1", 101, "vanish"],
        ["c2", 101, undefined],
      ],
    );
    const kinds = queued.map(({ attributes }) => attributes["kind"] ?? "publish");
    assert.deepEqual(
      kinds.filter((kind) => !["joined", "left", "changes"].includes(kind)),
      // The last three are the probes; who has vanished sends nothing.
      ["message", "message", "message", "message", "publish", "publish", "publish", "publish"],
    );
    assert.deepEqual([...strikes], [["post-5xx", 2]]);
    assert.deepEqual(
      rows.map(({ user }) => user),
      ["ben"],
    );
  });

  it("goes the same way again", async () => {
    const first = await run(schedule, make);
    const second = await run(schedule, make);
    assert.deepEqual(second.history, first.history);
  });

  it("tells of a world that breaks down", async () => {
    const { violations } = await run(schedule, async (planned) => {
      const world = await make(planned);
      return new Proxy(world, {
        get(target, key) {
          const value = Reflect.get(target, key, target);
          if (key === "publish") return () => Promise.reject(new Error("broken"));
          return typeof value === "function" ? value.bind(target) : value;
        },
        set: (target, key, value) => Reflect.set(target, key, value, target),
      });
    });
    assert.equal(violations[0]?.check, "the world itself");
    assert.match(violations[0]?.sentence ?? "", /^Error: broken/);
  });

  it("is shrunk to what makes it fail, and told as steps", async () => {
    const lossy = losing('"n":3,');
    const failing = await run(schedule, lossy);
    assert.equal(failing.violations[0]?.check, "no gap");
    const least = await shrink(failing, lossy);
    assert.deepEqual(
      least.schedule.steps.map((step) => step.do),
      ["connect", "burst"],
    );
    assert.deepEqual(
      least.schedule.clients.map(({ name }) => name),
      ["c2"],
    );
    const [heading, violation, client, ...rest] = tell(least).split("\n");
    assert.equal(heading, "Seed 1: 1 clients, 2 steps, 0 faults.");
    assert.match(violation ?? "", /^ {2}VIOLATED \(no gap\): c2 never heard message \d{20} of red/);
    assert.equal(client, "  c2 is ben in red, may subscribe and publish, token for 3600 s");
    assert.deepEqual(rest.slice(0, 4), [
      "    0:00.000  c2 connects",
      "    0:00.000  c2 publishes 2 to 3 at once, 100 bytes each",
      "    0:00.000  faults end, and everything comes to rest",
      "Again:",
    ]);
    const word = rest[4]?.split("--replay ")[1] ?? "";
    assert.deepEqual(unpacked(word), least.schedule);
  });

  it("is counted", async () => {
    const outcome = await run(schedule, make);
    const figures = sum([figuresOf(outcome), figuresOf(outcome)]);
    const { faults, ...numbers } = figures;
    assert.deepEqual(numbers, {
      schedules: 2,
      steps: 20,
      connections: 4,
      messages: 16,
      deliveries: 24,
      largeRooms: 0,
      laneTasks: 0,
      cursors: 0,
      deadLetters: 0,
      welcomesMissing: 0,
      violations: 0,
    });
    assert.deepEqual(faults["post-5xx"], { planned: 2, struck: 4 });
    assert.deepEqual(faults.timeout, { planned: 0, struck: 0 });
  });
});

describe("a run of a schedule with large rooms", function () {
  this.timeout(60_000);

  it("is served in lanes from its settings' number of connections on", async () => {
    const { make } = await openWorlds("in one process");
    const settings = { presenceLimit: 1, largeRoomMembers: 1, laneCount: 2 };
    const outcome = await run({ ...schedule, settings }, make);
    assert.deepEqual(outcome.violations, []);
    const lanes = new Set(outcome.history?.laneTasks.map(({ room }) => room));
    assert.deepEqual(lanes, new Set(["red#0", "red#1"]));
    assert.equal(figuresOf(outcome).largeRooms, 1);
    assert.match(
      tell({ schedule: { ...schedule, settings }, violations: [] }),
      /\n {2}presence up to 1 connections, 2 lanes from 2 on\n/,
    );
  });
});

describe("a packed schedule", () => {
  it("is read again, as is JSON", () => {
    assert.deepEqual(unpacked(packed(schedule)), schedule);
    assert.deepEqual(unpacked(JSON.stringify(schedule)), schedule);
  });
});

function losingClient(client: WorldClient, text: string): WorldClient {
  return new Proxy(client, {
    get(target, key) {
      const value = Reflect.get(target, key, target);
      if (key === "received") {
        return target.received.flatMap(({ text: frame, at }) => {
          const { type, events = [] } = JSON.parse(frame);
          if (type !== "batch") return frame.includes(text) ? [] : [{ text: frame, at }];
          const left = events.filter((event: unknown) => !JSON.stringify(event).includes(text));
          return [{ text: JSON.stringify({ type, events: left }), at }];
        });
      }
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
