import { createHash } from "node:crypto";
import type { StreamRecord } from "../dynamodb/stream-record.ts";

/** Which of the lanes, counted from 0, has a record's item: the same one for all records of an item. */
export function laneOf({ dynamodb: { Keys } }: StreamRecord, lanes: number): number {
  const names = Object.keys(Keys).sort();
  const key = JSON.stringify(names.map((name) => [name, Keys[name]]));
  return createHash("md5").update(key).digest().readUInt32BE() % lanes;
}
