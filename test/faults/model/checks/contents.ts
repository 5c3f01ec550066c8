import { isDeepStrictEqual } from "node:util";
import {
  type MessageFrame,
  maxFrameBytes,
  type PresenceFrame,
  type WelcomeFrame,
} from "../../../../handlers/protocol/index.ts";
import type { Check, ConnectionFacts, LogEntry } from "../facts.ts";

/**
 * What is heard is what was queued: of this room, of this connection, the same for everyone, and in
 * frames that API Gateway carries. What is on the queue was sent by somebody.
 */
export const contents: Check = ({ connections, rooms, history }) => [
  ...connections.flatMap((connection) => {
    const log = new Map((rooms.get(connection.room) ?? []).map((entry) => [entry.seq, entry]));
    return [
      ...connection.heard.flatMap((event) => {
        const isWrong =
          (event.type === "message" && !isMessage(event, log.get(event.seq))) ||
          (event.type === "presence" && !isChange(event, log.get(event.seq))) ||
          (event.type === "welcome" && !isWelcome(event, connection, log.get(event.seq)));
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
    (meaning?.kind === "joined" || meaning?.kind === "left") &&
    meaning.user === user &&
    connections >= 0
  );
}

function isWelcome(
  welcome: WelcomeFrame,
  { connectionId, room, plan }: ConnectionFacts,
  entry: LogEntry | undefined,
): boolean {
  const { subscribe } = plan.rights;
  return (
    entry?.meaning.kind === "joined" &&
    entry.meaning.connectionId === welcome.connectionId &&
    welcome.connectionId === connectionId &&
    welcome.room === room &&
    welcome.presence === subscribe &&
    welcome.truncated === !subscribe &&
    (subscribe || welcome.members.length === 0)
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
      if (kind === "joined" || kind === "left") return false;
      return kind === undefined ? !backend.has(seq) : !sent.has(message.body);
    })
    .map(({ seq }) => `Message ${seq} is on the queue, and nobody sent it.`);
}
