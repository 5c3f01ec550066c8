import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { AttributeMap, EngineRecord } from "./stream-api.ts";
import type { StreamViewType } from "./table.ts";

/** A record as Lambda hands it to a function (Lambda Developer Guide, DynamoDB event). */
export interface StreamRecord {
  eventID: string;
  eventName: "INSERT" | "MODIFY" | "REMOVE";
  eventVersion: "1.1";
  eventSource: "aws:dynamodb";
  awsRegion: string;
  eventSourceARN: string;
  dynamodb: {
    /** Epoch seconds. */
    ApproximateCreationDateTime: number;
    Keys: AttributeMap;
    NewImage?: AttributeMap;
    OldImage?: AttributeMap;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: StreamViewType;
  };
  /** Only on what was removed because it expired. */
  userIdentity?: { type: string; principalId: string };
}

export const EXPIRED_BY_SERVICE = { type: "Service", principalId: "dynamodb.amazonaws.com" };

export interface RecordOrigin {
  /** The ARN that the program knows. */
  streamArn: string;
  /** The engine's own ARN, which is another one each time the table is created. */
  engineStreamArn: string;
  region: string;
  viewType: StreamViewType;
  /** Epoch milliseconds. */
  at: number;
}

/** DynamoDB writes no record for a write that changes nothing (DynamoDB Streams); some engines do. */
export function changesNothing({ eventName, dynamodb }: EngineRecord): boolean {
  return eventName === "MODIFY" && isDeepStrictEqual(dynamodb.NewImage, dynamodb.OldImage);
}

/** @param expired Whether the runtime removed the item because it had expired. */
export function toStreamRecord(
  record: EngineRecord,
  origin: RecordOrigin,
  expired: boolean,
): StreamRecord {
  const { Keys, NewImage, OldImage, SequenceNumber, SizeBytes = 0 } = record.dynamodb;
  const { viewType } = origin;
  const hasNew = viewType === "NEW_IMAGE" || viewType === "NEW_AND_OLD_IMAGES";
  const hasOld = viewType === "OLD_IMAGE" || viewType === "NEW_AND_OLD_IMAGES";
  const identity = expired ? EXPIRED_BY_SERVICE : identityOf(record);
  return {
    eventID: createHash("md5").update(`${origin.engineStreamArn}/${SequenceNumber}`).digest("hex"),
    eventName: record.eventName,
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: origin.region,
    eventSourceARN: origin.streamArn,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(origin.at / 1000),
      Keys,
      ...(hasNew && NewImage ? { NewImage } : {}),
      ...(hasOld && OldImage ? { OldImage } : {}),
      SequenceNumber: longNumber(SequenceNumber),
      SizeBytes,
      StreamViewType: viewType,
    },
    ...(identity ? { userIdentity: identity } : {}),
  };
}

/** The Streams API writes these names with capitals, Lambda without. */
function identityOf({ userIdentity }: EngineRecord): StreamRecord["userIdentity"] {
  const { Type, PrincipalId } = userIdentity ?? {};
  return Type && PrincipalId ? { type: Type, principalId: PrincipalId } : undefined;
}

/**
 * Sequence numbers have 21 to 40 digits (DynamoDB Streams API reference, StreamRecord): too long for
 * a number, which code must not overlook. Engines count from 1, some with zeros in front.
 */
function longNumber(sequenceNumber: string): string {
  const digits = sequenceNumber.replace(/^0+/, "");
  return digits.length < 21 ? `1${digits.padStart(20, "0")}` : digits;
}
