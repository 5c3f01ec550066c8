import { fileURLToPath } from "node:url";
import { Child } from "../lib/child.ts";
import type { InvocationFigures } from "./function-process.ts";

export interface EnvironmentsOptions {
  /** The handler's bundle. */
  file: string;
  variables: Record<string, string>;
  timeoutSeconds: number;
  memoryMegabytes: number;
}

/** What invocations came to, taken together. */
export interface Totals {
  cpuMs: number;
  invocations: number;
  /** Lambda bills these by its memory. */
  billedMs: number;
  /** Of the process that needed the most. */
  peakBytes: number;
  /** Execution environments that there are. */
  environments: number;
}

const processFile = fileURLToPath(new URL("function-process.ts", import.meta.url));

/** A function's execution environments: each has one invocation in hand, and is used again. */
export class Environments {
  readonly #options: EnvironmentsOptions;
  readonly #all: Child<unknown, InvocationFigures>[] = [];
  readonly #idle: Child<unknown, InvocationFigures>[] = [];
  #totals: Omit<Totals, "environments"> = nothing;

  constructor(options: EnvironmentsOptions) {
    this.#options = options;
  }

  async invoke(event: unknown): Promise<InvocationFigures> {
    const environment = this.#idle.pop() ?? this.#create();
    const figures = await environment.ask(event);
    this.#idle.push(environment);
    const { cpuMs, invocations, billedMs, peakBytes } = this.#totals;
    this.#totals = {
      cpuMs: cpuMs + figures.cpuMs,
      invocations: invocations + 1,
      billedMs: billedMs + Math.ceil(figures.wallMs),
      peakBytes: Math.max(peakBytes, figures.peakBytes),
    };
    return figures;
  }

  /** Since the last time; environments and their peaks stay. */
  takeTotals(): Totals {
    const totals = { ...this.#totals, environments: this.#all.length };
    this.#totals = nothing;
    return totals;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((environment) => environment.close()));
  }

  #create(): Child<unknown, InvocationFigures> {
    const { file, variables, timeoutSeconds, memoryMegabytes } = this.#options;
    const environment = new Child<unknown, InvocationFigures>(processFile, {
      args: [file, String(timeoutSeconds)],
      env: variables,
      // About what Lambda's Node runtime leaves to the heap.
      nodeOptions: [`--max-old-space-size=${Math.floor(memoryMegabytes * 0.9)}`],
    });
    this.#all.push(environment);
    return environment;
  }
}

const nothing = { cpuMs: 0, invocations: 0, billedMs: 0, peakBytes: 0 };
