/** SQS Developer Guide, "Amazon SQS message quotas" and the API reference; bytes, seconds and counts. */
export const MAX_MESSAGE_BYTES = 1_048_576;
export const MIN_MESSAGE_BYTES_SETTING = 1_024;
export const MAX_BATCH_ENTRIES = 10;
export const MAX_MESSAGES_PER_RECEIVE = 10;
export const MAX_MESSAGE_ATTRIBUTES = 10;
export const MAX_VISIBILITY_SECONDS = 43_200;
export const MAX_DELAY_SECONDS = 900;
export const MAX_WAIT_SECONDS = 20;
export const MIN_RETENTION_SECONDS = 60;
export const MAX_RETENTION_SECONDS = 1_209_600;
export const MAX_RECEIVE_COUNT_SETTING = 1_000;
export const MAX_IN_FLIGHT = 120_000;
export const DEDUPLICATION_SECONDS = 300;
export const PURGE_INTERVAL_SECONDS = 60;

export const DEFAULT_VISIBILITY_SECONDS = 30;
export const DEFAULT_RETENTION_SECONDS = 345_600;
