import type {
  AckFrame,
  ClosingFrame,
  ErrorFrame,
  MessageFrame,
  PongFrame,
  PresenceFrame,
  RoomMember,
  WelcomeFrame,
} from "../../handlers/protocol/frames.ts";

/** Members of a room: all of them, or some. */
export interface MembersFrame {
  members: RoomMember[];
  truncated?: boolean;
  presence?: boolean;
}

/** API Gateway's own answer, for instance `Too Many Requests`. */
export interface GatewayFrame {
  type: "gateway";
  message: string;
}

/** What a room tells. */
export type RoomFrame =
  | MessageFrame
  | PresenceFrame
  | (MembersFrame & { type: "members"; seq?: string })
  | ErrorFrame;

export type Frame = RoomFrame | WelcomeFrame | AckFrame | PongFrame | ClosingFrame | GatewayFrame;

type Fields = Record<string, unknown>;

const isText = (value: unknown) => typeof value === "string";
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
/** SQS numbers have 20 digits; 128 bits have up to 39. */
const isSeq = (value: unknown) => isText(value) && /^\d{1,39}$/.test(value as string);
const isOptional = (check: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || check(value);
const isFlag = isOptional((value) => typeof value === "boolean");
const isMember = (value: unknown) =>
  isObject(value) && isText(value["user"]) && isCount(value["connections"]);
const isMembers = (value: unknown) => Array.isArray(value) && value.every(isMember);
const isAnything = (value: unknown) => value !== undefined;

/** What each field of a frame has to be; the others are not read. */
const formats: Record<string, Record<string, (value: unknown) => boolean>> = {
  message: {
    seq: isSeq,
    id: isOptional(isText),
    requestId: isText,
    room: isText,
    from: (value) => value === null || isText(value),
    at: Number.isFinite,
    data: isAnything,
  },
  welcome: {
    seq: isSeq,
    connectionId: isText,
    members: isMembers,
    truncated: isFlag,
    presence: isFlag,
  },
  presence: { seq: isSeq, user: isText, connections: isCount },
  members: { seq: isOptional(isSeq), members: isMembers, truncated: isFlag, presence: isFlag },
  error: { code: Number.isFinite, message: isText, id: isOptional(isText) },
  closing: { code: Number.isFinite, reason: isText, retry: (value) => typeof value === "boolean" },
  ack: { requestId: isText },
  pong: {},
};

/**
 * Takes apart what has come: the frames in order, `undefined` for what is none (no JSON, wrong
 * types, a batch in a batch) or of a type that only a later server has. The rest of a batch stands.
 */
export function readFrames(text: unknown): (Frame | undefined)[] {
  const value = parse(text);
  if (!isObject(value)) {
    return [undefined];
  }
  if (value["type"] === "batch") {
    const { events } = value;
    return Array.isArray(events) ? events.map(readFrame) : [undefined];
  }
  return [readFrame(value)];
}

function readFrame(value: unknown): Frame | undefined {
  if (!isObject(value) || value["type"] === "batch") {
    return undefined;
  }
  const { type, message } = value;
  if (type === undefined) {
    return isText(message) ? { type: "gateway", message: message as string } : undefined;
  }
  // All fields that are read are looked at.
  return isText(type) &&
    Object.hasOwn(formats, type as string) &&
    Object.entries(formats[type as string] ?? {}).every(([field, isValid]) => isValid(value[field]))
    ? (value as unknown as Frame)
    : undefined;
}

function parse(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
