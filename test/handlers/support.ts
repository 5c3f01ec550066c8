import type { SQSRecord } from "aws-lambda";
import { hashOf } from "../../handlers/lib/connection-context.ts";
import type { Connections, PostOutcome } from "../../handlers/lib/fan-out/connections.ts";
import type { Timing } from "../../handlers/lib/fan-out/deliver.ts";
import type { LanesQueue, LaneTask } from "../../handlers/lib/fan-out/lane-task.ts";
import type { FanOutMetrics, RoomBatchFigures } from "../../handlers/lib/fan-out/metrics.ts";
import type { Pacer } from "../../handlers/lib/fan-out/pacer.ts";
import type { Payload } from "../../handlers/lib/fan-out/payload.ts";
import type { Log, LogEntry } from "../../handlers/lib/log.ts";
import { type Lane, laneGroup, sortKeysOf } from "../../handlers/lib/members/lane.ts";
import { type Member, type MemberKey, sortKeyOf } from "../../handlers/lib/members/member.ts";
import type { RoomList } from "../../handlers/lib/members/member-table.ts";
import type {
  Cursor,
  LargeMark,
  PresenceTold,
  RoomItems,
} from "../../handlers/lib/members/room-items.ts";

/** When the tests take place, epoch milliseconds. */
export const noon = Date.UTC(2026, 0, 1, 12);

/** The same, epoch seconds. */
export const noonSeconds = noon / 1000;

/** Keeps the log's lines, each with its level. */
export class RecordedLog implements Log {
  readonly lines: (Omit<LogEntry, "level"> & { level: string })[] = [];

  info(entry: LogEntry): void {
    this.lines.push({ level: "info", ...entry });
  }

  warn(entry: LogEntry): void {
    this.lines.push({ level: "warn", ...entry });
  }

  error(entry: LogEntry): void {
    this.lines.push({ level: "error", ...entry });
  }

  /** All that was written. */
  get text(): string {
    return JSON.stringify(this.lines);
  }
}

/** Keeps what fan-out published, an entry for each invocation. */
export class RecordedMetrics implements FanOutMetrics {
  readonly published: (readonly RoomBatchFigures[])[] = [];

  publish(batches: readonly RoomBatchFigures[]): void {
    this.published.push(batches);
  }
}

/** A time that only sleeping moves. Its random number is 0.5, which leaves each delay as it is. */
export class FakeTiming implements Timing {
  readonly sleeps: number[] = [];
  time = noon;

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number): Promise<void> {
    this.sleeps.push(milliseconds);
    this.time += milliseconds;
    return Promise.resolve();
  }

  random(): number {
    return 0.5;
  }
}

/** What fan-out asked of the service. */
export type Call =
  | { post: string; text: string; deadlineMs: number }
  | { close: string; deadlineMs: number };

/** Connections that answer posts as scripted: one outcome after another, then the last for ever. */
export class FakeConnections implements Connections {
  readonly calls: Call[] = [];
  readonly #outcomes: Map<string, PostOutcome[]>;
  /** Connections whose deletion is not answered. */
  readonly stuck = new Set<string>();
  /** Runs within each post, after it was recorded. */
  onPost: (connectionId: string) => Promise<void> | void = () => {};

  constructor(outcomes: Record<string, PostOutcome[]> = {}) {
    this.#outcomes = new Map(Object.entries(outcomes).map(([id, list]) => [id, [...list]]));
  }

  async post(connectionId: string, { text }: Payload, deadlineMs: number): Promise<PostOutcome> {
    this.calls.push({ post: connectionId, text, deadlineMs });
    await this.onPost(connectionId);
    const outcomes = this.#outcomes.get(connectionId) ?? [];
    const [outcome] = outcomes.length > 1 ? outcomes.splice(0, 1) : outcomes;
    return outcome ?? "delivered";
  }

  async close(connectionId: string, deadlineMs: number): Promise<boolean> {
    this.calls.push({ close: connectionId, deadlineMs });
    return !this.stuck.has(connectionId);
  }

