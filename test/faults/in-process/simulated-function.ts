import type { Clock } from "../../../local/clock.ts";
import type { InjectFault } from "../../../local/faults.ts";
import type { InvocationResult, LambdaFunction } from "../../../local/lambda/function.ts";
import { Invocation } from "./invocation.ts";
import { memoryTransport } from "./memory-transport.ts";
import { OutsideCalls } from "./outside-calls.ts";
import type { SimulatedHandler } from "./roomcast-handlers.ts";
import { dynamoDbClient, managementClient, type Services, sqsClient } from "./sdk-clients.ts";
import type { SeededRandom } from "./seeded-random.ts";

export interface FunctionSettings {
  /** The physical name. */
  name: string;
  arn: string;
  timeoutSeconds: number;
  environment: Readonly<Record<string, string>>;
}

export interface SimulatedFunctionOptions {
  settings: FunctionSettings;
  handler: SimulatedHandler;
  services: Services;
  clock: Clock;
  random: SeededRandom;
  /** How long events, calls and their answers are under way, in milliseconds. */
  latency: () => number;
  onCall: InjectFault;
}

const SILENT_LOG = { info() {}, warn() {}, error() {} };

/**
 * A Lambda function in this thread: any number of invocations at once, each with clients of its own,
 * and each of which can crash, or be killed by the function's timeout, without the others. Events and
 * results travel as JSON. What an invocation still does when it has ended comes to nothing, as in an
 * environment that is frozen for good; only what its file keeps is there for one that comes after it.
 */
export class SimulatedFunction implements LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly #options: SimulatedFunctionOptions;
  /** What the files of idle environments keep; the last one to be used is the first to be used again. */
  readonly #idle: Map<string, unknown>[] = [];

  constructor(options: SimulatedFunctionOptions) {
    this.name = options.settings.name;
    this.arn = options.settings.arn;
    this.#options = options;
  }

  async invoke(event: unknown): Promise<InvocationResult> {
    const text = JSON.stringify(event) ?? "null";
    await this.#underWay();
    const invocation = new Invocation(this.#options.random.uuid(), this.#options.clock);
    const kept = this.#idle.pop() ?? new Map<string, unknown>();
    void this.#run(JSON.parse(text), invocation, kept);
    const result = await invocation.result;
    // An environment whose process has ended, or was killed, is gone.
    if (result.ok) this.#idle.push(kept);
    await this.#underWay();
    return result;
  }

  async #run(event: unknown, invocation: Invocation, kept: Map<string, unknown>): Promise<void> {
    const { settings, handler, services, clock, random, latency, onCall } = this.#options;
    const { environment, timeoutSeconds } = settings;
    const deadline = clock.now() + timeoutSeconds * 1000;
    invocation.after(timeoutSeconds * 1000, () => invocation.end(timeout(invocation, settings)));
    const calls = new OutsideCalls(invocation, {
      functionName: this.name,
      onCall,
      latency,
      random,
    });
    try {
      const result = await handler(event, {
        environment,
        dynamoDb: dynamoDbClient(calls, services),
        sqs: sqsClient(calls, services),
        management: (endpoint) => managementClient(calls, services, endpoint),
        posts: memoryTransport(calls, services),
        now: () => clock.now(),
        // As Node's timers: whole milliseconds, and at least one.
        sleep: (milliseconds) => invocation.sleep(Math.max(1, Math.trunc(milliseconds))),
        random: () => random.next(),
        log: SILENT_LOG,
        remainingMilliseconds: () => deadline - clock.now(),
        kept,
      });
      invocation.end({ ok: true, payload: JSON.parse(JSON.stringify(result) ?? "null") });
    } catch (error) {
      const { name, message } = error as Error;
      invocation.end({ ok: false, errorType: name, errorMessage: message });
    }
  }

  async #underWay(): Promise<void> {
    const milliseconds = this.#options.latency();
    if (milliseconds === 0) return;
    await new Promise<void>((resolve) => this.#options.clock.after(milliseconds, resolve));
  }
}

/** In Lambda's words. */
function timeout(
  { requestId }: Invocation,
  { timeoutSeconds }: FunctionSettings,
): InvocationResult {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
  return { ok: false, errorType: "Sandbox.Timedout", errorMessage };
}
