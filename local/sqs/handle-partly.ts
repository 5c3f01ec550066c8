import { REFUSED_ON_PURPOSE } from "../outside-calls.ts";
import type { WireRequest, WireResponse } from "./wire.ts";

interface Batch {
  Entries: { Id: string }[];
}

/**
 * Handles the first half of the entries of a batch request in the JSON protocol; the others, one at least,
 * have failed, as SQS says it of single entries (API Reference, BatchResultErrorEntry). What is no such
 * request is handled as a whole.
 */
export async function handlePartly(
  handle: (request: WireRequest) => Promise<WireResponse>,
  request: WireRequest,
): Promise<WireResponse> {
  const { Entries, ...rest } = batchIn(request.body) ?? { Entries: [] };
  const half = Math.floor(Entries.length / 2);
  const failing = Entries.slice(half);
  if (failing.length === 0) return await handle(request);
  const Failed = failing.map(({ Id }) => ({
    Id,
    SenderFault: false,
    Code: "InternalError",
    Message: REFUSED_ON_PURPOSE,
  }));
  // SQS takes no batch without an entry.
  if (half === 0) {
    return { status: 200, headers: {}, body: JSON.stringify({ Successful: [], Failed }) };
  }
  const body = JSON.stringify({ ...rest, Entries: Entries.slice(0, half) });
  const response = await handle({ ...request, body });
  if (response.status !== 200) return response;
  const answer = JSON.parse(response.body);
  const all = { ...answer, Failed: [...(answer.Failed ?? []), ...Failed] };
  return { ...response, body: JSON.stringify(all) };
}

function batchIn(body: string): Batch | undefined {
  try {
    const batch = JSON.parse(body);
    return Array.isArray(batch.Entries) ? batch : undefined;
  } catch {
    return undefined;
  }
}
