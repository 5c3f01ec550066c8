import type { MockCallArgs, MockResourceArgs, Mocks } from "@pulumi/pulumi/runtime/mocks.js";
import { RecordingMonitor } from "./monitor.ts";
import { type Addresses, computedProperties, type Place } from "./outputs.ts";
import type { Properties, RecordedResource } from "./resource.ts";
import { pulumi, settings, state } from "./sdk.ts";

export interface RecordOptions {
  project: string;
  stack: string;
  /** As in `PULUMI_CONFIG`: namespaced keys, values as text. */
  config: Record<string, string>;
  place: Place;
  addresses: Addresses;
  /** True: ids and computed properties stay unknown, as in a first preview. Default false. */
  preview?: boolean;
}

export interface Recording {
  resources: RecordedResource[];
  /** The stack's outputs; undefined in a preview as soon as one of them is unknown. */
  outputs: Properties | undefined;
}

/**
 * Runs a program under Pulumi's mocks and records all that it registers. The program must be
 * imported by `load` and not earlier: what registers without a monitor is lost in silence.
 * A default-exported function is called, as Pulumi does.
 *
 * The SDK's state is global: one program at a time in a process.
 *
 * @throws Error whatever the program throws, at once or in an output, what a registration is
 *   refused for, and for a program that registers nothing.
 */
export async function record(
  load: () => Promise<unknown>,
  options: RecordOptions,
): Promise<Recording> {
  const { project, stack, config, preview = false } = options;
  const mocks: Mocks = {
    newResource: (args) => answer(args, options),
    call: (args) => call(args, options.place),
  };
  // setMocks turns on the features that a real engine reports; setMockOptions resets them.
  await pulumi.runtime.setMocks(mocks, project, stack, preview);
  const features = Object.entries(state.getStore()).filter(([name]) => name.startsWith("supports"));
  const monitor = new RecordingMonitor(mocks);
  settings.setMockOptions(monitor, project, stack, preview);
  Object.assign(state.getStore(), Object.fromEntries(features));
  pulumi.runtime.setAllConfig(config, []);

  const outputs = await supervise(() =>
    pulumi.runtime.runInPulumiStack(async () => run(await load())),
  );
  if (monitor.recorded.every(({ custom }) => !custom)) {
    throw new Error("The program registered no resources.");
  }
  return { resources: monitor.recorded, outputs };
}

/**
 * Waits until all of a program is done, and throws what went wrong anywhere in it. A failed output
 * or registration shows only as a rejection that nobody handles, and Pulumi's own runner listens
 * for those, too. Who else listens does not hear of them meanwhile.
 */
async function supervise<Outputs>(program: () => Promise<Outputs>): Promise<Outputs> {
  const rejections: unknown[] = [];
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason) => rejections.push(reason));
  try {
    const [result] = await Promise.allSettled([program()]);
    await drain();
    if (result.status === "rejected") {
      throw result.reason;
    }
    if (rejections.length > 0) {
      throw rejections[0];
    }
    return result.value;
  } finally {
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) {
      process.on("unhandledRejection", listener);
    }
  }
}

/** A module's default export, called if it is a function; else its named exports. */
async function run(module: unknown): Promise<unknown> {
  const exported = module as { default?: unknown };
  if (exported.default === undefined) {
    return module;
  }
  return typeof exported.default === "function" ? await exported.default() : exported.default;
}

async function answer(args: MockResourceArgs, options: RecordOptions) {
  if (options.preview) {
    return { id: undefined, state: args.inputs };
  }
  const { id, ...computed } = await computedProperties(args, options.place, options.addresses);
  return { id, state: { ...args.inputs, ...computed } };
}

function call({ token }: MockCallArgs, place: Place): Properties {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        accountId: place.accountId,
        arn: `arn:${place.partition}:iam::${place.accountId}:root`,
        userId: place.accountId,
        id: place.accountId,
      };
    case "aws:index/getRegion:getRegion":
      return { region: place.region, id: place.region };
    case "aws:index/getPartition:getPartition":
      return { partition: place.partition, id: place.partition, dnsSuffix: "amazonaws.com" };
    default: {
      // The SDK shows the program only the `details` of an error that comes from the monitor.
      const message = `The laptop has no answer for the provider function ${token}.`;
      throw Object.assign(new Error(message), { details: message });
    }
  }
}

/** How long outputs may stay pending after the program has ended. */
const drainLimitMs = 10_000;

/** Waits until no output, apply or registration is pending, two turns in a row. */
async function drain(): Promise<void> {
  const deadline = Date.now() + drainLimitMs;
  for (let idleTurns = 0; idleTurns < 2; ) {
    await settings.waitForRPCs();
    const pending = state.getStore().leakCandidates.size;
    idleTurns = pending === 0 ? idleTurns + 1 : 0;
    if (Date.now() > deadline) {
      throw new Error(`The program has ended, but ${pending} of its outputs are still pending.`);
    }
    await new Promise((resolve) => setTimeout(resolve, pending === 0 ? 0 : 2));
  }
}
