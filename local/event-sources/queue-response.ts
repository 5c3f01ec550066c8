/**
 * Which messages of a batch a function reported as failed; `undefined` when the answer is
 * malformed, which fails the whole batch: no JSON object, a list with other members, an identifier
 * that is empty or not of this batch (Lambda Developer Guide, "Reporting batch item failures").
 * No answer, and one without a list, are a success.
 */
export function failedMessageIds(
  payload: unknown,
  batchIds: ReadonlySet<string>,
): Set<string> | undefined {
  if (payload === null || payload === undefined) return new Set();
  if (typeof payload !== "object" || Array.isArray(payload)) return undefined;
  const failures: unknown = (payload as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return undefined;
  const failed = new Set<string>();
  for (const failure of failures) {
    const id: unknown = failure?.itemIdentifier;
    if (typeof id !== "string" || !batchIds.has(id)) return undefined;
    failed.add(id);
  }
  return failed;
}
