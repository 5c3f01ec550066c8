import {
  type ClosingDefinition,
  closingFrame,
  type ErrorDefinition,
  errorFrame,
  type ServerFrame,
} from "../../../../handlers/protocol/index.ts";
import type { QueuedMessage, ReceivedFrame, Row } from "../../world.ts";
import { type Check, factsOf } from "../facts.ts";
import type { FaultKind } from "../fault.ts";
import type { BackendMessage, ConnectionHistory, Flight, History, Treatment } from "../history.ts";
import type { ClientPlan, RoomSettings } from "../schedule.ts";

type Changeable<Thing> = { -readonly [Key in keyof Thing]: Thing[Key] };

/** A connection of a story; a test may change whatever it likes. */
export type StoryConnection = Changeable<Omit<ConnectionHistory, "received" | "flights">> & {
  received: ReceivedFrame[];
  flights: Flight[];
  connectionId: string;
  treatment: Treatment;
};

/** A message of a story's queue, with the frame that delivers it. */
export interface StoryMessage extends QueuedMessage {
  frame: ServerFrame;
}

/**
 * A history told by hand: each call adds what a correct Roomcast does, and a test leaves out or adds
 * what a wrong one would. All takes place in the room `red`.
 */
export class Story {
  /** Epoch milliseconds. */
  now = 1_000_000_000;
  readonly connections: StoryConnection[] = [];
  readonly queued: QueuedMessage[] = [];
  readonly published: BackendMessage[] = [];
  readonly laneTasks: QueuedMessage[] = [];
  readonly deadLetters = new Set<string>();
  settings: RoomSettings | undefined;
  readonly strikes = new Map<FaultKind, number>();
  readonly strikeTimes: number[] = [];
  rows: Row[] = [];
  #count = 0;

  /** Connects, is welcomed, and the others hear of it. */
  connect(user: string, change: Partial<ClientPlan> = {}): StoryConnection {
    const connection = this.#connect(user, change);
    const joined = this.change("joined", connection);
    this.welcome(connection, joined);
    for (const other of this.connections) {
      if (other !== connection) this.deliver(joined, other);
    }
    return connection;
  }

