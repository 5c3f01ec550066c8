import type { PolicyResource } from "@pulumi/policy";
import { isNamedIn, namesOf, textsWithin } from "./naming.ts";
import { known, type Observed, observe } from "./observed.ts";
import { standInFor } from "./stand-ins.ts";

/**
 * The resources of a stack and how they are linked. A link is what a property was computed from, so
 * it is there before any ARN is; what a program says by a literal is found by comparing values.
 */
export class Graph {
  /** By the list of resources, for rules that are handed the same one: what one has found the others need not. */
  static readonly #graphs = new WeakMap<readonly PolicyResource[], Graph>();

  readonly all: readonly Observed[];
  readonly #byType: ReadonlyMap<string, Observed[]>;
  readonly #byUrn: ReadonlyMap<string, Observed>;
  readonly #raw: ReadonlyMap<string, PolicyResource>;
  readonly #answers = new Map<string, () => unknown>();

  constructor(resources: readonly PolicyResource[]) {
    this.all = resources.map(observe);
    this.#byType = Map.groupBy(this.all, ({ type }) => type);
    this.#byUrn = new Map(this.all.map((resource) => [resource.urn, resource]));
    this.#raw = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  /** The graph of a list, made once. */
  static of(resources: readonly PolicyResource[]): Graph {
    const graph = Graph.#graphs.get(resources) ?? new Graph(resources);
    Graph.#graphs.set(resources, graph);
    return graph;
  }

  ofType(type: string): Observed[] {
    return this.#byType.get(type) ?? [];
  }

  /** What `find` returns or throws, found once for each question: a graph does not change. */
  once<Found>(question: string, find: () => Found): Found {
    let answer = this.#answers.get(question);
    if (answer === undefined) {
      try {
        const found = find();
        answer = () => found;
      } catch (error) {
        answer = () => {
          throw error;
        };
      }
      this.#answers.set(question, answer);
    }
    return answer() as Found;
  }

  /**
   * Resources of a type that a property of `resource` names, also through one that stands for them,
   * for instance an alias.
   *
   * @throws Undecided when nothing says so and the property is not known yet.
   */
  targets(resource: Observed, property: string, type: string): Observed[] {
    return this.once(`targets ${resource.urn} ${property} ${type}`, () => {
      const sources = this.#computedFrom(resource, property);
      const linked = sources.flatMap((source) => {
        const via = standInFor(type, source.type);
        if (source.type === type) {
          return [source];
        }
        return via === undefined ? [] : this.targets(source, via, type);
      });
      const texts = () => this.textsIn(resource, property);
      // Computed from something else, it names that.
      const named = this.named(sources.length > 0 ? (known(texts) ?? []) : texts(), type);
      return [...new Set([...linked, ...named])];
    });
  }

  /** Resources of a type with a property that names `resource`, also through one that stands for it. */
  users(resource: Observed, type: string, property: string): Observed[] {
    return this.ofType(type).filter((user) =>
      this.targets(user, property, resource.type).includes(resource),
    );
  }

  /** Resources of a type that one of some texts names. */
  named(texts: readonly string[], type: string): Observed[] {
    return this.ofType(type).filter((candidate) => {
      const names = this.once(`names ${candidate.urn}`, () => namesOf(candidate));
      return names.some((name) => texts.some((text) => isNamedIn(text, name, type)));
    });
  }

  /**
   * Texts in a property. Where a part of it is not known yet, but the property was computed from
   * resources, links tell what that part names.
   *
   * @throws Undecided while the property, or a part of one that was not computed, is not known.
   */
  textsIn(resource: Observed, property: string): string[] {
    const value: unknown = resource.props[property];
    const isLinked = this.#computedFrom(resource, property).length > 0;
    return isLinked ? textsWithin(value, known) : textsWithin(value);
  }

  /** Whether a resource waits for another, by a property or by `dependsOn`, or for one that does. */
  waitsFor(resource: Observed, other: Observed): boolean {
    return this.once(`waits ${resource.urn}`, () => this.#awaitedBy(resource)).has(other.urn);
  }

  #awaitedBy({ urn }: Observed): ReadonlySet<string> {
    const waiting = new Set([urn]);
    // A set that grows is iterated to its end.
    for (const one of waiting) {
      const raw = this.#raw.get(one);
      const properties = Object.values(raw?.propertyDependencies ?? {}).flat();
      for (const source of [...(raw?.dependencies ?? []), ...properties]) {
        waiting.add(source.urn);
      }
    }
    return waiting;
  }

  /** The resources that a property was computed from, of whatever type. */
  #computedFrom(resource: Observed, property: string): Observed[] {
    const sources = this.#raw.get(resource.urn)?.propertyDependencies[property] ?? [];
    return sources.flatMap(({ urn }) => this.#byUrn.get(urn) ?? []);
  }
}
