import type { PolicyResource } from "@pulumi/policy";
import { known, type Observed, observe } from "./observed.ts";

/** Resources that only stand for another one, and the property by which they name it. */
const standIns: Record<string, string> = {
  "aws:lambda/alias:Alias": "functionName",
  "aws:acm/certificateValidation:CertificateValidation": "certificateArn",
};

/** What other resources name a resource by. */
const identifiers = ["id", "arn", "name", "url", "invokeArn", "executionArn", "streamArn"];

/**
 * The resources of a stack and how they are linked. A link is what a property was computed from, so
 * it is there before any ARN is; only where a program says it by a literal, values are compared.
 */
export class Graph {
  readonly all: readonly Observed[];
  readonly #byUrn: ReadonlyMap<string, Observed>;
  readonly #raw: ReadonlyMap<string, PolicyResource>;

  constructor(resources: readonly PolicyResource[]) {
    this.all = resources.map(observe);
    this.#byUrn = new Map(this.all.map((resource) => [resource.urn, resource]));
    this.#raw = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  ofType(type: string): Observed[] {
    return this.all.filter((resource) => resource.type === type);
  }

  /**
   * Resources of a type that a property of `resource` names, also through an alias.
   *
   * @throws Undecided when nothing says so and the property is not known yet.
   */
  targets(resource: Observed, property: string, type: string): Observed[] {
    const sources = this.#computedFrom(resource, property);
    const linked = sources.flatMap((source) => {
      const via = standIns[source.type];
      if (source.type === type) {
        return [source];
      }
      return via === undefined ? [] : this.targets(source, via, type);
    });
    if (linked.length > 0) {
      return unique(linked);
    }
    const named = () => this.#named(resource, property, type);
    // Computed from something else, it names that.
    return sources.length > 0 ? (known(named) ?? []) : named();
  }

  /** Resources of a type with a property that names `resource`, also through an alias. */
  users(resource: Observed, type: string, property: string): Observed[] {
    return this.ofType(type).filter((user) =>
      this.targets(user, property, resource.type).includes(resource),
    );
  }

  /** Whether a resource waits for another, by a property or by `dependsOn`, or for one that does. */
  waitsFor(resource: Observed, other: Observed): boolean {
    const waiting = new Set([resource.urn]);
    // A set that grows is iterated to its end.
    for (const urn of waiting) {
      const raw = this.#raw.get(urn);
      const properties = Object.values(raw?.propertyDependencies ?? {}).flat();
      for (const source of [...(raw?.dependencies ?? []), ...properties]) {
        waiting.add(source.urn);
      }
    }
    return waiting.has(other.urn);
  }

  /** The resources that a property was computed from, of whatever type. */
  #computedFrom(resource: Observed, property: string): Observed[] {
    const sources = this.#raw.get(resource.urn)?.propertyDependencies[property] ?? [];
    return sources.flatMap(({ urn }) => this.#byUrn.get(urn) ?? []);
  }

  #named(resource: Observed, property: string, type: string): Observed[] {
    const texts = textsIn(resource.props[property]);
    if (texts.length === 0) {
      return [];
    }
    return this.ofType(type).filter((candidate) =>
      identifiers.some((identifier) => {
        const value: unknown = known(() => candidate.props[identifier]);
        return (
          typeof value === "string" && value !== "" && texts.some((text) => isOrHolds(text, value))
        );
      }),
    );
  }
}

/** An ARN may stand inside of another text, for instance of a URI or with a qualifier, but not be the beginning of a longer name. */
function isOrHolds(text: string, value: string): boolean {
  const end = text.indexOf(value) + value.length;
  return (
    text === value ||
    (value.startsWith("arn:") && text.includes(value) && !/[\w.-]/.test(text.charAt(end)))
  );
}

/** A text, or those in a list or an object. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") {
    return [value];
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function unique<Value>(values: Value[]): Value[] {
  return [...new Set(values)];
}
