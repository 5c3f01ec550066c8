import { readFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { pathToFileURL } from "node:url";
import type { Context } from "aws-lambda";
import { answer } from "../lib/child.ts";

/** An execution environment: a process that loads a handler, and runs one invocation at a time. */
export interface InvocationFigures {
  result: unknown;
  /** User and system, from the call of the handler to its result. */
  cpuMs: number;
  wallMs: number;
  /** The most that was ever resident, in bytes. */
  peakBytes: number;
}

const [, , file = "", timeoutSeconds = ""] = process.argv;
// On AWS the services around a function do not wait for its CPU, and so must those around this one not.
setPriority(constants.priority.PRIORITY_LOW);
const loading = import(pathToFileURL(file).href) as Promise<{
  handler: (event: unknown, context: Context) => Promise<unknown>;
}>;
let invocations = 0;

answer(async (event: unknown): Promise<InvocationFigures> => {
  const { handler } = await loading;
  invocations += 1;
  const startedAt = performance.now();
  const endsAt = startedAt + Number(timeoutSeconds) * 1000;
  const context = {
    awsRequestId: `invocation-${process.pid}-${invocations}`,
    functionName: "fan-out",
    getRemainingTimeInMillis: () => Math.floor(endsAt - performance.now()),
  } as Context;
  const before = process.cpuUsage();
  const result = await handler(event, context);
  const { user, system } = process.cpuUsage(before);
  return {
    result,
    cpuMs: (user + system) / 1000,
    wallMs: performance.now() - startedAt,
    peakBytes: peakBytes(),
  };
});

/** Not `resourceUsage`: Linux lets a new process begin with the peak of the one that started it. */
function peakBytes(): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}
