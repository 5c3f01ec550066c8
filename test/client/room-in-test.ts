import {
  connect,
  type LogEntry,
  type PublishError,
  type PublishResult,
  type Room,
  type RoomEvents,
  type RoomOptions,
} from "../../client/index.ts";
import { FakePlatform, noon } from "./fake-platform.ts";
import type { FakeSocket } from "./fake-socket.ts";

/** A token as the client sees one: whoever signed it. `exp` and `iat` in epoch seconds. */
export function token(claims: Record<string, unknown> = {}): string {
  const all = { sub: "alice", rooms: { lobby: ["subscribe", "publish"] }, ...claims };
  const [header, payload] = [{ alg: "none" }, all].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return `${header}.${payload}.signature`;
}

/** A token that is good for some seconds from noon on. */
export function tokenFor(seconds: number, claims: Record<string, unknown> = {}): string {
  const iat = noon / 1000;
  return token({ iat, exp: iat + seconds, ...claims });
}

/** A `seq` as SQS makes them. */
export function seq(number: number): string {
  return `18${String(number).padStart(18, "0")}`;
}

export function welcome(number: number, members: Record<string, number> = { alice: 1 }) {
  return {
    type: "welcome",
    seq: seq(number),
    room: "lobby",
    connectionId: `connection-${number}`,
    members: Object.entries(members).map(([user, connections]) => ({ user, connections })),
    truncated: false,
    presence: true,
  };
}

/** What bob says; of a number its `seq`, its requestId and its data are made. */
export function message(number: number, about: Record<string, unknown> = {}) {
  return {
    type: "message",
    seq: seq(number),
    requestId: `request-${number}`,
    room: "lobby",
    from: "bob",
    at: noon,
    data: number,
    ...about,
  };
}

export function presence(number: number, user: string, connections: number) {
  return { type: "presence", seq: seq(number), user, connections };
}

type Heard = { [Type in keyof RoomEvents]: [Type, RoomEvents[Type]] }[keyof RoomEvents];

const eventTypes: (keyof RoomEvents)[] = [
  "state",
  "message",
  "members",
  "gap",
  "acknowledged",
  "error",
  "closing",
  "closed",
];

/** A client, its surroundings, and all that it has told. */
export class RoomInTest {
  readonly platform = new FakePlatform();
  readonly room: Room;
  readonly heard: Heard[] = [];
  readonly log: LogEntry[] = [];

  constructor(options: Partial<RoomOptions> = {}) {
    this.room = connect({
      url: "wss://rooms.example/dev",
      room: "lobby",
      token: () => token(),
      platform: this.platform,
      log: (entry) => this.log.push(entry),
      ...options,
    });
    for (const type of eventTypes) {
      this.room.on(type, (event) => this.heard.push([type, event] as Heard));
    }
  }

  /** A client that had its `welcome`, with `seq` 100, half a minute ago. */
  static async open(options: Partial<RoomOptions> = {}): Promise<RoomInTest> {
    const test = new RoomInTest(options);
    await test.welcome(100);
    await test.platform.pass(30_000);
    test.heard.length = 0;
    return test;
  }

  get socket(): FakeSocket {
    return this.platform.socket;
  }

  /** The newest socket opens, and its `welcome` comes. */
  async welcome(number = 100, members?: Record<string, number>): Promise<void> {
    await this.platform.pass(0);
    this.socket.open();
    this.socket.say(welcome(number, members));
  }

  /** What was told of some types, in order. */
  of<Type extends keyof RoomEvents>(type: Type): RoomEvents[Type][] {
    return this.heard.flatMap(([heard, event]) =>
      heard === type ? [event as RoomEvents[Type]] : [],
    );
  }

  /** A function, since the compiler takes what was once seen of a property for its only value. */
  state(): string {
    return this.room.state;
  }

  /** How long the last pause is. */
  get pause(): number | undefined {
    return this.of("state").findLast(({ state }) => state === "waiting")?.retryInMs;
  }

  /** Lets the pause pass, so that there is a new socket. */
  async again(): Promise<void> {
    await this.platform.pass(this.state() === "waiting" ? (this.pause ?? 0) : 0);
  }

  /** Time passes, and the server answers each ping within five seconds. */
  async live(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 5000) {
      await this.platform.pass(Math.min(5000, milliseconds - passed));
      for (const socket of this.platform.sockets) socket.answerPing();
    }
  }

  get states(): string[] {
    return this.of("state").map(({ state }) => state);
  }

  /** The data of the messages. */
  get messages(): unknown[] {
    return this.of("message").map(({ data }) => data);
  }

  /** Messages and gaps, in order. */
  get story(): unknown[] {
    return this.heard.flatMap(([type, event]) => {
      if (type === "message") return [event.data];
      return type === "gap" ? [`gap: ${event.reason}`] : [];
    });
  }

  /** Publishes, and notes how it ends. */
  publish(data: unknown): Published {
    const published: Published = { result: undefined, error: undefined };
    this.room.publish(data).then(
      (result) => {
        published.result = result;
      },
      (error) => {
        published.error = error;
      },
    );
    return published;
  }
}

/** Nothing while it is not settled. */
export interface Published {
  result: PublishResult | undefined;
  error: PublishError | undefined;
}
