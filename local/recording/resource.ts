// biome-ignore lint/suspicious/noExplicitAny: resource properties are untyped at this level
export type Properties = Record<string, any>;

/** A resource as the program registered it, with the outputs that it was answered with. */
export interface RecordedResource {
  urn: string;
  /** Empty for components and for the stack. */
  id: string;
  /** Pulumi's type token, for instance `aws:sqs/queue:Queue`. */
  type: string;
  /** The logical name. */
  name: string;
  /** False for components and for the stack. */
  custom: boolean;
  /** URN of the parent, empty for the stack. */
  parent: string;
  /** Reference of the explicit provider, `<urn>::<id>`; empty for a default provider. */
  provider: string;
  /** Plain values: outputs resolved, secrets unwrapped, assets as the SDK's own objects. */
  inputs: Properties;
  /** The inputs and the computed properties (`arn`, `url`, `invokeUrl` …). */
  state: Properties;
  /** What `registerOutputs` was given; only components and the stack have it. */
  outputs: Properties | undefined;
  /** Inputs and state as they travel, with the SDK's marks for secrets, assets and unknown values. */
  wire: { inputs: Properties; state: Properties };
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  options: RecordedOptions;
}

/** The first of these properties that was given, an empty list not counted. */
export function firstGiven(inputs: Properties, properties: readonly string[]): string | undefined {
  return properties.find((property) => inputs[property]?.length !== 0 && inputs[property]);
}

export interface RecordedOptions {
  protect: boolean;
  /** Undefined when the program did not set it. */
  deleteBeforeReplace: boolean | undefined;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  retainOnDelete: boolean;
  additionalSecretOutputs: string[];
}
