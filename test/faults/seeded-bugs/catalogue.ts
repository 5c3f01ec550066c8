import { bugsOfLanes } from "./bugs-of-lanes.ts";
import type { SeededBug } from "./seeded-bug.ts";

const fanOut = "handlers/lib/fan-out";

/** Mistakes that somebody could make, each one small. */
export const seededBugs: readonly SeededBug[] = [
  {
    name: "a post's failure is swallowed",
    harm: "a connection that could not be reached has a gap",
    file: `${fanOut}/deliver.ts`,
    find: `return { ...result, outcome: outcome === "gone" ? "gone" : "failed" };`,
    replacement: `return { ...result, outcome: outcome === "gone" ? "gone" : "done" };`,
  },
  {
    name: "the next frame is posted before the one before has been answered",
    harm: "frames overtake each other",
    file: `${fanOut}/deliver.ts`,
    find: "  for (const frame of frames) {\n",
    replacement: `  if (frames.length > 1) {
    const each = frames.map((frame) =>
      deliver({ connectionId, member: undefined, frames: [frame], isJoining }, posting, endsAt),
    );
    const results = await Promise.all(each);
    return results.find(({ outcome }) => outcome !== "done") ?? results[0] ?? result;
  }
  for (const frame of frames) {
`,
  },
  {
    name: "time that has run out is taken for success",
    harm: "who was not posted in time has a gap",
    file: `${fanOut}/deliver.ts`,
    find: `if (!isInTime(turn, timing, endsAt)) return { ...result, outcome: "out-of-time" };`,
    replacement: "if (!isInTime(turn, timing, endsAt)) return result;",
  },
  {
    name: "a welcome is tried once",
    harm: "who joins while its handshake ends never hears that it has",
    file: `${fanOut}/deliver.ts`,
    find: "this.#joining = (isJoining ? joiningDelaysMs : []).values();",
    replacement: "this.#joining = (isJoining ? joiningDelaysMs.slice(0, 0) : []).values();",
  },
  {
    name: "a connection that cannot be reached is skipped, not let go",
    harm: "it has a gap, and does not know",
    file: `${fanOut}/let-go.ts`,
    find: `return isClosed ? { kind: "closed" } : { kind: "failed", failedIndex };`,
    replacement: `return { kind: "closed" };`,
  },
  {
    name: "a fresh row is deleted on 410",
    harm: "who was in its handshake is connected and hears nothing",
    file: `${fanOut}/let-go.ts`,
    find: "const goneAfterMs = 30_000;",
    replacement: "const goneAfterMs = 0;",
  },
  {
    name: "a row is never deleted on 410",
    harm: "who has gone without a word stays in the room",
    file: `${fanOut}/let-go.ts`,
    find: "const goneAfterMs = 30_000;",
    replacement: "const goneAfterMs = 30_000_000;",
  },
  {
    name: "the row is removed before DeleteConnection has been answered",
    harm: "where that fails, the connection is open and hears nothing",
    file: `${fanOut}/let-go.ts`,
    find: "  const isClosed = await connections.close(connectionId, postDeadlineMs);\n",
    replacement: `  if (member !== undefined) await members.remove(member);
  const isClosed = await connections.close(connectionId, postDeadlineMs);
`,
  },
  {
    name: "the sender's row is removed with that of a connection that is gone",
    harm: "the wrong one hears nothing any more",
    file: `${fanOut}/let-go.ts`,
    find: "      await removeGone(member, options);\n",
    replacement: `      await removeGone(served[0]?.delivery.member, options);
`,
  },
  {
    name: "connections are let go without being told why",
    harm: "they do not know that their token has expired",
    file: `${fanOut}/let-go.ts`,
    find: "  await connections.post(connectionId, payload, postDeadlineMs);\n",
    replacement: "  if (payload === undefined) return false;\n",
  },
  {
    name: "only the record that failed is reported, not those after it",
    harm: "they are deleted, though somebody has not heard them",
    file: `${fanOut}/read-records.ts`,
    find: "unreadable.has(record) || index >= from",
    replacement: "unreadable.has(record) || index === from",
  },
  {
    name: "expired tokens are not looked at",
    harm: "messages are delivered to who may not hear them any more",
    file: `${fanOut}/broadcast.ts`,
    find: "if (member.tokenExpiresAt * 1000 <= timing.now()) {",
    replacement: "if (member.tokenExpiresAt * 1000 <= timing.now() - 3600_000) {",
  },
  {
    name: "a message is judged by when it is delivered",
    harm: "what was sent in time is not accepted when the queue lags",
    file: `${fanOut}/room-event.ts`,
    find: "if (at >= expiresAt * 1000) {",
    replacement:
      "if (Number(record.attributes.ApproximateFirstReceiveTimestamp) >= expiresAt * 1000) {",
  },
  {
    name: "what an expired sender sends is accepted",
    harm: "a token is good for longer than it says",
    file: `${fanOut}/room-event.ts`,
    find: "if (at >= expiresAt * 1000) {",
    replacement: "if (at >= expiresAt * 1000 + 3600_000) {",
  },
  {
    name: "seq comes from a counter",
    harm: "after a repeat, or in another process, numbers come twice or fall",
    file: `${fanOut}/room-event.ts`,
    find: `  return record.attributes.SequenceNumber ?? "";`,
    replacement: `  counter += 1;
  return record.attributes.SequenceNumber === undefined ? "" : String(counter).padStart(20, "0");
}

let counter = 0;

export function count(): number {
  return counter;`,
  },
  {
    name: "records are postponed, but not reported",
    harm: "they are deleted, though somebody has not heard them",
    file: `${fanOut}/fan-out.ts`,
    find: "const unfinished = results.flatMap((result) => result.unfinished);",
    replacement: "const unfinished = results.flatMap((result) => result.unfinished).slice(0, 0);",
  },
  {
    name: "members that cannot be read are nobody",
    harm: "a message is delivered to nobody and deleted",
    file: `${fanOut}/fan-out.ts`,
    find: "return { unfinished: group, ranOutOfTime: false, figures: noFigures };",
    replacement: "return { unfinished: [], ranOutOfTime: false, figures: noFigures };",
  },
  {
    name: "presence counts users, not their connections",
    harm: "who has two, and closes one, has left for some and not for others",
    file: `${fanOut}/audience.ts`,
    find: "const members = changes.map(([user]) => ({ user, connections: counts.get(user) ?? 0 }));",
    replacement:
      "const members = changes.map(([user]) => ({ user, connections: counts.has(user) ? 1 : 0 }));",
  },
  {
    name: "who sent with an expired token is only closed",
    harm: "an acknowledged message is lost, and its id is spent",
    file: `${fanOut}/audience.ts`,
    find: 'event.kind === "rejected" || event.kind === "expired" ?',
    replacement: 'event.kind === "rejected" ?',
  },
  {
    name: "messages go to those who may not subscribe",
    harm: "they hear what is not for them",
    file: `${fanOut}/audience.ts`,
    find: "const frames = member.subscribe ? this.#common : [];",
    replacement: "const frames = this.#common;",
  },
  {
    name: "members are read eventually",
    harm: "who has just joined has a gap",
    file: "handlers/lib/members/member-table.ts",
    find: "ConsistentRead: true,",
    replacement: "ConsistentRead: false,",
  },
  {
    name: "only the first page of members is read",
    harm: "the others hear nothing",
    file: "handlers/lib/members/member-table.ts",
    find: "start = page.LastEvaluatedKey;",
    replacement: "start = page.Items?.length ? undefined : page.LastEvaluatedKey;",
  },
  {
    name: "who sends most is closed although nobody waits",
    harm: "a burst is taken for a flood",
    file: `${fanOut}/flooder.ts`,
    find: "if (sends.some(({ at }) => now - at <= lateMs)) {",
    replacement: "if (sends.some(({ at }) => now - at <= 0 * lateMs - 1)) {",
  },
  {
    name: "announcements that failed are taken for sent",
    harm: "a room is never told that somebody has joined or left",
    file: "handlers/lib/presence/announce.ts",
    find: "    return announcements[0];\n",
    replacement: "    return undefined;\n",
  },
  {
    name: "an id is not made a deduplication id",
    harm: "a repeat is delivered again",
    file: "components/templates.ts",
    find: `#if(\${idOfFrame.condition})\${idOfFrame.deduplicationId}#{else}r-\${requestId}#end`,
    replacement: `r-\${requestId}`,
  },
  {
    name: "what is refused is acknowledged",
    harm: "a client takes for sent what was never queued",
    file: "components/roomcast.ts",
    find: "{ responses: { success: acknowledgement, failure: refusal } }",
    replacement: "{ responses: { success: acknowledgement, failure: acknowledgement } }",
  },
  {
    name: "publishing needs no right",
    harm: "who may only listen speaks",
    file: "components/templates.ts",
    find: 'return `#if($context.authorizer.publish == "true")',
    replacement: 'return `#if($context.authorizer.publish == "true" || true)',
  },
  ...bugsOfLanes,
];
