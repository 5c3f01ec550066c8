import type { Properties, RecordedResource } from "../../local/recording/resource.ts";

/** A resource as the recorder would have it, with nothing around it. */
export function recordedResource(
  type: string,
  name: string,
  inputs: Properties,
  { id = name, ...computed }: Properties = {},
): RecordedResource {
  return {
    urn: `urn:pulumi:test::test::${type}::${name}`,
    id,
    type,
    name,
    custom: true,
    parent: "",
    inputs,
    state: { ...inputs, id, ...computed },
    outputs: undefined,
    dependencies: [],
    propertyDependencies: {},
    options: {
      protect: false,
      deleteBeforeReplace: undefined,
      ignoreChanges: [],
      replaceOnChanges: [],
      retainOnDelete: false,
    },
  };
}
