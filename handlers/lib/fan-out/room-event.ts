import type { SQSRecord } from "aws-lambda";
import {
  attributeNames,
  type ErrorDefinition,
  errorFrame,
  errors,
  idPattern,
  type MessageFrame,
  maxDataBytes,
  maxUserBytes,
} from "../../protocol/index.ts";
import type { MembershipChange } from "../presence/announce.ts";

/** What one record of the rooms queue means for its room; `seq` is its place in the room's order. */
export type RoomEvent = { seq: string } & (
  | {
      kind: "message";
      /** The frame, encoded once for everybody. */
      text: string;
      /** Epoch milliseconds. */
      sentAt: number;
      /** Undefined where a backend published it. */
      connectionId?: string | undefined;
    }
  | {
      /**
       * `rejected`: can never be delivered, so only its sender hears of it. `expired`: sent after the
       * sender's token had expired; its sender hears so, and is closed.
       */
      kind: "rejected" | "expired";
      text: string;
      connectionId: string;
      user: string;
    }
  | { kind: "joined" | "left"; change: MembershipChange }
  /** Not on the queue: fan-out tells by it that presence goes off or on. `text` is the frame. */
  | { kind: "members"; text: string }
);

/** A record that no sender can be told of; it is retried and ends in the dead-letter queue. */
export class UnreadableRecord extends Error {
  override readonly name = "UnreadableRecord";
}

/** @throws UnreadableRecord for a record that neither the gateway, the presence function nor a documented backend wrote. */
export function readEvents(record: SQSRecord): RoomEvent[] {
  return attribute(record, attributeNames.kind) === "changes"
    ? readChanges(record)
    : [readRecord(record)];
}

/** A record that says one thing. @throws UnreadableRecord */
export function readRecord(record: SQSRecord): RoomEvent {
  const kind = attribute(record, attributeNames.kind) ?? "publish";
  switch (kind) {
    case "message":
    case "text":
      return readClientMessage(record, kind);
    case "publish":
      return readBackendMessage(record);
    case "joined":
    case "left":
      return { kind, seq: seqOf(record), change: readChange(parseFrame(record.body)) };
    default:
      throw new UnreadableRecord("The attribute kind is none that is known.");
  }
}

function readClientMessage(record: SQSRecord, kind: "message" | "text"): RoomEvent {
  const connectionId = attribute(record, attributeNames.connectionId);
  const requestId = attribute(record, attributeNames.requestId);
  const user = attribute(record, attributeNames.user);
  const at = Number(attribute(record, attributeNames.sentAt));
  const expiresAt = Number(attribute(record, attributeNames.expiresAt));
  if (!connectionId || !requestId || !user || !(at > 0) || !(expiresAt > 0)) {
    throw new UnreadableRecord("An attribute of a client's message is missing.");
  }
  const published: { id?: unknown; data?: unknown } =
    kind === "text" ? { data: record.body } : parseFrame(record.body);
  const id =
    typeof published.id === "string" && idPattern.test(published.id) ? published.id : undefined;
  const about = { requestId, ...(id === undefined ? {} : { id }) };
  const answer = (kind: "rejected" | "expired", error: ErrorDefinition): RoomEvent => ({
    kind,
    seq: seqOf(record),
    connectionId,
    user,
    text: JSON.stringify(errorFrame(error, about)),
  });
  // Judged by when it was sent: a queue that lags takes nobody's message away.
  if (at >= expiresAt * 1000) {
    return answer("expired", errors.sentAfterExpiry);
  }
  const reject = (error: ErrorDefinition) => answer("rejected", error);
  if (published.id !== undefined && id === undefined) {
    return reject(errors.idInvalid);
  }
  if (published.data === undefined) {
    return reject(errors.dataMissing);
  }
  const encoded =
    kind === "text"
      ? JSON.stringify(record.body)
      : encode(record.body, (frame) => (frame as { data: unknown }).data);
  if (encoded === undefined) {
    return reject(errors.dataMalformed);
  }
  if (Buffer.byteLength(encoded) > maxDataBytes) {
    return reject(errors.dataTooLarge);
  }
  return { ...message(record, { ...about, from: user, at }, encoded), connectionId };
}

