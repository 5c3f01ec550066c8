import type { Properties, RecordedResource } from "../../local/recording/resource.ts";

/** A resource as the recorder would have it, with nothing around it. */
export function recordedResource(
  type: string,
  name: string,
  inputs: Properties,
  { id = name, ...computed }: Properties = {},
): RecordedResource {
  const state = { ...inputs, id, ...computed };
  return {
    urn: `urn:pulumi:test::test::${type}::${name}`,
    id,
    type,
    name,
    custom: true,
    parent: "",
    provider: "",
    inputs,
    state,
    outputs: undefined,
    wire: { inputs, state },
    dependencies: [],
    propertyDependencies: {},
    options: {
      protect: false,
      deleteBeforeReplace: undefined,
      ignoreChanges: [],
      replaceOnChanges: [],
      retainOnDelete: false,
      additionalSecretOutputs: [],
    },
  };
}
