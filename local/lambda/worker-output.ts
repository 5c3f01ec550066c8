import { format } from "node:util";
import type { LogLevel } from "../events.ts";

type Write = (level: LogLevel, line: string) => void;

const LEVELS: LogLevel[] = ["debug", "info", "warn", "error"];

/** Lambda's names of levels, for the console methods and for `AWS_LAMBDA_LOG_LEVEL`. */
const LEVEL_NAMES: Record<string, LogLevel> = {
  trace: "debug",
  debug: "debug",
  info: "info",
  log: "info",
  warn: "warn",
  error: "error",
  fatal: "error",
};

/**
 * Hands on everything that the code writes: the console's methods with their levels, formatted as
 * Lambda's log format (`AWS_LAMBDA_LOG_FORMAT`) does, without its prefix of time and request id;
 * and what is written to stdout (as `info`) and stderr (as `error`) directly. Levels under
 * `AWS_LAMBDA_LOG_LEVEL` are dropped, with the JSON format only. In that format a line that was
 * written as a JSON object stays as it is, and its own `level` counts (Lambda Developer Guide,
 * advanced logging controls).
 */
export function captureOutput(write: Write): void {
  const json = process.env["AWS_LAMBDA_LOG_FORMAT"] === "JSON";
  const threshold = LEVEL_NAMES[process.env["AWS_LAMBDA_LOG_LEVEL"]?.toLowerCase() ?? ""];
  const lowest = json ? LEVELS.indexOf(threshold ?? "info") : 0;
  for (const [method, level] of Object.entries(LEVEL_NAMES)) {
    const enabled = LEVELS.indexOf(level) >= lowest;
    Object.assign(console, {
      [method]: (...values: unknown[]) => {
        if (enabled) write(level, json ? asJson(values) : format(...values));
      },
    });
  }
  const writeLine = (level: LogLevel, line: string) => {
    const own = json ? levelIn(line) : undefined;
    if (own === undefined || LEVELS.indexOf(own) >= lowest) write(own ?? level, line);
  };
  redirect(process.stdout, "info", writeLine);
  redirect(process.stderr, "error", writeLine);
}

/** The level that a line of JSON names. */
function levelIn(line: string): LogLevel | undefined {
  try {
    const { level } = JSON.parse(line);
    return LEVEL_NAMES[String(level).toLowerCase()];
  } catch {
    return undefined;
  }
}

/** One argument is the message itself, an object stays JSON; several become one text. */
function asJson(values: unknown[]): string {
  const [message] = values;
  if (values.length !== 1 || typeof message === "string") return format(...values);
  try {
    return JSON.stringify(message, errorsAsObjects) ?? format(message);
  } catch {
    return format(message);
  }
}

function errorsAsObjects(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return {
    errorType: value.constructor.name,
    errorMessage: value.message,
    stackTrace: value.stack?.split("\n"),
    ...value,
  };
}

function redirect(stream: NodeJS.WriteStream, level: LogLevel, write: Write): void {
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    write(level, text.replace(/\n$/, ""));
    const callback = rest.find((argument) => typeof argument === "function");
    if (callback !== undefined) process.nextTick(callback);
    return true;
  };
}
