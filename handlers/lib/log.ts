/**
 * One line of the log, as an object: Lambda's JSON log format adds time, level and request id.
 * Never a token, a claim or the contents of a message.
 */
export interface LogEntry {
  /** What happened, in a fixed wording that can be searched for. */
  event: string;
  [detail: string]: string | number | boolean | undefined;
}

export interface Log {
  info(entry: LogEntry): void;
  warn(entry: LogEntry): void;
  error(entry: LogEntry): void;
}

export const log: Log = {
  info: (entry) => console.info(entry),
  warn: (entry) => console.warn(entry),
  error: (entry) => console.error(entry),
};

/** The name of an error, for a log line: messages of third parties may quote what they were given. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
