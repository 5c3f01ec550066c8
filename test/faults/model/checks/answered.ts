import { errors } from "../../../../handlers/protocol/index.ts";
import type { Check, ConnectionFacts, LogEntry } from "../facts.ts";
import type { Answer } from "../heard.ts";
import { type AnsweredFlight, flightsOf, type Send } from "../sends.ts";

/**
 * Each frame has one answer of the right kind, as long as the connection lasts; and who sent what
 * cannot be delivered hears of it, by an `error` that names it.
 */
export const answered: Check = ({ connections, rooms, history }) =>
  connections.flatMap((connection) => {
    const log = rooms.get(connection.room) ?? [];
    const flights = flightsOf(connection, log);
    return [
      ...flights.flatMap((flight) => wrongAnswers(connection, flight)),
      ...answersOutOfPlace(connection, flights),
      ...wrongErrors(connection, log, history.strikeTimes),
    ];
  });

const kinds = ["ack", "pong", "not-allowed", "not-queued"] as const;

function wrongAnswers(connection: ConnectionFacts, { sends, answers }: AnsweredFlight): string[] {
  const isOver = connection.endedAt !== Number.POSITIVE_INFINITY;
  const sent = sends.map(({ text }) => text.slice(0, 80)).join(", ");
  return [...kinds, undefined].flatMap((kind) => {
    const expected = sends.filter(({ expects }) => expects === kind).length;
    const came = answers.filter((answer) => kindOf(answer) === kind).length;
    if (came === expected || (came < expected && isOver)) return [];
    const what = kind ?? "frames that are no answer";
    return [`${connection.name} sent ${sent} and was answered ${came} ${what}, not ${expected}.`];
  });
}

function kindOf(answer: Answer): Send["expects"] | undefined {
  switch (answer.type) {
    case "ack":
    case "pong":
      return answer.type;
    case "error":
      return answer.code === errors.publishNotAllowed.code ? "not-allowed" : "not-queued";
    default:
      return undefined;
  }
}

function answersOutOfPlace(connection: ConnectionFacts, flights: AnsweredFlight[]): string[] {
  const requestIds = flights.flatMap(({ answers }) =>
    answers.flatMap((answer) => ("requestId" in answer ? [answer.requestId] : [])),
  );
  const twice = requestIds.filter((id, index) => requestIds.indexOf(id) !== index);
  const first = connection.flights[0]?.receivedBefore ?? Number.POSITIVE_INFINITY;
  const early = connection.heard.filter(
    ({ type, frame }) => frame < first && (type === "ack" || type === "pong"),
  );
  return [
    ...twice.map((id) => `${connection.name} was answered twice for ${id}.`),
    ...early.map(({ type }) => `${connection.name} had sent nothing and was answered ${type}.`),
  ];
}

function wrongErrors(
  connection: ConnectionFacts,
  log: readonly LogEntry[],
  strikeTimes: readonly number[],
): string[] {
  const { name, connectionId, heard, lost, endedAt } = connection;
  const rejected = log.flatMap((entry) =>
    entry.meaning.kind === "rejected" && entry.meaning.connectionId === connectionId
      ? [{ ...entry.meaning, entry }]
      : [],
  );
  const errorsHeard = heard.flatMap((event) =>
    event.type === "error" && event.code > errors.notQueued.code ? [event] : [],
  );
  const matches = (about: (typeof rejected)[number], error: (typeof errorsHeard)[number]) =>
    error.requestId === about.requestId && error.code === about.code && error.id === about.id;
  const isOpen = endedAt === Number.POSITIVE_INFINITY;
  const isDue = ({ entry }: (typeof rejected)[number]) =>
    !entry.isDead &&
    !lost.has(entry.seq) &&
    (isOpen || isWhyClosed(entry, connection, log, strikeTimes));
  return [
    ...rejected
      .filter((about) => isDue(about) && !errorsHeard.some((error) => matches(about, error)))
      .map((about) => `${name} was never told error ${about.code} about ${about.requestId}.`),
    ...errorsHeard
      .filter((error) => !rejected.some((about) => matches(about, error)))
      .map((error) => `${name} heard error ${error.code} about ${error.requestId}, wrongly.`),
  ];
}

/** Faults of that long ago can still keep a room's messages back, milliseconds. */
const longestDelay = 6 * 60_000;
/** Without faults a batch takes less. */
const usualDelay = 2000;

/**
 * Whether a message that was sent too late is what its sender was closed for, so that it was told of it
 * before: nothing else was under way in its room.
 */
function isWhyClosed(
  { meaning, message }: LogEntry,
  { heard }: ConnectionFacts,
  log: readonly LogEntry[],
  strikeTimes: readonly number[],
): boolean {
  const closing = heard.find(({ type }) => type === "closing");
  if (meaning.kind !== "rejected" || meaning.code !== errors.sentAfterExpiry.code) return false;
  if (closing === undefined || closing.heardAt < message.sentAt) return false;
  const isBetween = (at: number, from: number, to: number) => at >= from && at <= to;
  const wasCalm = !strikeTimes.some((at) =>
    isBetween(at, message.sentAt - longestDelay, closing.heardAt),
  );
  const wasIdle = !log.some(
    ({ seq, message: { sentAt } }) =>
      seq < message.sequenceNumber &&
      isBetween(sentAt, message.sentAt - usualDelay, message.sentAt),
  );
  return wasCalm && wasIdle;
}