  /** Is open and has a row, but nobody has been told. */
  #connect(user: string, change: Partial<ClientPlan>): StoryConnection {
    const plan: ClientPlan = {
      name: `${user}'s`,
      user,
      room: "red",
      rights: { subscribe: true, publish: true },
      tokenSeconds: 3600,
      silent: false,
      ...change,
    };
    const connection: StoryConnection = {
      plan,
      name: plan.name,
      startedAt: this.now,
      expiresAt: this.now + plan.tokenSeconds * 1000,
      status: 101,
      connectionId: this.#id("connection"),
      flights: [],
      received: [],
      closed: undefined,
      ended: undefined,
      treatment: {
        goneAnswers: 0,
        deletions: 0,
        deletedTooEarly: false,
        lastPostStruck: false,
        closingStruck: false,
      },
    };
    this.connections.push(connection);
    this.rows.push({ room: plan.room, user, connectionId: connection.connectionId });
    return connection;
  }

  /** Puts it onto the queue that somebody has joined or left. */
  change(kind: "joined" | "left", { plan: { user }, connectionId }: StoryConnection): StoryMessage {
    const message = this.queue(JSON.stringify({ user, userHash: "", connectionId }), { kind });
    const seq = message.sequenceNumber;
    const connections = this.rows.filter((row) => row.user === user).length;
    return { ...message, frame: { type: "presence", seq, user, connections } };
  }

  welcome(connection: StoryConnection, joined: StoryMessage): void {
    const { plan, connectionId } = connection;
    const { subscribe } = plan.rights;
    const users = subscribe ? [...new Set(this.rows.map(({ user }) => user))] : [];
    this.hears(connection, {
      type: "welcome",
      seq: joined.sequenceNumber,
      room: plan.room,
      connectionId,
      members: users.map((user) => ({
        user,
        connections: this.rows.filter((row) => row.user === user).length,
      })),
      truncated: !subscribe,
      presence: subscribe,
    });
  }

  /** Sends texts at once; each is queued and acknowledged. */
  send(connection: StoryConnection, ...texts: string[]): StoryMessage[] {
    this.flight(connection, ...texts);
    return texts.map((text) => this.accept(connection, text));
  }

  publish(connection: StoryConnection, data: unknown, id?: string): StoryMessage {
    const [message] = this.send(connection, JSON.stringify({ action: "message", id, data }));
    if (message === undefined) throw new Error("Nothing was sent.");
    return message;
  }

  /** Sends, and nothing comes of it. */
  flight(connection: StoryConnection, ...texts: string[]): void {
    this.now += 1000;
    connection.flights.push({ at: this.now, texts, receivedBefore: connection.received.length });
  }

  /** What the gateway does with a frame. */
  accept(connection: StoryConnection, text: string): StoryMessage {
    const { plan, connectionId, expiresAt } = connection;
    const requestId = this.#id("request");
    const isJson = text.startsWith("{");
    const at = this.now;
    const message = this.queue(text, {
      kind: isJson ? "message" : "text",
      user: plan.user,
      connectionId,
      requestId,
      sentAt: String(at),
      expiresAt: String(expiresAt / 1000),
    });
    this.hears(connection, { type: "ack", requestId });
    const { id, data }: { id?: string; data: unknown } = isJson ? JSON.parse(text) : { data: text };
    return {
      ...message,
      frame: {
        type: "message",
        seq: message.sequenceNumber,
        ...(id === undefined ? {} : { id }),
        requestId,
        room: plan.room,
        from: plan.user,
        at,
        data,
      },
    };
  }

  backend(data: unknown): StoryMessage {
    const requestId = this.#id("backend");
    const message = this.queue(JSON.stringify(data), { requestId });
    const { sequenceNumber } = message;
    this.published.push({ room: "red", requestId, data, sequenceNumber, at: this.now });
    const about = { seq: sequenceNumber, requestId, room: "red", from: null, at: this.now, data };
    return { ...message, frame: { type: "message", ...about } };
  }

  deliver(message: StoryMessage, ...to: StoryConnection[]): void {
    for (const connection of to) {
      if (connection.plan.rights.subscribe) this.hears(connection, message.frame);
    }
  }

  hears(connection: StoryConnection, frame: ServerFrame | { message: string }): void {
    connection.received.push({ text: JSON.stringify(frame), at: this.now });
  }

  tellError(connection: StoryConnection, error: ErrorDefinition, message?: StoryMessage): void {
    const requestId = message?.attributes["requestId"] ?? this.#id("request");
    this.hears(connection, errorFrame(error, { requestId }));
  }

  /** The server closes it, having told why. */
  close(connection: StoryConnection, why: ClosingDefinition): void {
    this.hears(connection, closingFrame(why));
    connection.treatment.deletions += 1;
    this.end(connection, 1000);
  }

  /** It is closed, its row goes, and the others hear of it. */
  end(connection: StoryConnection, code: number): void {
    connection.closed = { code, at: this.now };
    this.rows = this.rows.filter((row) => row.connectionId !== connection.connectionId);
    const left = this.change("left", connection);
    this.deliver(left, ...this.connections.filter(({ closed }) => closed === undefined));
  }

  /** Puts a task onto a lane's queue, with the heads of these messages. */
  laneTask(
    lane: number,
    lanes: number,
    ...messages: readonly (QueuedMessage & { user?: string })[]
  ): QueuedMessage {
    const events = messages.map(({ sequenceNumber: seq, attributes, user }) => ({
      seq,
      kind: attributes["kind"] ?? "message",
      user,
    }));
    const task: QueuedMessage = {
      messageId: this.#id("task"),
      room: `red#${lane}`,
      sequenceNumber: String(this.laneTasks.length),
      body: JSON.stringify({ lanes, events }),
      attributes: {},
      sentAt: this.now,
    };
    this.laneTasks.push(task);
    return task;
  }

  queue(body: string, attributes: Record<string, string>): QueuedMessage {
    this.now += 10;
    const message: QueuedMessage = {
      messageId: this.#id("message"),
      room: "red",
      sequenceNumber: String(18_000_000_000_000_000_000n + BigInt(this.queued.length)),
      body,
      attributes,
      sentAt: this.now,
    };
    this.queued.push(message);
    return message;
  }

  history(): History {
    return {
      schedule: {
        seed: 0,
        ...(this.settings && { settings: this.settings }),
        clients: this.connections.map(({ plan }) => plan),
        steps: [],
      },
      connections: this.connections,
      published: this.published,
      queued: this.queued,
      laneTasks: this.laneTasks,
      cursors: 0,
      deadLetters: this.deadLetters,
      rows: this.rows,
      open: new Set(
        this.connections.flatMap(({ closed, connectionId }) => (closed ? [] : [connectionId])),
      ),
      strikes: this.strikes,
      strikeTimes: this.strikeTimes,
      lastProbeAt: this.now,
    };
  }

  /** What one check says of it. */
  judgedBy(check: Check): string[] {
    return check(factsOf(this.history()));
  }

  #id(of: string): string {
    this.#count += 1;
    return `${of}-${this.#count}`;
  }
}
