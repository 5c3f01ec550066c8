import type { SQSRecord } from "aws-lambda";
import type { PostOutcome } from "../../../handlers/lib/fan-out/connections.ts";
import { deliverRoomBatch } from "../../../handlers/lib/fan-out/room-batch.ts";
import type { Member } from "../../../handlers/lib/members/member.ts";
import {
  clientRecord,
  FakeConnections,
  FakeLanesQueue,
  FakeMembers,
  FakePacer,
  FakeRoomItems,
  FakeTiming,
  member,
  noon,
  RecordedLog,
} from "../support.ts";

export const alice = member("connection-a", { user: "alice" });
export const bob = member("connection-b", { user: "bob" });

/** Alice's message of a number. */
export function hello(n = 0, attributes: Record<string, string> = {}): SQSRecord {
  return clientRecord(`{"data":${n}}`, { seq: String(100 + n), attributes });
}

/** Alice's message that can never be delivered. */
export function tooLarge(n = 0, attributes: Record<string, string> = {}): SQSRecord {
  const body = JSON.stringify({ data: "a".repeat(25_000) });
  return clientRecord(body, { seq: String(100 + n), attributes });
}

/** A room with these rows and outcomes of posts, and what becomes of it. */
export function roomOf(rows: Member[], outcomes: Record<string, PostOutcome[]> = {}) {
  const connections = new FakeConnections(outcomes);
  const members = new FakeMembers(...rows);
  const timing = new FakeTiming();
  const log = new RecordedLog();
  const roomItems = new FakeRoomItems();
  const queue = new FakeLanesQueue();
  const pacer = new FakePacer();
  const lanes = { largeRoomMembers: 1000, count: 16, queue };
  const options = {
    connections,
    members,
    roomItems,
    pacer,
    timing,
    log,
    presenceLimit: 100,
    lanes,
  };
  /** Without an end, there is an hour. */
  const run = (records: SQSRecord[], endsAt = noon + 3_600_000) =>
    deliverRoomBatch(records, options, endsAt);
  /** Resolves to the positions of the records that have not succeeded. */
  const unfinished = async (records: SQSRecord[], endsAt?: number) =>
    (await run(records, endsAt)).unfinished.map((record) => records.indexOf(record));
  const figures = async (records: SQSRecord[], endsAt?: number) =>
    (await run(records, endsAt)).figures;
  /** Resolves to the first of these positions. */
  const deliver = async (records: SQSRecord[], endsAt?: number) =>
    (await unfinished(records, endsAt))[0];
  return {
    connections,
    members,
    roomItems,
    queue,
    pacer,
    options,
    timing,
    log,
    deliver,
    unfinished,
    figures,
  };
}

/** The data of the messages that a connection was posted. */
export function dataTo(connections: FakeConnections, connectionId: string): unknown[] {
  return connections.postsTo(connectionId).flatMap((text) => {
    const frame = JSON.parse(text);
    const events: { type: string; data: unknown }[] = frame.events ?? [frame];
    return events.filter(({ type }) => type === "message").map(({ data }) => data);
  });
}
