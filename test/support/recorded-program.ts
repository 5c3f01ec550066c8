import type { Properties, RecordedResource } from "../../local/recording/resource.ts";

export type TypeAndName = [type: string, name: string];

/** What a program registered, with ways to find it. */
export class RecordedProgram {
  readonly resources: readonly RecordedResource[];
  readonly outputs: Properties | undefined;

  constructor(recording: { resources: RecordedResource[]; outputs: Properties | undefined }) {
    this.resources = recording.resources;
    this.outputs = recording.outputs;
  }

  /** @throws Error naming what there is instead, when the resource was not registered. */
  find(type: string, name: string): RecordedResource {
    const found = this.resources.find(
      (resource) => resource.type === type && resource.name === name,
    );
    if (found === undefined) {
      const names = this.ofType(type).map((resource) => resource.name);
      throw new Error(
        `There is no ${type} "${name}", only ${names.join(", ") || "none of the type"}.`,
      );
    }
    return found;
  }

  inputs(type: string, name: string): Properties {
    return this.find(type, name).inputs;
  }

  state(type: string, name: string): Properties {
    return this.find(type, name).state;
  }

  ofType(type: string): RecordedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** @throws Error for the URN of nothing that was registered. */
  byUrn(urn: string): RecordedResource {
    const found = this.resources.find((resource) => resource.urn === urn);
    if (found === undefined) {
      throw new Error(`Nothing was registered as ${urn}.`);
    }
    return found;
  }

  /** What stands directly below a component, sorted. */
  children(type: string, name: string): TypeAndName[] {
    const { urn } = this.find(type, name);
    return typesAndNames(this.resources.filter(({ parent }) => parent === urn));
  }

  /** Names of the custom resources that a resource waits for, sorted. */
  dependenciesOf(resource: RecordedResource): string[] {
    return resource.dependencies.map((urn) => this.byUrn(urn).name).sort();
  }
}

/** Sorted by type, then by name: registrations come in no particular order. */
export function typesAndNames(resources: readonly { type: string; name: string }[]): TypeAndName[] {
  return resources
    .map(({ type, name }): TypeAndName => [type, name])
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

/** Every text in a value, keys included, wherever it is nested. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") {
    return [value];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, entry]) => [key, ...textsIn(entry)])
    : [];
}
