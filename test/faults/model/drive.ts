import type { CallFault, OutsideCall } from "../../../local/faults.ts";
import type { World } from "../world.ts";
import { DrivenConnection } from "./connection.ts";
import type { BackendMessage, History } from "./history.ts";
import { Injector, type Whereabouts } from "./injector.ts";
import { type ClientPlan, dataOf, type Schedule, type Step, textsOf } from "./schedule.ts";

const second = 1000;
const minute = 60 * second;
/** Clients that send nothing else ping this often; the gateway closes who is idle for ten minutes. */
const heartbeat = 4 * minute;
/** How long a client waits for an answer before it gives its next frame up. */
const patience = 3 * second;
/** How long a handshake may take: connect has 10 s, the authorizer as well. */
const handshakeLimit = 40 * second;
/** Most take less. */
const usualHandshake = 200;
/** After it a connection is live for certain, and a 410 would be a lie. */
const handshakeTail = 2 * second;
/**
 * How long everything takes at the end: a batch whose function was killed is invisible for three
 * minutes, and one that nobody can read is tried ten times, which takes two and a half.
 */
const quiet = 6 * minute;
const probes = 3;

/**
 * Runs a schedule, lets its faults end and everything come to rest: time passes until all that was
 * queued is delivered or dead-lettered, and messages of a backend find who is gone.
 */
export async function drive(world: World, schedule: Schedule): Promise<History> {
  return await new Drive(world, schedule).run();
}

class Drive implements Whereabouts {
  readonly #world: World;
  readonly #schedule: Schedule;
  readonly #plans: ReadonlyMap<string, ClientPlan>;
  readonly #injector: Injector;
  readonly #connections: DrivenConnection[] = [];
  readonly #byId = new Map<string, DrivenConnection>();
  readonly #published: BackendMessage[] = [];
  /** The handshake that is under way; one at a time, so that it is known whose connection is new. */
  #handshake: { connection: DrivenConnection; ended: Promise<void> } | undefined;

  constructor(world: World, schedule: Schedule) {
    this.#world = world;
    this.#schedule = schedule;
    this.#plans = new Map(schedule.clients.map((plan) => [plan.name, plan]));
    this.#injector = new Injector(() => world.time.now(), this);
  }

  async run(): Promise<History> {
    const { time } = this.#world;
    this.#world.faults = this.#injector;
    for (const step of this.#schedule.steps) {
      await this.#take(step);
      await time.settle();
    }
    this.#injector.stop();
    await this.#handshakeOver();
    await this.#pass(quiet);
    let lastProbeAt = time.now();
    for (let probe = 1; probe <= probes; probe++) {
      lastProbeAt = time.now();
      for (const room of this.#rooms()) await this.#publish(room, { probe });
      await this.#pass(minute);
    }
    return await this.#history(lastProbeAt);
  }

  clientOf(connectionId: string): string | undefined {
    return this.#find(connectionId)?.plan.name;
  }

  isHandshaking(connectionId: string): boolean {
    const connection = this.#find(connectionId);
    if (connection === undefined) return false;
    const { openedAt, flights, received } = connection;
    if (openedAt === undefined) return true;
    const isYoung = this.#world.time.now() <= openedAt + handshakeTail;
    return isYoung && flights.length === 0 && received.length === 0;
  }

  onCall({ action, connectionId }: OutsideCall, effect: CallFault | undefined): void {
    const connection = connectionId === undefined ? undefined : this.#find(connectionId);
    if (connection === undefined) return;
    const { treatment } = connection;
    if (action === "DeleteConnection") {
      treatment.deletions += 1;
      treatment.deletedTooEarly ||= connection.openedAt === undefined;
      treatment.closingStruck ||= treatment.lastPostStruck;
    } else {
      const isGone =
        effect === undefined
          ? connection.openedAt === undefined
          : effect.kind === "refused" && effect.status === 410;
      treatment.goneAnswers += isGone ? 1 : 0;
      treatment.lastPostStruck = effect !== undefined;
    }
  }

  /** An unknown connection is the one whose handshake is under way. */
  #find(connectionId: string): DrivenConnection | undefined {
    return this.#byId.get(connectionId) ?? this.#handshake?.connection;
  }

