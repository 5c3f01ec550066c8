import { drawFault } from "./draw-fault.ts";
import { type Fault, type FaultKind, faultKinds } from "./fault.ts";
import { Random } from "./random.ts";
import type { ClientPlan, Invalid, RoomSettings, Schedule, Step } from "./schedule.ts";

type DrawnKind = Exclude<FaultKind, "token-expires">;

const ofAll = (Object.keys(faultKinds) as FaultKind[]).filter(
  (kind): kind is DrawnKind => kind !== "token-expires",
);
/** They need a room that is served in lanes, or that has been. */
const ofLanes: readonly DrawnKind[] = ["lane-send-fails", "lane-lags", "mark-fails"];
const ofRooms = ofAll.filter((kind) => !ofLanes.includes(kind));
/** So few connections that rooms grow over the limits and shrink again, as they come and go. */
const largeRooms: readonly RoomSettings[] = [
  { presenceLimit: 1, largeRoomMembers: 1, laneCount: 2 },
  { presenceLimit: 1, largeRoomMembers: 2, laneCount: 4 },
  { presenceLimit: 2, largeRoomMembers: 2, laneCount: 16 },
  { presenceLimit: 2, largeRoomMembers: 3, laneCount: 2 },
  { presenceLimit: 3, largeRoomMembers: 3, laneCount: 4 },
  { presenceLimit: 0, largeRoomMembers: 2, laneCount: 16 },
];
const shareOfLargeRooms = 0.6;
/** Of the schedules with large rooms: how many last long enough for one to be served as a whole again. */
const shareOfLongPasses = 0.2;
/** And in how many a room shrinks again before it is served in lanes for a second time. */
const shareOfShrinking = 0.15;
/** A room stays large for so long after it was marked (handlers/lib/members/room-items.ts). */
const markSeconds = 6 * 3600;
/** After so many their connections have ended: they live for two hours. */
const longest = 7 * 3600;
const invalids: readonly Invalid[] = [
  "bad-id",
  "numeric-id",
  "no-data",
  "too-large",
  "control-character",
];
/** How often each kind of step is drawn. */
const weights = {
  publish: 26,
  again: 6,
  text: 6,
  invalid: 5,
  ping: 3,
  burst: 6,
  backend: 8,
  connect: 14,
  leave: 5,
  vanish: 4,
  pass: 24,
};
/** A frame of 24 KB and a byte of `data` are too large for fan-out to deliver. */
const unreadableBytes = 25_000;
const hours = 3600;

const endBehindTasks: Fault = {
  kind: "crash-after",
  on: "call",
  target: { role: "fan-out", service: "sqs", action: "SendMessageBatch" },
  effect: { kind: "crash", done: true },
  extent: { skip: 0, times: 1 },
};

/** Clients, rooms, steps and faults, all by the seed: at least 3 users, 2 rooms, 40 steps, 3 faults. */
export function drawSchedule(seed: number): Schedule {
  return new Drawing(seed).schedule();
}