function readBackendMessage(record: SQSRecord): RoomEvent {
  const encoded = encode(record.body);
  if (encoded === undefined || Buffer.byteLength(encoded) > maxDataBytes) {
    throw new UnreadableRecord("A backend's message must be the JSON text of at most 24 KB.");
  }
  const requestId = attribute(record, attributeNames.requestId) ?? record.messageId;
  const from = attribute(record, attributeNames.user) ?? null;
  // Longer ones could make a frame that no connection takes.
  if ([requestId, from ?? ""].some((text) => Buffer.byteLength(text) > maxUserBytes)) {
    throw new UnreadableRecord("A backend's user and requestId may have 256 bytes each.");
  }
  return message(record, { requestId, from, at: Number(record.attributes.SentTimestamp) }, encoded);
}

function readChanges(record: SQSRecord): RoomEvent[] {
  const { changes } = parseFrame(record.body);
  if (!Array.isArray(changes)) {
    throw new UnreadableRecord("The body lists no changes.");
  }
  return changes.map((change): RoomEvent => {
    const kind = change?.kind;
    if (kind !== "joined" && kind !== "left") {
      throw new UnreadableRecord("A change is neither joined nor left.");
    }
    return { kind, seq: seqOf(record), change: readChange(change) };
  });
}

function readChange(body: Record<string, unknown>): MembershipChange {
  const { user, userHash, connectionId } = body;
  if (
    typeof user !== "string" ||
    typeof userHash !== "string" ||
    typeof connectionId !== "string"
  ) {
    throw new UnreadableRecord("The body of a change names no connection.");
  }
  return { user, userHash, connectionId };
}

function message(
  record: SQSRecord,
  about: { requestId: string; id?: string; from: string | null; at: number },
  encodedData: string,
): RoomEvent & { kind: "message" } {
  const { requestId, id, from, at } = about;
  const seq = seqOf(record);
  const frame: Omit<MessageFrame, "data"> = {
    type: "message",
    seq,
    ...(id === undefined ? {} : { id }),
    requestId,
    room: groupOf(record),
    from,
    at,
  };
  // The data is encoded already; encoding it once more could only change it.
  const text = `${JSON.stringify(frame).slice(0, -1)},"data":${encodedData}}`;
  return { kind: "message", seq, text, sentAt: at };
}

/** The members of a JSON object, at any depth; none for another text. */
function parseFrame(body: string): Record<string, unknown> {
  try {
    const frame = JSON.parse(body);
    return typeof frame === "object" && frame !== null ? frame : {};
  } catch {
    return {};
  }
}

/** Keeps numbers as they were written: a 20-digit id must not come out rounded. */
function parse(text: string): unknown {
  return sourceJson.parse(text, (_key, value, context) =>
    typeof value === "number" && context?.source !== undefined
      ? sourceJson.rawJSON(context.source)
      : value,
  );
}

/** Access to the source text is in Node 22 and later; TypeScript's library does not have it yet. */
const sourceJson = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context?: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
};

/**
 * A JSON text, or what is selected from it, encoded again. Undefined when it is no JSON, or nested
 * too deeply: unlike the parser alone, reviver and encoder recurse.
 */
function encode(text: string, select = (value: unknown) => value): string | undefined {
  try {
    return JSON.stringify(select(parse(text)));
  } catch {
    return undefined;
  }
}

/** The message group: the room, or a lane of it. */
export function groupOf(record: SQSRecord | undefined): string {
  return record?.attributes.MessageGroupId ?? "";
}

function seqOf(record: SQSRecord): string {
  return record.attributes.SequenceNumber ?? "";
}

function attribute(record: SQSRecord, name: string): string | undefined {
  return record.messageAttributes[name]?.stringValue;
}
