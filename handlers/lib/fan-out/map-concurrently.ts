/**
 * Maps with at most `limit` calls under way; items may still be coming in. Results are in the order of
 * the items. Where a call or the items reject, it does so when the last call has ended: what comes
 * after it, comes after all of them.
 */
export async function mapConcurrently<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  // One iterator for all workers: each takes the next item. What is asked for first comes first.
  const iterator =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let taken = 0;
  const worker = async () => {
    for (;;) {
      const next = await iterator.next();
      if (next.done) {
        return;
      }
      const index = taken++;
      results[index] = await map(next.value);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: limit }, worker));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) {
    throw failed.reason;
  }
  return results;
}