class Drawing {
  readonly #seed: number;
  readonly #random: Random;
  readonly #settings: RoomSettings | undefined;
  readonly #clients: ClientPlan[];
  /** Those that are connected as far as the plan goes; a fault may see to it that they are not. */
  readonly #connected = new Set<ClientPlan>();
  /** Ids that were used, by user and room: to be used again. */
  readonly #ids = new Map<string, string[]>();
  #n = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#settings = this.#random.chance(shareOfLargeRooms)
      ? this.#random.pick(largeRooms)
      : undefined;
    this.#clients = this.#drawClients();
  }

  schedule(): Schedule {
    const random = this.#random;
    const steps: Step[] = [];
    if (this.#settings !== undefined && random.chance(shareOfShrinking)) {
      steps.push(...this.#growAndShrink(this.#settings));
    }
    for (const client of this.#clients.slice(0, random.between(3, 6))) {
      steps.push(this.#connect(client));
      if (random.chance(0.3)) steps.push(this.#pass());
    }
    const length = random.between(40, 60);
    const isLong = this.#settings !== undefined && random.chance(shareOfLongPasses);
    const longPassAt = isLong ? random.between(15, 35) : Number.POSITIVE_INFINITY;
    while (steps.length < length) {
      steps.push(steps.length === longPassAt ? this.#longPass(steps) : this.#step());
    }
    for (let faults = random.between(3, 8); faults > 0; faults--) {
      // Late ones would have nothing left to strike.
      steps.splice(random.between(0, Math.floor(steps.length * 0.8)), 0, this.#fault());
    }
    const settings = this.#settings && { settings: this.#settings };
    return { seed: this.#seed, ...settings, clients: this.#clients, steps };
  }

  #fault(): Step {
    const random = this.#random;
    const names = this.#clients.map(({ name }) => name);
    const kinds = this.#settings === undefined ? ofRooms : ofAll;
    return { do: "fault", fault: drawFault(random.pick(kinds), random, names) };
  }

  #drawClients(): ClientPlan[] {
    const random = this.#random;
    // Their hashes, and so their lanes, are others in each schedule.
    const users = ["ann", "ben", "eve", "kim", "tom"]
      .slice(0, random.between(3, 5))
      .map((name) => `${name}${random.between(1, 99)}`);
    const rooms = ["red", "blue", "green"].slice(0, random.between(2, 3));
    return Array.from({ length: random.between(6, 10) }, (_, index): ClientPlan => {
      const subscribe = random.chance(0.85);
      return {
        name: `c${index + 1}`,
        // Everybody and every room is there; who comes after has another connection.
        user: users[index] ?? random.pick(users),
        room: rooms[index] ?? (random.chance(0.4) ? "red" : random.pick(rooms)),
        rights: { subscribe, publish: !subscribe || random.chance(0.85) },
        tokenSeconds: random.chance(0.8) ? 6 * hours : random.between(15, 400),
        silent: random.chance(0.1),
      };
    });
  }

  #step(): Step {
    const random = this.#random;
    const kind = random.weighted(weights);
    if (kind === "pass") return this.#pass();
    if (kind === "backend") return this.#backend();
    const away = this.#clients.filter((client) => !this.#connected.has(client));
    if (kind === "connect" || this.#connected.size === 0) {
      // Of one who is connected already: in case that it no longer is.
      return this.#connect(random.pick(away.length > 0 ? away : this.#clients));
    }
    const client = random.pick([...this.#connected]);
    const { name } = client;
    switch (kind) {
      case "publish":
        return this.#publish(client);
      case "again":
        return { do: "publish", client: name, n: this.#next(), id: this.#usedId(client) };
      case "text":
        return { do: "text", client: name, n: this.#next() };
      case "invalid":
        return this.#invalid(client);
      case "ping":
        return { do: "ping", client: name };
      case "burst":
        return this.#burst(client);
      case "leave":
      case "vanish":
        this.#connected.delete(client);
        return { do: kind, client: name };
    }
  }

  #connect(client: ClientPlan): Step {
    this.#connected.add(client);
    return { do: "connect", client: client.name };
  }

  #pass(): Step {
    const random = this.#random;
    const [least, most] = random.pick([
      [1, 200],
      [1, 200],
      [200, 5000],
      [200, 5000],
      [5000, 60_000],
      [60_000, 360_000],
    ] as const);
    return { do: "pass", milliseconds: random.between(least, most) };
  }

  /**
   * Hours, in which everybody's connection ends: mostly until marks end, or nearly so, that were made in
   * the beginning.
   */
  #longPass(before: readonly Step[]): Step {
    const random = this.#random;
    this.#connected.clear();
    const passed = before.flatMap((step) => (step.do === "pass" ? [step.milliseconds] : []));
    const untilMarksEnd = markSeconds * 1000 - passed.reduce((sum, time) => sum + time, 0);
    const milliseconds = random.chance(0.7)
      ? untilMarksEnd + random.between(-360_000, 60_000)
      : random.between(2.5 * hours, longest) * 1000;
    return { do: "pass", milliseconds };
  }

  /**
   * A room becomes large, the run that finds it so ends right behind its tasks, and when the batch comes
   * again there are few left.
   */
  #growAndShrink({ largeRoomMembers }: RoomSettings): Step[] {
    const random = this.#random;
    const members = this.#clients.filter(({ room }) => room === "red");
    const crowd = members.slice(0, largeRoomMembers + 1);
    const connects = crowd.map((client) => this.#connect(client));
    const leaves = crowd.slice(1).map((client): Step => {
      this.#connected.delete(client);
      return { do: "leave", client: client.name };
    });
    return [
      { do: "fault", fault: endBehindTasks },
      ...connects,
      { do: "pass", milliseconds: random.between(100, 2000) },
      ...leaves,
      { do: "pass", milliseconds: random.between(100_000, 300_000) },
      this.#backendTo("red"),
    ];
  }

  #publish(client: ClientPlan): Step {
    const random = this.#random;
    const id = random.chance(0.4) ? { id: this.#newId(client) } : {};
    const bytes = random.chance(0.1) ? { bytes: random.between(1000, 20_000) } : {};
    return { do: "publish", client: client.name, n: this.#next(), ...id, ...bytes };
  }

  #invalid(client: ClientPlan): Step {
    const random = this.#random;
    const what = random.pick(invalids);
    const takesId = what === "no-data" || what === "too-large";
    const id = takesId && random.chance(0.5) ? { id: this.#newId(client) } : {};
    return { do: "invalid", client: client.name, n: this.#next(), what, ...id };
  }

  /** Large ones do not fit into one frame, so that a connection is posted several. */
  #burst(client: ClientPlan): Step {
    const count = this.#random.between(3, 15);
    const bytes = this.#random.chance(0.5) ? { bytes: this.#random.between(5000, 20_000) } : {};
    const first = this.#next(count);
    return { do: "burst", client: client.name, first, count, ...bytes };
  }

  #backend(): Step {
    return this.#backendTo(this.#random.pick(this.#clients).room);
  }

  #backendTo(room: string): Step {
    const random = this.#random;
    if (random.chance(0.05)) {
      return { do: "backend", room, first: this.#next(), count: 1, bytes: unreadableBytes };
    }
    const count = random.chance(0.6) ? 1 : random.between(2, 12);
    const bytes = random.chance(0.2) ? { bytes: random.between(5000, 20_000) } : {};
    return { do: "backend", room, first: this.#next(count), count, ...bytes };
  }

  #next(count = 1): number {
    const first = this.#n + 1;
    this.#n += count;
    return first;
  }

  #newId(client: ClientPlan): string {
    const ids = this.#idsOf(client);
    const id = `${client.user}-${ids.length + 1}`;
    ids.push(id);
    return id;
  }

  /** Used before if there is one; the same user's other connections may have used it. */
  #usedId(client: ClientPlan): string {
    const ids = this.#idsOf(client);
    return ids.length > 0 ? this.#random.pick(ids.slice(-3)) : this.#newId(client);
  }

  #idsOf({ user, room }: ClientPlan): string[] {
    const key = `${user} ${room}`;
    const ids = this.#ids.get(key) ?? [];
    this.#ids.set(key, ids);
    return ids;
  }
}
