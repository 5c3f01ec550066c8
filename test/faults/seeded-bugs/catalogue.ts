/** A fault that is put into a copy of the sources, for the suite to find. */
export interface SeededBug {
  name: string;
  /** What goes wrong then. */
  harm: string;
  /** Relative to the repository. */
  file: string;
  /** Stands in the file exactly once. */
  find: string;
  replacement: string;
}

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
    find: `return { ...result, outcome: "out-of-time" };`,
    replacement: `return result;`,
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
    name: "a large room is marked behind its first tasks",
    harm: "a retry that finds it smaller overtakes its lanes",
    file: `${fanOut}/room-batch.ts`,
    find: `    await options.roomItems.keepLarge(room, lanes, list.mark);
    await queue.enqueue(room, laneTasks(told.events, lanes));
`,
    replacement: `    await queue.enqueue(room, laneTasks(told.events, lanes));
    await options.roomItems.keepLarge(room, lanes, list.mark);
`,
  },
  {
    name: "a mark lives shorter than tasks",
    harm: "a room that has shrunk overtakes its lanes",
    file: "handlers/lib/members/room-items.ts",
    find: "const markSeconds = 2 * laneTaskSeconds;",
    replacement: "const markSeconds = 120;",
  },
  {
    name: "a mark is not renewed",
    harm: "six hours after it grew, a room overtakes its lanes",
    file: "handlers/lib/members/room-items.ts",
    find: "if (mark === undefined || mark.expiresAt - now < renewBelowSeconds) {",
    replacement: "if (mark === undefined) {",
  },
  {
    name: "a room is served directly although its mark holds",
    harm: "as soon as it has shrunk it overtakes its lanes",
    file: `${fanOut}/room-batch.ts`,
    find: "const isLarge = list.isCut || list.mark !== undefined;",
    replacement: "const isLarge = list.isCut;",
  },
  {
    name: "an error goes to the lane of its connection's id",
    harm: "two lanes post to its sender at the same time",
    file: `${fanOut}/lane-task.ts`,
    find: "return laneOf(hashOf(event.user), lanes);",
    replacement: "return laneOf(event.connectionId, lanes);",
  },
  {
    name: "lanes do not welcome",
    harm: "who joins a large room never hears that it has",
    file: `${fanOut}/lane-task.ts`,
    find: `    case "joined":
      return laneOf(event.change.userHash, lanes);
`,
    replacement: "",
  },
  {
    name: "tasks are known by their first message alone",
    harm: "a retry that has got more of them is taken for a repeat, and the rest is lost",
    file: `${fanOut}/lane-task.ts`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a piece of source
    find: "const deduplicationId = `${all.at(0)?.seq}-${all.at(-1)?.seq}`;",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a piece of source
    replacement: "const deduplicationId = `${all.at(0)?.seq}`;",
  },
  {
    name: "tasks that SQS did not take are taken for queued",
    harm: "a lane never hears what was in them",
    file: `${fanOut}/sqs-lanes-queue.ts`,
    find: "if (Failed.length > 0) {",
    replacement: "if (Failed.length > 10) {",
  },
  {
    name: "a lane's task that has failed is reported as done",
    harm: "it is deleted, though somebody has not heard it",
    file: `${fanOut}/lane-batch.ts`,
    find: "return { ...result, unfinished: unfinished(failedIndex) };",
    replacement: "return { ...result, unfinished: unfinished(failedIndex).slice(0, 0) };",
  },
  {
    name: "a lane ends one character too early",
    harm: "whose hash begins with it is in no lane",
    file: "handlers/lib/members/lane.ts",
    find: "alphabet.charAt((lane + 1) * width - 1)",
    replacement: "alphabet.charAt((lane + 1) * width - 2)",
  },
  {
    name: "a cursor stands behind the last who was tried",
    harm: "who was not reached is left out of the retry",
    file: `${fanOut}/broadcast.ts`,
    find: "const before = failed < 0 ? served : served.slice(0, failed);",
    replacement: "const before = failed < 0 ? served : served.slice(0);",
  },
  {
    name: "a cursor counts for newer messages, too",
    harm: "those in front of it have a gap",
    file: `${fanOut}/deliver-events.ts`,
    find: "events.filter((event) => !isServedInPart(event)), after: undefined }",
    replacement: "events.filter((event) => !isServedInPart(event)), after: cursor?.member }",
  },
  {
    name: "a room is not told that presence has ended",
    harm: "its members go on showing a list that is wrong",
    file: `${fanOut}/presence-switch.ts`,
    find: "if (last === undefined || told === now) {",
    replacement: `if (last === undefined || now === "off" || told === now) {`,
  },
  {
    name: "a room is not told that it has presence again",
    harm: "its members do not know who is there",
    file: `${fanOut}/presence-switch.ts`,
    find: "if (last === undefined || told === now) {",
    replacement: `if (last === undefined || now === "on" || told === now) {`,
  },
  {
    name: "presence is taken for told although a retry told it",
    harm: "who has heard the retry's numbers before drops it, and hears it never again",
    file: `${fanOut}/room-batch.ts`,
    find: "if (told.hasSwitched && !isRetry && ",
    replacement: "if (told.hasSwitched && ",
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
];
