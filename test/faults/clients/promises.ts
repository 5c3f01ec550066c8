import { PublishError, type Room } from "../../../client/index.ts";
import { lostTo } from "../model/facts.ts";
import { laneTasksOf } from "../model/lane-tasks.ts";
import { meaningOf } from "../model/meaning.ts";
import type { Lived } from "./live.ts";
import type { Person } from "./person.ts";

/** Of a person: what is judged. */
export interface PersonStory extends Pick<Person, "plan" | "told" | "publishes"> {
  room: Pick<Room, "state" | "closed" | "members">;
}

/** Of what was lived through: what it is judged by. */
type World = Pick<Lived, "queued" | "laneTasks" | "deadLetters" | "rows" | "story">;

/** A message that everybody in the room is to hear. */
interface Due {
  seq: bigint;
  data: unknown;
}

/** What of docs/client.md a person's client has broken, in sentences; empty when nothing. */
export function brokenTo(person: PersonStory, lived: World): string[] {
  const { name } = person.plan;
  return [
    ...publishes(person, lived),
    ...order(person),
    ...gaps(person, lived),
    ...end(person),
    ...presence(person, lived),
  ].map((sentence) => `${name}: ${sentence}`);
}

/** Every publish settles, and says what is true. */
function publishes({ plan, publishes }: PersonStory, lived: World): string[] {
  const own = lived.queued
    .filter(({ room, attributes }) => room === plan.room && attributes["user"] === plan.user)
    .map((message) => ({ message, meaning: meaningOf(message) }));
  return publishes.flatMap(({ data, result }): string[] => {
    const what = JSON.stringify(data).slice(0, 40);
    if (result === undefined) return [`The publish of ${what} has never settled.`];
    const queued = own.filter(
      ({ meaning }) =>
        (meaning.kind === "message" || meaning.kind === "rejected") && meaning.id === result.id,
    );
    const delivered = queued.filter(({ meaning }) => meaning.kind === "message");
    if (result instanceof PublishError) {
      return delivered.length > 0 && !result.maybePublished
        ? [`${what} is on the queue, and has failed for good (${result.code}).`]
        : [];
    }
    if (queued.length === 0) return [`${what} is ${result.status}, and was never queued.`];
    if (result.status === "queued") return [];
    return delivered.some(({ message }) => message.sequenceNumber === result.seq)
      ? []
      : [`${what} is delivered as ${result.seq}, and nothing has this number.`];
  });
}

/** Each message at most once, in the order of the room. */
function order({ told }: PersonStory): string[] {
  const messages = told.flatMap((one) => (one.kind === "message" ? [one.message] : []));
  const requests = new Set(messages.map(({ requestId }) => requestId));
  const isInOrder = messages.every(
    ({ seq }, index) => index === 0 || BigInt(seq) > BigInt(messages[index - 1]?.seq ?? 0),
  );
  return [
    ...(isInOrder ? [] : ["Messages came out of order."]),
    ...(requests.size === messages.length ? [] : ["A message came twice."]),
  ];
}

/** Whatever was missed stands at a gap; and who is in the room at the end has heard the last. */
function gaps(person: PersonStory, lived: World): string[] {
  const { plan, told, room } = person;
  if (!plan.rights.subscribe) return [];
  const due = dueTo(person, lived);
  const broken: string[] = [];
  let last: bigint | undefined;
  let isGapTold = false;
  const see = (seq: bigint | undefined) => {
    const missed = due.filter(
      (one) => last !== undefined && one.seq > last && (seq === undefined || one.seq < seq),
    );
    if (missed.length > 0 && !isGapTold) {
      const data = JSON.stringify(missed[0]?.data).slice(0, 40);
      broken.push(`${missed.length} messages were missed without a gap, the first is ${data}.`);
    }
  };
  for (const one of told) {
    if (one.kind === "gap") isGapTold = true;
    if (one.kind !== "message") continue;
    const seq = BigInt(one.message.seq);
    see(seq);
    last = seq;
    isGapTold = false;
  }
  if (room.state === "open") see(undefined);
  return broken;
}

function dueTo({ plan }: PersonStory, lived: World): Due[] {
  const dead = laneTasksOf(lived.laneTasks, lived.deadLetters).filter(({ isDead }) => isDead);
  const { lost } = lostTo(plan, dead);
  return lived.queued.flatMap((message) => {
    const { room, messageId, sequenceNumber } = message;
    const meaning = meaningOf(message);
    const isDue =
      meaning.kind === "message" &&
      room === plan.room &&
      !lived.deadLetters.has(messageId) &&
      !lost.has(sequenceNumber);
    return isDue ? [{ seq: BigInt(sequenceNumber), data: meaning.data }] : [];
  });
}

/** Who was not turned away for good is in the room, once nothing goes wrong any more. */
function end({ room, told }: PersonStory): string[] {
  const hasOpened = told.some(({ kind }) => kind === "open");
  const isRefused = room.closed?.reason === "refused" && !hasOpened;
  return room.state === "open" || isRefused
    ? []
    : [`At the end the room is ${room.state} (${room.closed?.reason ?? "and may come back"}).`];
}

/** Where there is presence, everybody knows who is there in the end. */
function presence({ room, plan }: PersonStory, { rows, story }: World): string[] {
  const inRoom = rows.filter((row) => row.room === plan.room);
  const hasPresence = story.settings === undefined && plan.rights.subscribe;
  if (!hasPresence || room.state !== "open") return [];
  const counts = [...Map.groupBy(inRoom, ({ user }) => user)]
    .map(([user, own]) => `${user} ${own.length}`)
    .sort();
  const known = [...room.members].map(([user, count]) => `${user} ${count}`).sort();
  return String(counts) === String(known)
    ? []
    : [`It knows of ${known.join(", ")}; there are ${counts.join(", ")}.`];
}
