import { compileFilter } from "./filter.ts";
import type { QueueRecord } from "./queue-record.ts";

export type QueueFilter = (record: QueueRecord) => boolean;

/**
 * Compiles a filter pattern for messages, given as JSON. A pattern for `body` is either an object,
 * which only a body that is a JSON object can match, or a list of rules, which only any other body
 * can match (Lambda Developer Guide, "Using event filtering with an Amazon SQS event source").
 * Throws for a pattern that is not valid.
 */
export function compileQueueFilter(patternJson: string): QueueFilter {
  const pattern: unknown = JSON.parse(patternJson);
  const filter = compileFilter(pattern);
  const body = (pattern as { body?: unknown }).body;
  if (body === undefined) return filter;
  const wantsObject = !Array.isArray(body);
  return (record) => {
    const object = parseObject(record.body);
    if (wantsObject !== (object !== undefined)) return false;
    return filter(object === undefined ? record : { ...record, body: object });
  };
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