  async #take(step: Step): Promise<void> {
    switch (step.do) {
      case "fault":
        return this.#injector.arm(step.fault);
      case "pass":
        return await this.#pass(step.milliseconds);
      case "connect":
        return await this.#connect(step.client);
      case "backend":
        for (const data of dataOf(step)) await this.#publish(step.room, data);
        return;
      case "leave":
      case "vanish":
        this.#openOf(step.client)?.end(step.do, this.#world.time.now());
        return;
      default:
        return await this.#send(step.client, textsOf(step));
    }
  }

  async #connect(client: string): Promise<void> {
    await this.#handshakeOver();
    const plan = this.#plans.get(client);
    if (plan === undefined || this.#openOf(client) !== undefined) return;
    const world = this.#world;
    const count = this.#connections.filter((other) => other.plan.name === client).length + 1;
    const connection = new DrivenConnection(plan, count, world.time.now());
    this.#connections.push(connection);
    const { user, room, rights, tokenSeconds } = plan;
    const before = new Set(world.openConnections());
    const ended = (async () => {
      const result = await world.connect({ user, room, rights, tokenSeconds });
      if ("status" in result) {
        connection.status = result.status;
      } else {
        const id = [...world.openConnections()].find((open) => !before.has(open));
        connection.opened(result, id, world.time.now());
        if (id !== undefined) this.#byId.set(id, connection);
      }
      this.#handshake = undefined;
    })();
    this.#handshake = { connection, ended };
    const waitsUntil = world.time.now() + usualHandshake;
    await world.time.settle();
    // One that takes longer goes on beside what comes next.
    while (this.#handshake !== undefined && world.time.now() < waitsUntil) {
      await world.time.advance(usualHandshake / 10);
    }
  }

  async #handshakeOver(): Promise<void> {
    if (this.#handshake === undefined) return;
    await this.#world.time.until(this.#handshake.ended, handshakeLimit);
  }

  /** One flight is unanswered at a time (docs/protocol.md); a client that gets no answer sends no more. */
  async #send(client: string, texts: readonly string[]): Promise<void> {
    const { time } = this.#world;
    const connection = this.#openOf(client);
    if (connection === undefined) return;
    const patientUntil = time.now() + patience;
    while (!connection.isAnswered && connection.isOpen && time.now() < patientUntil) {
      await time.advance(100);
    }
    if (connection.isOpen && connection.isAnswered) connection.send(texts, time.now());
  }

  async #publish(room: string, data: unknown): Promise<void> {
    const { time } = this.#world;
    const requestId = `backend-${this.#published.length + 1}`;
    const at = time.now();
    const sequenceNumber = await time.until(this.#world.publish(room, data, requestId));
    this.#published.push({ room, requestId, data, sequenceNumber, at });
  }

  async #pass(milliseconds: number): Promise<void> {
    const { time } = this.#world;
    const end = time.now() + milliseconds;
    while (time.now() < end) {
      // Nobody is there for whom a minute matters.
      const isEmpty = !this.#connections.some(({ isOpen }) => isOpen);
      await time.advance(isEmpty ? end - time.now() : Math.min(minute, end - time.now()));
      for (const connection of this.#connections) {
        // The server's attempt to close it may have failed.
        if (connection.isOpen && connection.isToldToClose) connection.end("leave", time.now());
      }
      for (const { name, silent } of this.#plans.values()) {
        const connection = this.#openOf(name);
        if (!silent && connection && time.now() - connection.lastSentAt >= heartbeat) {
          await this.#send(name, textsOf({ do: "ping", client: name }));
          await time.settle();
        }
      }
    }
  }

  #openOf(client: string): DrivenConnection | undefined {
    return this.#connections.findLast(({ plan, isOpen }) => plan.name === client && isOpen);
  }

  #rooms(): Set<string> {
    return new Set([...this.#plans.values()].map(({ room }) => room));
  }

  async #history(lastProbeAt: number): Promise<History> {
    const world = this.#world;
    const now = world.time.now();
    const connections = this.#connections.map((connection) => connection.history());
    for (const { status, closed, ended, expiresAt } of connections) {
      const endedAt = Math.min(closed?.at ?? now, ended?.at ?? now);
      if (status === 101 && endedAt > expiresAt) this.#injector.count("token-expires");
    }
    const rooms = this.#rooms();
    return {
      schedule: this.#schedule,
      connections,
      published: this.#published,
      queued: [...world.queued],
      laneTasks: [...world.laneTasks],
      cursors: await world.cursors(),
      deadLetters: new Set(await world.deadLetters()),
      rows: (await world.rows()).filter(({ room }) => rooms.has(room)),
      open: new Set(world.openConnections()),
      strikes: this.#injector.strikes,
      strikeTimes: this.#injector.strikeTimes,
      lastProbeAt,
    };
  }
}
