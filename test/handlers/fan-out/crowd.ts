import type { IndexedEvent } from "../../../handlers/lib/fan-out/audience.ts";
import type { PostOutcome } from "../../../handlers/lib/fan-out/connections.ts";
import { type Crowd, deliverEvents } from "../../../handlers/lib/fan-out/deliver-events.ts";
import { type Member, sortKeyOf } from "../../../handlers/lib/members/member.ts";
import { member, noon } from "../support.ts";
import { roomOf } from "./room.ts";

/** Members c0, c1 … in the order of their sort keys. */
export function membersOf(count: number): Member[] {
  return Array.from({ length: count }, (_, n) =>
    member(`c${n}`, { userHash: String.fromCharCode(65 + n).repeat(43) }),
  );
}

/** The sort key of one of {@link membersOf}. */
export function keyOf(n: number): string {
  const [row] = membersOf(n + 1).slice(n);
  return row === undefined ? "" : sortKeyOf(row);
}

/** Messages of these numbers; their records stand in the batch in this order. */
export function messages(...seqs: (number | string)[]): IndexedEvent[] {
  return seqs.map((seq, index) => ({
    index,
    event: {
      ...{ kind: "message", seq: String(seq), sentAt: noon - 1000 },
      text: `{"type":"message","seq":"${seq}","data":${index}}`,
    },
  }));
}

/** The numbers of the messages in frames. */
export function seqsIn(frames: readonly string[]): string[] {
  return frames.flatMap((text) => {
    const frame = JSON.parse(text);
    const events: { type: string; seq: string }[] = frame.events ?? [frame];
    return events.filter(({ type }) => type === "message").map(({ seq }) => seq);
  });
}

/** Members and outcomes of posts, in lane 3 of the room, and what becomes of events. */
export function crowdOf(rows: Member[], outcomes: Record<string, PostOutcome[]> = {}) {
  const room = roomOf(rows, outcomes);
  /** Behind which sort keys members were asked for. */
  const asked: (string | undefined)[] = [];
  const crowd: Crowd & { pageSize: number } = {
    ...{ room: "lobby", lane: 3, everybody: undefined, pageSize: 2 },
    async *members(after) {
      asked.push(after);
      const left = rows.filter((row) => sortKeyOf(row) > (after ?? ""));
      for (let start = 0; start < left.length; start += crowd.pageSize) {
        yield left.slice(start, start + crowd.pageSize);
      }
    },
  };
  /** Without an end, there is an hour. */
  const deliver = (events: IndexedEvent[], { isRetry = false, endsAt = noon + 3_600_000 } = {}) =>
    deliverEvents(crowd, events, isRetry, room.options, endsAt);
  /** By connection, the numbers of the messages that it was posted. */
  const heard = () =>
    Object.fromEntries(
      rows.map(({ connectionId }) => [
        connectionId,
        seqsIn(room.connections.postsTo(connectionId)).join(" "),
      ]),
    );
  return { ...room, crowd, asked, deliver, heard };
}
