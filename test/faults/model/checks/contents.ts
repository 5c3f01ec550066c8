import { isDeepStrictEqual } from "node:util";
import {
  type MembersFrame,
  type MessageFrame,
  maxFrameBytes,
  type PresenceFrame,
  type WelcomeFrame,
} from "../../../../handlers/protocol/index.ts";
import type { Check, ConnectionFacts, LogEntry } from "../facts.ts";
import { presenceLimitOf } from "../schedule.ts";

/**
 * What is heard is what was queued: of this room, of this connection, the same for everyone, and in
 * frames that API Gateway carries. What is on the queue was sent by somebody.
 */
export const contents: Check = ({ connections, rooms, history }) => [
  ...connections.flatMap((connection) => {
    const log = new Map((rooms.get(connection.room) ?? []).map((entry) => [entry.seq, entry]));
    // A handshake that failed may have left a row all the same.
    const inRoom = history.connections.filter(({ plan }) => plan.room === connection.room).length;
    const mayBeOff = inRoom > presenceLimitOf(history.schedule);
    return [
      ...connection.heard.flatMap((event) => {
        const isWrong =
          (event.type === "message" && !isMessage(event, log.get(event.seq))) ||
          (event.type === "presence" && !isChange(event, log.get(event.seq))) ||
          (event.type === "members" && !isList(event, log.get(event.seq), mayBeOff)) ||
          (event.type === "welcome" && !isWelcome(event, connection, log.get(event.seq), mayBeOff));
        if (!isWrong) return [];
        const { heardAt, frame, ...said } = event;
        const text = JSON.stringify(said).slice(0, 200);
        return [`${connection.name} heard ${text}, and the queue has nothing of the kind.`];
      }),
      ...connection.received
        .filter(({ text }) => Buffer.byteLength(text) > maxFrameBytes)
        .map(({ text }) => `${connection.name} got a frame of ${Buffer.byteLength(text)} bytes.`),
    ];
  }),
  ...unsent([...rooms.values()].flat(), connections, history.published),
];

function isMessage(
  { heardAt, frame, ...heard }: MessageFrame & { heardAt: number; frame: number },
  entry: LogEntry | undefined,
): boolean {
  if (entry?.meaning.kind !== "message") return false;
  const { kind, connectionId, id, ...said } = entry.meaning;
  return isDeepStrictEqual(heard, {
    type: "message",
    seq: entry.seq,
    room: entry.message.room,
    ...said,
    ...(id === undefined ? {} : { id }),
  });
}

function isChange({ user, connections }: PresenceFrame, entry: LogEntry | undefined): boolean {
  const meaning = entry?.meaning;
  return (
    meaning?.kind === "changes" &&
    meaning.changes.some((change) => change.user === user) &&
    connections >= 0
  );
}

/** @param mayBeOff Whether there ever were so many in the room that it has no presence. */
function isList(
  { presence, truncated, members }: MembersFrame,
  entry: LogEntry | undefined,
  mayBeOff: boolean,
): boolean {
  return (
    entry?.meaning.kind === "changes" &&
    (presence || (mayBeOff && truncated && members.length === 0))
  );
}

function isWelcome(
  welcome: WelcomeFrame,
  { connectionId, room, plan }: ConnectionFacts,
  entry: LogEntry | undefined,
  mayBeOff: boolean,
): boolean {
  const { presence, truncated, members } = welcome;
  return (
    entry?.meaning.kind === "changes" &&
    entry.meaning.changes.some(
      (change) => change.kind === "joined" && change.connectionId === welcome.connectionId,
    ) &&
    welcome.connectionId === connectionId &&
    welcome.room === room &&
    (presence ? plan.rights.subscribe : mayBeOff || !plan.rights.subscribe) &&
    truncated === !presence &&
    (presence || members.length === 0)
  );
}

function unsent(
  entries: readonly LogEntry[],
  connections: readonly ConnectionFacts[],
  published: readonly { sequenceNumber: string }[],
): string[] {
  const sent = new Set(connections.flatMap(({ flights }) => flights.flatMap(({ texts }) => texts)));
  const backend = new Set(published.map(({ sequenceNumber }) => sequenceNumber));
  return entries
    .filter(({ message, seq }) => {
      const { kind } = message.attributes;
      if (["joined", "left", "changes"].includes(kind ?? "")) return false;
      return kind === undefined ? !backend.has(seq) : !sent.has(message.body);
    })
    .map(({ seq }) => `Message ${seq} is on the queue, and nobody sent it.`);
}
