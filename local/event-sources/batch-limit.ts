/**
 * Bytes of the records of a batch as JSON: Lambda fills a batch up to an invocation's 6 MB (API
 * reference, CreateEventSourceMapping, `BatchSize`), with some room here for what is around.
 */
export const BATCH_LIMIT_BYTES = 6_000_000;
