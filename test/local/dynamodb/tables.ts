import type { StreamPosition, TableStream } from "../../../local/dynamodb/stream.ts";
import type { EngineRecord } from "../../../local/dynamodb/stream-api.ts";
import type { StreamRecord } from "../../../local/dynamodb/stream-record.ts";
import type { Properties, RecordedResource } from "../../../local/recording/resource.ts";
import { recordedResource } from "../../support/recorded-resource.ts";

export const REGION = "eu-west-1";

export function streamArnOf(name: string): string {
  return `arn:aws:dynamodb:${REGION}:123456789012:table/${name}/stream/2026-01-01T00:00:00.000`;
}

/** A recorded table with the keys `room` and `member`, a stream and a time to live. */
export function recordedTable(name: string, inputs: Properties = {}): RecordedResource {
  const all = {
    name,
    billingMode: "PAY_PER_REQUEST",
    hashKey: "room",
    rangeKey: "member",
    attributes: [
      { name: "room", type: "S" },
      { name: "member", type: "S" },
    ],
    streamEnabled: true,
    streamViewType: "NEW_AND_OLD_IMAGES",
    ttl: { attributeName: "expiresAt", enabled: true },
    ...inputs,
  };
  return recordedResource("aws:dynamodb/table:Table", name, all, {
    arn: `arn:aws:dynamodb:${REGION}:123456789012:table/${name}`,
    streamArn: streamArnOf(name),
  });
}

/** Resolves with the records from `position` on as soon as there are `count` of them. */
export async function recordsFrom(
  stream: TableStream,
  position: StreamPosition,
  count: number,
): Promise<StreamRecord[]> {
  stream.nudge();
  for (;;) {
    const { records } = stream.read(position, count);
    if (records.length === count) return records;
    const { promise, resolve } = Promise.withResolvers<void>();
    const arrival = stream.onArrival(resolve);
    await promise;
    arrival.cancel();
  }
}

export function engineRecord(sequenceNumber: string): EngineRecord {
  const Keys = { room: { S: "lobby" }, member: { S: sequenceNumber } };
  return {
    eventName: "INSERT",
    dynamodb: { Keys, NewImage: Keys, SequenceNumber: sequenceNumber, SizeBytes: 20 },
  };
}
