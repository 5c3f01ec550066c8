/** One line of the log, as an object. Never a token, a claim or the contents of a message. */
export interface LogEntry {
  /** What happened, in a fixed wording that can be searched for. */
  event: string;
  [detail: string]: string | number | boolean | undefined;
  /** The log sets these itself, and two more have a meaning in its library. */
  level?: never;
  timestamp?: never;
  service?: never;
  requestId?: never;
  message?: never;
  sampling_rate?: never;
}

/** Where lines go. In a function it is `FunctionLog`, which adds time, level, service and request id. */
export interface Log {
  info(entry: LogEntry): void;
  warn(entry: LogEntry): void;
  error(entry: LogEntry): void;
}

/** The name of an error, for a log line: messages of third parties may quote what they were given. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
