import * as errors from "./errors.ts";
import type { Input } from "./input.ts";
import { MAX_BATCH_ENTRIES, MAX_MESSAGE_BYTES } from "./limits.ts";

interface BatchResult {
  Successful: object[];
  Failed: { Id: string; SenderFault: boolean; Code: string; Message: string }[];
}

const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

/** The entries of a batch request by id; refuses what makes SQS refuse the batch as a whole. */
export function batchEntries(input: Input, entryType: string): Map<string, Input> {
  const list = input.objects("Entries");
  if (list.length === 0) throw errors.emptyBatch(entryType);
  if (list.length > MAX_BATCH_ENTRIES) throw errors.tooManyEntries(list.length);
  const entries = new Map<string, Input>();
  for (const entry of list) {
    const id = entry.string("Id");
    if (!ENTRY_ID.test(id)) throw errors.invalidEntryId();
    if (entries.has(id)) throw errors.entryIdsNotDistinct(id);
    entries.set(id, entry);
  }
  return entries;
}

export function checkBatchBytes(bytes: number): void {
  if (bytes > MAX_MESSAGE_BYTES) throw errors.batchTooLong(bytes);
}

/** Performs each entry in order; refusals of single entries go to `Failed`. */
export function performEach<T>(
  entries: ReadonlyMap<string, T>,
  perform: (entry: T) => object,
): BatchResult {
  const result: BatchResult = { Successful: [], Failed: [] };
  for (const [Id, entry] of entries) {
    try {
      result.Successful.push({ Id, ...perform(entry) });
    } catch (error) {
      if (!(error instanceof errors.SqsError)) throw error;
      result.Failed.push({ Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return result;
}
