import type { SeededBug } from "./seeded-bug.ts";

const fanOut = "handlers/lib/fan-out";

/** Mistakes with large rooms, their marks, tasks and cursors, and with presence that ends there. */
export const bugsOfLanes: readonly SeededBug[] = [
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
];