  /** The frames that were posted to a connection, repeats included. */
  postsTo(connectionId: string): string[] {
    return this.calls.flatMap((call) =>
      "post" in call && call.post === connectionId ? [call.text] : [],
    );
  }

  /** Everything that was done to a connection: frames by their `type`, and `DELETE`. */
  historyOf(connectionId: string): string[] {
    return this.calls.flatMap((call) => {
      if ("close" in call) {
        return call.close === connectionId ? ["DELETE"] : [];
      }
      return call.post === connectionId ? [String(JSON.parse(call.text).type)] : [];
    });
  }

  get closed(): string[] {
    return this.calls.flatMap((call) => ("close" in call ? [call.close] : []));
  }
}

/** The connections table as fan-out uses it; rows are listed in the order of their sort keys. */
export class FakeMembers {
  readonly removed: MemberKey[] = [];
  readonly #rows: Member[];
  /** Rooms that cannot be listed. */
  readonly unreadable = new Set<string>();
  /** Marks of large rooms, by room. */
  readonly marks = new Map<string, LargeMark>();
  /** What rooms were told last, others that they have presence. */
  readonly presenceTold = new Map<string, PresenceTold>();
  /** What was read: the room, or a lane's slice of it, and behind which sort key. */
  readonly slices: [room: string, lane: Lane, after: string | undefined][] = [];
  /** Members of a slice that are read at once. */
  pageSize = Number.POSITIVE_INFINITY;
  removeError: Error | undefined;

  constructor(...rows: Member[]) {
    this.#rows = rows.toSorted((a, b) => (sortKeyOf(a) < sortKeyOf(b) ? -1 : 1));
  }

  async list(room: string, limit: number): Promise<RoomList> {
    if (this.unreadable.has(room)) {
      throw new RangeError("not to be logged");
    }
    const members = this.#rows.filter((row) => row.room === room);
    const isCut = members.length > limit;
    return {
      ...{ members: members.slice(0, limit), isCut, mark: this.marks.get(room) },
      presenceTold: this.presenceTold.get(room) ?? "on",
    };
  }

  async *slice(room: string, lane: Lane, after?: string): AsyncGenerator<Member[]> {
    this.slices.push([room, lane, after]);
    const { from, to } = sortKeysOf(lane);
    const members = this.#rows.filter((row) => {
      const key = sortKeyOf(row);
      return row.room === room && key >= from && key <= to && key > (after ?? "");
    });
    for (let start = 0; start < members.length; start += this.pageSize) {
      yield members.slice(start, start + this.pageSize);
    }
  }

  async remove(key: MemberKey): Promise<void> {
    if (this.removeError !== undefined) {
      throw this.removeError;
    }
    this.removed.push(key);
  }
}

/** What fan-out remembers of rooms. */
export class FakeRoomItems implements Pick<RoomItems, keyof RoomItems> {
  readonly marked: [room: string, lanes: number, mark: LargeMark | undefined][] = [];
  readonly presence: [room: string, told: PresenceTold][] = [];
  /** By room, or `room#lane`. */
  readonly cursors = new Map<string, Cursor>();
  /** What was asked for, by the same names. */
  readonly read: string[] = [];
  writeError: Error | undefined;

  async keepLarge(room: string, lanes: number, mark: LargeMark | undefined): Promise<void> {
    this.marked.push([room, lanes, mark]);
  }

  async keepPresence(room: string, told: PresenceTold): Promise<void> {
    if (this.writeError !== undefined) {
      throw this.writeError;
    }
    this.presence.push([room, told]);
  }

  async readCursor(room: string, lane: number | undefined): Promise<Cursor | undefined> {
    const name = lane === undefined ? room : laneGroup(room, lane);
    this.read.push(name);
    return this.cursors.get(name);
  }

  async writeCursor(room: string, lane: number | undefined, cursor: Cursor): Promise<void> {
    if (this.writeError !== undefined) {
      throw this.writeError;
    }
    this.cursors.set(lane === undefined ? room : laneGroup(room, lane), cursor);
  }
}

/** A pacer that lets everybody go at once, and tells what it was told. */
export class FakePacer implements Pick<Pacer, "take" | "delivered" | "throttled" | "isThrottled"> {
  readonly outcomes: string[] = [];
  /** How long who comes next has to wait, one after the other; then nobody waits. */
  waits: number[] = [];
  isThrottled = false;

