import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import {
  asFirstPreview,
  changed,
  foreign,
  judge,
  type RuleSettings,
  type Said,
  without,
} from "./policy.ts";
import { recordStack } from "./program.ts";

type Resources = readonly RecordedResource[];
/** Makes a fault in a stack. */
export type Change = (resources: Resources) => RecordedResource[];

/** A fault in the program's own stack, and all that the pack has to say about it. */
export interface Mutation {
  /** Follows "finds". */
  finds: string;
  by: Change;
  /** The logical name of the resource that the rule speaks about. */
  about: string;
  /** What the rule says of it, after its type and name. */
  says: string;
  /** Only where the rule says it as an advisory, whatever its level. */
  advisory?: true;
  /** Unless the pack's own are meant, which are production's. */
  settings?: RuleSettings;
  /** What shows the fault is known after the deployment only. Else a first preview shows it, too. */
  isLate?: true;
  /** What a first preview leaves open on account of it, as {@link openIn} puts it. */
  opens?: string[];
}

/** By the rule that must speak, and no other. */
export type Mutations = Readonly<Record<string, readonly Mutation[]>>;

/** For each mutation of production a test that the rule alone speaks: after a deployment, and before the first one. */
export function itFindsEach(rule: string, mutations: readonly Mutation[]): void {
  for (const mutation of mutations) {
    it(`finds ${mutation.finds}`, async () => {
      const { resources } = await recordStack("prod");
      const mutant = mutation.by(resources);
      assert.deepEqual(judge(mutant, mutation.settings), [expected(rule, mutation, mutant)]);
    });
    if (!mutation.isLate) {
      it(`finds ${mutation.finds}, before the first deployment`, async () => {
        const resources = await firstPreview();
        const mutant = mutation.by(resources);
        const said = judge(mutant, mutation.settings);
        assert.deepEqual(decided(said), [expected(rule, mutation, mutant)]);
        const before = await openBefore();
        const opened = openIn(said).filter((open) => !before.includes(open));
        assert.deepEqual(opened, mutation.opens ?? []);
      });
    }
  }
}

const once = <Value>(make: () => Promise<Value>) => {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/** Production as the engine has it when nothing exists yet. */
export const firstPreview = once(async () => {
  const { resources } = await recordStack("prod", { preview: true });
  return asFirstPreview(resources);
});

/** What rules leave open in it without a fault. */
const openBefore = once(async () => openIn(judge(await firstPreview())));

function expected(rule: string, { about, says, advisory }: Mutation, resources: Resources): Said {
  const type = resources
    .find(({ name }) => name === about)
    ?.type.split(":")
    .at(-1);
  const message = `${type} "${about}": ${says}`;
  return { rule, resource: about, message, ...(advisory ? { advisory } : {}) };
}

const notDecided = "Not decided before the deployment, since not known yet: ";

/** Without what only says that something is left open. */
export function decided(said: readonly Said[]): Said[] {
  return said.filter(({ message }) => !message.startsWith(notDecided));
}

/** Each rule with each property that it leaves open, and whose that is. */
export function openIn(said: readonly Said[]): string[] {
  return said
    .filter(({ message }) => message.startsWith(notDecided))
    .flatMap(({ rule, message }) =>
      message
        .slice(notDecided.length, -".".length)
        .split("; ")
        .flatMap((list) => {
          const [property, resources = ""] = list.split(" of ");
          return resources.split(", ").map((resource) => `${rule}: ${property} of ${resource}`);
        }),
    );
}

/** Changes one resource, as {@link changed} does. */
export function edit(
  name: string,
  change: (properties: Properties, resource: RecordedResource) => void,
): Change {
  return (resources) => changed(resources, name, change);
}

/** Sets properties of one resource; undefined takes one away, and its links. */
export function set(name: string, properties: Properties): Change {
  return edit(name, (target, { propertyDependencies }) => {
    for (const [property, value] of Object.entries(properties)) {
      target[property] = value;
      if (value === undefined) {
        delete target[property];
        delete propertyDependencies[property];
      }
    }
  });
}

/** Changes a property that holds JSON. */
export function editJson(
  name: string,
  property: string,
  change: (document: Properties) => void,
): Change {
  return edit(name, (properties) => {
    const document = JSON.parse(properties[property]);
    change(document);
    properties[property] = JSON.stringify(document);
  });
}

export function setOptions(name: string, options: Partial<RecordedResource["options"]>): Change {
  return edit(name, (_properties, resource) => {
    Object.assign(resource.options, options);
  });
}

/** Takes resources away, and the links to them. */
export function drop(...names: string[]): Change {
  return (resources) => without(resources, ({ name }) => names.includes(name));
}

/** Adds a resource by the program's own provider. `links`: by property, what it is computed from. */
export function add(
  type: string,
  name: string,
  inputs: Properties,
  links: Record<string, string[]> = {},
): Change {
  return (resources) => {
    const named = Object.entries(links).map(([property, names]) => [
      property,
      resources.filter((resource) => names.includes(resource.name)),
    ]);
    const provider = resources.find((resource) => resource.type === "pulumi:providers:aws");
    const added = foreign(type, name, inputs, Object.fromEntries(named));
    return [...resources, { ...added, provider: `${provider?.urn}::${provider?.id}` }];
  };
}
