import { createRequire } from "node:module";
import {
  type PolicyResource,
  type ResourceValidationArgs,
  unknownCheckingProxy,
} from "@pulumi/policy";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";

const require = createRequire(import.meta.url);
const { Struct } =
  require("google-protobuf/google/protobuf/struct_pb") as typeof import("google-protobuf/google/protobuf/struct_pb.js");
/** Internal to the SDK, so without a type; the version is pinned. */
const { deserializeProperties } = require("@pulumi/policy/deserialize") as {
  deserializeProperties(struct: InstanceType<typeof Struct>, keepSecrets: boolean): Properties;
};

/** A resource as a resource policy gets it, with these properties. */
export function argsOf(
  resource: RecordedResource,
  properties: Properties,
  resources: readonly RecordedResource[],
): ResourceValidationArgs {
  return {
    ...bare(resource, properties, resources),
    stackTags: new Map(),
    getConfig: <Config>() => ({}) as Config,
    notApplicable,
  };
}

function bare(
  { urn, type, name, options, provider }: RecordedResource,
  properties: Properties,
  resources: readonly RecordedResource[],
) {
  const found = resources.find((candidate) => provider.startsWith(`${candidate.urn}::`));
  return {
    urn,
    type,
    name,
    props: received(properties),
    opts: {
      protect: options.protect,
      ignoreChanges: options.ignoreChanges,
      ...(options.deleteBeforeReplace === undefined
        ? {}
        : { deleteBeforeReplace: options.deleteBeforeReplace }),
      aliases: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: options.additionalSecretOutputs,
    },
    isType: (resourceClass: object) => Reflect.get(resourceClass, "__pulumiType") === type,
    asType: () => undefined,
    ...(found === undefined
      ? {}
      : {
          provider: {
            type: found.type,
            name: found.name,
            urn: found.urn,
            props: received(found.wire.inputs),
          },
        }),
  };
}

/** Resources as a stack policy gets them. */
export function linked(resources: readonly RecordedResource[]): PolicyResource[] {
  const byUrn = new Map<string, PolicyResource>();
  for (const resource of resources) {
    byUrn.set(resource.urn, {
      ...bare(resource, resource.wire.state, resources),
      dependencies: [],
      propertyDependencies: {},
    });
  }
  const found = (urns: string[]) => urns.flatMap((urn) => byUrn.get(urn) ?? []);
  for (const { urn, dependencies, propertyDependencies } of resources) {
    Object.assign(byUrn.get(urn) ?? {}, {
      dependencies: found(dependencies),
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([property, urns]) => [property, found(urns)]),
      ),
    });
  }
  return [...byUrn.values()];
}

/** What was deserialised before: a test judges the same resources hundreds of times. */
const deserialised = new WeakMap<Properties, Properties>();

/** Properties as a policy gets them. */
function received(properties: Properties): Properties {
  const earlier = deserialised.get(properties);
  const result =
    earlier ??
    unknownCheckingProxy(deserializeProperties(Struct.fromJavaScript(properties), false));
  deserialised.set(properties, result);
  return result;
}

/** The SDK throws it thousands of times: one error does, without a trace for each. */
const isNotApplicable = new Error("not applicable");

export function notApplicable(): never {
  throw isNotApplicable;
}

/** What the SDK does with a policy for another type. */
export function unlessNotApplicable(validate: () => unknown): void {
  try {
    validate();
  } catch (error) {
    if (error !== isNotApplicable) {
      throw error;
    }
  }
}