  take(): number {
    return this.waits.shift() ?? 0;
  }

  delivered(connectionId: string): void {
    this.outcomes.push(`delivered ${connectionId}`);
  }

  throttled(connectionId: string): void {
    this.outcomes.push(`throttled ${connectionId}`);
  }
}

/** A queue of lanes that takes everything, unless it is told to refuse. */
export class FakeLanesQueue implements LanesQueue {
  readonly tasks: (LaneTask & { room: string })[] = [];
  refusal: Error | undefined;

  async enqueue(room: string, tasks: readonly LaneTask[]): Promise<void> {
    if (this.refusal !== undefined) {
      throw this.refusal;
    }
    this.tasks.push(...tasks.map((task) => ({ room, ...task })));
  }

  /** What was queued, as the lanes' function receives it. */
  records(): SQSRecord[] {
    return this.tasks.map(({ room, lane, deduplicationId, body }) =>
      queueRecord(body, { room: laneGroup(room, lane), messageId: `${lane}-${deduplicationId}` }),
    );
  }
}

/** An SDK client that keeps what it was sent, by the command's name, and answers from a list. */
export class FakeClient {
  readonly sent: [command: string, input: unknown][] = [];
  readonly #replies: (object | Error)[];

  constructor(...replies: (object | Error)[]) {
    this.#replies = replies;
  }

  async send(command: { input: object }): Promise<object> {
    this.sent.push([command.constructor.name, command.input]);
    const reply = this.#replies.shift() ?? {};
    if (reply instanceof Error) {
      throw reply;
    }
    return reply;
  }

  /** As the client that it stands for. */
  as<Client>(): Client {
    return this as unknown as Client;
  }
}

/** A member for an hour already, with a token for one more. */
export function member(connectionId: string, with_: Partial<Member> = {}): Member {
  const user = with_.user ?? `user-${connectionId}`;
  return {
    room: "lobby",
    connectionId,
    user,
    userHash: hashOf(user),
    subscribe: true,
    connectedAt: noon - 3_600_000,
    tokenExpiresAt: noonSeconds + 3600,
    ...with_,
  };
}

export interface RecordOptions {
  room?: string;
  seq?: string;
  messageId?: string;
  receiveCount?: number;
  /** Message attributes; undefined removes one. */
  attributes?: Record<string, string | undefined>;
}

/** A record of the rooms queue. */
export function queueRecord(body: string, options: RecordOptions = {}): SQSRecord {
  const { room = "lobby", seq = "100", messageId = `m-${seq}`, receiveCount = 1 } = options;
  const attributes = Object.entries(options.attributes ?? {});
  return {
    messageId,
    receiptHandle: `receipt-${messageId}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(noon - 500),
      SenderId: "sender",
      ApproximateFirstReceiveTimestamp: String(noon),
      SequenceNumber: seq,
      MessageGroupId: room,
    },
    messageAttributes: Object.fromEntries(
      attributes.flatMap(([name, stringValue]) =>
        stringValue === undefined ? [] : [[name, { stringValue, dataType: "String" as const }]],
      ),
    ),
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:rooms.fifo",
    awsRegion: "eu-west-1",
  };
}

/** What the gateway queues for a client's frame; alice's on `connection-a`, unless told otherwise. */
export function clientRecord(body: string, options: RecordOptions = {}): SQSRecord {
  const attributes = {
    kind: "message",
    connectionId: "connection-a",
    requestId: "request-1",
    user: "alice",
    sentAt: String(noon - 1000),
    expiresAt: String(noonSeconds + 3600),
    ...options.attributes,
  };
  return queueRecord(body, { ...options, attributes });
}

/** What the presence function queues. */
export function changeRecord(
  kind: "joined" | "left",
  { user, userHash, connectionId }: Member,
  options: RecordOptions = {},
): SQSRecord {
  const body = JSON.stringify({ user, userHash, connectionId });
  return queueRecord(body, { ...options, attributes: { kind } });
}
