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
  const failures: unknown[] = [];
  // One iterator for all workers: each takes the next item. What is asked for first comes first.
  const iterator =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const workers: Promise<void>[] = [];
  let taken = 0;
  const work = async () => {
    for (;;) {
      const next = await iterator.next();
      if (next.done) {
        return;
      }
      const index = taken++;
      // Whoever has found an item lets another look for the next: of few items most would find none.
      if (workers.length < limit) begin();
      results[index] = await map(next.value);
    }
  };
  const begin = () => {
    workers.push(work().catch((failure: unknown) => void failures.push(failure)));
  };
  begin();
  // There are more by the time that the first ones have ended.
  for (const worker of workers) {
    await worker;
  }
  if (failures.length > 0) {
    throw failures[0];
  }
  return results;
}
