import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { apiGatewayRules } from "../../policy/rules/api-gateway.ts";
import { asFirstPreview, changed, judge, type Said, without } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";

type Resources = readonly RecordedResource[];

/** A fault put into the program's own stack, and all that the rules for API Gateway must say then. */
export type Mutation = [
  title: string,
  mutate: (resources: Resources) => RecordedResource[],
  rule: string,
  resource: string,
  message: string,
];

/** Runs each mutation in a stack that is there, and unless `isLate` in one that is not there yet. */
export function itFindsEach(mutations: readonly Mutation[], { isLate = false } = {}): void {
  for (const [title, mutate, rule, resource, message] of mutations) {
    it(`finds ${title}`, async () => {
      const { resources } = await recordStack("prod");
      assert.deepEqual(judged(mutate(resources)), [{ rule, resource, message }]);
    });
    if (!isLate) {
      it(`finds ${title} before the first deployment`, async () => {
        const { resources } = await recordStack("prod", { preview: true });
        const said = judged(mutate(asFirstPreview(resources)));
        const decided = said.filter(({ advisory }) => advisory === undefined);
        assert.deepEqual(decided, [{ rule, resource, message }]);
      });
    }
  }
}

/** What the rules for API Gateway say. */
export function judged(resources: Resources, settings: Record<string, Properties> = {}): Said[] {
  return judge(resources, settings, apiGatewayRules);
}

/** Only the messages of one rule. */
export function messagesOf(
  rule: string,
  resources: Resources,
  settings: Properties = {},
): string[] {
  return judged(resources, { [rule]: settings })
    .filter((said) => said.rule === rule)
    .map(({ message }) => message);
}

/** Changes properties of one resource; undefined takes one away, and its links. */
export function set(name: string, properties: Properties) {
  return (resources: Resources) =>
    changed(resources, name, (target, resource) => {
      for (const [property, value] of Object.entries(properties)) {
        target[property] = value;
        if (value === undefined) {
          delete target[property];
          delete resource.propertyDependencies[property];
        }
      }
    });
}

export function drop(...names: string[]) {
  return (resources: Resources) => without(resources, ({ name }) => names.includes(name));
}

/** Takes a resource out of what the triggers are computed from, and leaves the order. */
export function untrigger(deployment: string, name: string) {
  return (resources: Resources) =>
    changed(resources, deployment, (_properties, { propertyDependencies }) => {
      propertyDependencies["triggers"] = (propertyDependencies["triggers"] ?? []).filter(
        (urn) => !urn.endsWith(`::${name}`),
      );
    });
}
