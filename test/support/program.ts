import { fileURLToPath } from "node:url";
import { readConfiguration } from "../../components/configuration.ts";
import { Roomcast } from "../../components/roomcast.ts";
import { awsAddresses, type Place } from "../../local/recording/outputs.ts";
import { record } from "../../local/recording/record.ts";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { type Bundles, handlerNames } from "../../scripts/bundle.ts";
import { readStackConfiguration } from "../../scripts/lib/stack-configuration.ts";
import { RecordedProgram } from "./recorded-program.ts";

export type StackName = "dev" | "prod";

export interface RecordingOptions {
  /** True: nothing is known yet that the provider computes. Default false. */
  preview?: boolean;
  /** Over the stack's own; undefined takes a key away. Keys without a namespace are `roomcast:`'s. */
  config?: Record<string, string | undefined>;
  place?: Partial<Place>;
  /** Unless the stack is to have its own name. */
  stackName?: string;
}

const laptop: Place = { partition: "aws", region: "eu-west-1", accountId: "000000000000" };

/** Where bundles would stand: a recording does not look into them. */
const bundles = Object.fromEntries(
  handlerNames.map((name) => [name, `dist/handlers/${name}`]),
) as Bundles;

/**
 * Stacks as this repository has them for a start, and the policies' configuration of them. Tests must
 * not fail because somebody has set a domain of their own in `Pulumi.prod.yaml`.
 */
export const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));

/** A stack's configuration, as in `PULUMI_CONFIG`. */
export async function stackConfiguration(
  stack: StackName,
  overrides: Record<string, string | undefined> = {},
): Promise<Record<string, string>> {
  const { config } = await readStackConfiguration(stack, fixtures);
  const all = { ...config };
  for (const [name, value] of Object.entries(overrides)) {
    const key = name.includes(":") ? name : `roomcast:${name}`;
    delete all[key];
    if (value !== undefined) {
      all[key] = value;
    }
  }
  return all;
}

const recordings = new Map<string, Promise<RecordedProgram>>();

/** Records `index.ts` with a stack's configuration; the same one is recorded once in a process. */
export function recordStack(
  stack: StackName,
  options: RecordingOptions = {},
): Promise<RecordedProgram> {
  return once(`index ${stack} ${keyOf(options)}`, () =>
    recordProgram(() => import("../../index.ts"), stack, options),
  );
}

/** As {@link recordStack}, but without bundling the handlers: for stacks that differ in a setting. */
export function recordRoomcast(
  stack: StackName,
  options: RecordingOptions = {},
): Promise<RecordedProgram> {
  const program = () => {
    const configuration = readConfiguration();
    return new Roomcast("roomcast", { configuration, bundles }).outputs();
  };
  return once(`component ${stack} ${keyOf(options)}`, () =>
    recordProgram(async () => ({ default: program }), stack, options),
  );
}

/** Records Roomcast by the components of some folder: those of a copy that was changed. */
export async function recordComponents(
  index: string,
  stack: StackName,
): Promise<readonly RecordedResource[]> {
  const load = async () => {
    const components: typeof import("../../components/index.ts") = await import(index);
    const program = () => {
      const configuration = components.readConfiguration();
      const providers = { aws: components.createProvider(configuration) };
      const args = { configuration, bundles };
      return new components.Roomcast("roomcast", args, { providers }).outputs();
    };
    return { default: program };
  };
  return (await recordProgram(load, stack, {})).resources;
}

/** Records what `create` registers, in a stack called `dev`. */
export function recordComponent(
  create: () => unknown,
  options: RecordingOptions = {},
): Promise<RecordedProgram> {
  const program = () => {
    create();
    return {};
  };
  return recordProgram(async () => ({ default: program }), "dev", options);
}

/** A key that is taken away must not look like one that is not mentioned. */
function keyOf(options: RecordingOptions): string {
  return JSON.stringify(options, (_key, value) => (value === undefined ? null : value));
}

function once(key: string, recordIt: () => Promise<RecordedProgram>): Promise<RecordedProgram> {
  const cached = recordings.get(key);
  if (cached !== undefined) {
    return cached;
  }
  const recording = recordIt();
  recordings.set(key, recording);
  recording.catch(() => recordings.delete(key));
  return recording;
}

let previous: Promise<unknown> = Promise.resolve();

/** One after the other: the SDK's state is global. */
function recordProgram(
  load: () => Promise<unknown>,
  stack: StackName,
  options: RecordingOptions,
): Promise<RecordedProgram> {
  const place = { ...laptop, ...options.place };
  const recording = previous.then(async () => {
    const result = await record(load, {
      project: "roomcast",
      stack: options.stackName ?? stack,
      config: await stackConfiguration(stack, options.config),
      place,
      addresses: awsAddresses(place),
      preview: options.preview ?? false,
    });
    return new RecordedProgram(result);
  });
  previous = recording.catch(() => undefined);
  return recording;
}
