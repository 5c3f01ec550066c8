import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Schedule } from "./schedule.ts";

/** A schedule as one word for a command line. */
export function packed(schedule: Schedule): string {
  return deflateRawSync(JSON.stringify(schedule), { level: 9 }).toString("base64url");
}

/** Reads what {@link packed} wrote, or JSON. @throws Error for another text. */
export function unpacked(text: string): Schedule {
  const json = text.trimStart().startsWith("{")
    ? text
    : inflateRawSync(Buffer.from(text, "base64url")).toString();
  return JSON.parse(json);
}
