import type { CallFault, InjectFault, OutsideCall } from "../../../local/faults.ts";
import type { Invocation } from "./invocation.ts";
import { noRetries, type RetryPolicy, withRetries } from "./sdk-retries.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { aborted, connectionLost, ServiceError, timedOut } from "./service-error.ts";

export interface OutsideCallsOptions {
  functionName: string;
  onCall: InjectFault;
  /** How long a call, or its answer, is under way, in milliseconds. */
  latency: () => number;
  random: SeededRandom;
}

export interface CallSettings {
  retries?: RetryPolicy;
  /** Milliseconds; default: it waits for ever. */
  requestTimeout?: number;
  abortSignal?: AbortSignal | undefined;
}

/** Carries a call out, with a fault that changes what it does. */
type CarryOut<Result> = (fault: CallFault | undefined) => Result | Promise<Result>;

/** The calls that one invocation makes to other services, and what goes wrong with them. */
export class OutsideCalls {
  readonly #invocation: Invocation;
  readonly #options: OutsideCallsOptions;

  constructor(invocation: Invocation, options: OutsideCallsOptions) {
    this.#invocation = invocation;
    this.#options = options;
  }

  /** Makes a call as an SDK client does. Each attempt may go wrong in a way of its own. */
  async make<Result>(
    about: Omit<OutsideCall, "functionName">,
    carryOut: CarryOut<Result>,
    { retries = noRetries, requestTimeout, abortSignal }: CallSettings,
  ): Promise<Result> {
    const { functionName, onCall, random } = this.#options;
    const attempt = () => {
      if (this.#invocation.over) return never<Result>();
      if (abortSignal?.aborted) return Promise.reject(aborted());
      const fault = onCall({ functionName, ...about });
      const outcome = this.#outcome(carryOut, fault);
      if (fault?.kind === "stuck") return outcome;
      return this.#within(outcome, requestTimeout, abortSignal);
    };
    return await withRetries(attempt, retries, this.#invocation, () => random.next());
  }

  /** What comes of one attempt; it may never come. */
  async #outcome<Result>(
    carryOut: CarryOut<Result>,
    fault: CallFault | undefined,
  ): Promise<Result> {
    const invocation = this.#invocation;
    await invocation.sleep(this.#options.latency());
    if (fault?.kind === "refused") throw new ServiceError(fault.status, fault.type);
    const isCarriedOut = !(fault && "done" in fault && !fault.done);
    const answer = isCarriedOut ? await outcomeOf(carryOut, fault) : undefined;
    if (fault?.kind === "crash") invocation.crash();
    if (
      fault?.kind === "hangs" ||
      fault?.kind === "stuck" ||
      answer === undefined ||
      invocation.over
    )
      return await never();
    await invocation.sleep(this.#options.latency());
    if (fault?.kind === "answer-lost") throw connectionLost();
    if (!answer.ok) throw answer.error;
    return answer.result;
  }

  #within<Result>(
    outcome: Promise<Result>,
    timeout: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      const timer =
        timeout === undefined
          ? undefined
          : this.#invocation.after(timeout, () => reject(timedOut(timeout)));
      const abort = () => {
        if (!this.#invocation.over) reject(aborted());
      };
      signal?.addEventListener("abort", abort, { once: true });
      const done = () => {
        timer?.cancel();
        signal?.removeEventListener("abort", abort);
      };
      outcome.then(
        (result) => {
          done();
          resolve(result);
        },
        (error: Error) => {
          done();
          reject(error);
        },
      );
    });
  }
}

type Answer<Result> = { ok: true; result: Result } | { ok: false; error: unknown };

async function outcomeOf<Result>(
  carryOut: CarryOut<Result>,
  fault: CallFault | undefined,
): Promise<Answer<Result>> {
  try {
    return { ok: true, result: await carryOut(fault) };
  } catch (error) {
    return { ok: false, error };
  }
}

/** A new one each time: what waits for a promise lives as long as the promise. */
function never<Result>(): Promise<Result> {
  return new Promise(() => {});
}
