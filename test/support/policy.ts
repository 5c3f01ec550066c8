import type {
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import type { Rule } from "../../policy/lib/rule.ts";
import { rules } from "../../policy/rules/index.ts";
import { argsOf, linked, notApplicable, unlessNotApplicable } from "./policy-arguments.ts";
import { recordedResource } from "./recorded-resource.ts";

/** How a value travels that is not known before the deployment. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What a rule said, as a test expects it. */
export interface Said {
  rule: string;
  /** The logical name; empty for the stack as a whole. */
  resource: string;
  message: string;
  /** Only where the rule said it as an advisory, whatever its level. */
  advisory?: true;
}

/** By rule, what a configuration file would set. */
export type RuleSettings = Record<string, Properties>;

/**
 * All that the pack's rules say about resources, judged in this process with the SDK's own
 * deserialisation and its traps for unknown values. test/policy/pack.test.ts does the same by the
 * real pack in a process of its own.
 */
export function judge(
  resources: readonly RecordedResource[],
  settings: RuleSettings = {},
  judged: readonly Rule[] = rules,
  /** Those that are judged by their inputs, too; the others only as a part of the stack. */
  byInputs = resources,
): Said[] {
  const said: Said[] = [];
  const policies = judged.map(
    ({ policy }) => policy as Partial<ResourceValidationPolicy & StackValidationPolicy>,
  );
  const each = byInputs.map((resource) => argsOf(resource, resource.wire.inputs, resources));
  for (const { name = "", validateResource } of policies) {
    const getConfig = <Config>() => (settings[name] ?? {}) as Config;
    for (const args of each) {
      const report = reporter(name, args.urn, resources, said);
      for (const validate of [validateResource ?? []].flat()) {
        unlessNotApplicable(() => validate({ ...args, getConfig }, report));
      }
    }
  }
  const inStack = linked(resources);
  for (const { name = "", validateStack } of policies) {
    validateStack?.(
      {
        resources: inStack,
        stackTags: new Map(),
        getConfig: <Config>() => (settings[name] ?? {}) as Config,
        notApplicable,
      },
      reporter(name, "", resources, said),
    );
  }
  return said;
}

/** The messages of one rule, advisories included. */
export function messagesBy(
  rule: string,
  resources: readonly RecordedResource[],
  settings: Properties = {},
): string[] {
  const judged = rules.filter(({ name }) => name === rule);
  if (judged.length !== 1) {
    throw new Error(`${judged.length} rules are called "${rule}".`);
  }
  return judge(resources, { [rule]: settings }, judged).map(({ message }) => message);
}

/** What all rules make of a resource's inputs, one after the other, as they travel; unchanged without a remediation. */
export function remediate(
  resource: RecordedResource,
  resources: readonly RecordedResource[] = [resource],
  settings: RuleSettings = {},
): { remediatedBy: string[]; args: ResourceValidationArgs } {
  const args = argsOf(resource, structuredClone(resource.wire.inputs), resources);
  const remediatedBy: string[] = [];
  for (const { policy } of rules) {
    const { name, remediateResource } = policy as ResourceValidationPolicy;
    const getConfig = <Config>() => (settings[name] ?? {}) as Config;
    if (remediateResource?.({ ...args, getConfig }) !== undefined) {
      remediatedBy.push(name);
    }
  }
  return { remediatedBy, args };
}

/**
 * A copy of resources in which one is changed, both as the program has it and as AWS would answer.
 * `change` gets the properties as they travel, and the resource for its links and options.
 */
export function changed(
  resources: readonly RecordedResource[],
  name: string,
  change: (properties: Properties, resource: RecordedResource) => void,
): RecordedResource[] {
  const candidates = resources.filter((resource) => resource.custom && resource.name === name);
  if (candidates.length !== 1) {
    throw new Error(`${candidates.length} resources are called "${name}".`);
  }
  return resources.map((original) => {
    if (original !== candidates[0]) {
      return original;
    }
    const copy: RecordedResource = {
      ...original,
      wire: structuredClone(original.wire),
      dependencies: [...original.dependencies],
      propertyDependencies: structuredClone(original.propertyDependencies),
      options: structuredClone(original.options),
    };
    change(copy.wire.inputs, copy);
    change(copy.wire.state, copy);
    return copy;
  });
}

/** A copy without some resources, and without the links to them. */
export function without(
  resources: readonly RecordedResource[],
  isGone: (resource: RecordedResource) => boolean,
): RecordedResource[] {
  const gone = new Set(resources.filter(isGone).map(({ urn }) => urn));
  if (gone.size === 0) {
    throw new Error("Nothing would be taken away.");
  }
  const remaining = (urns: string[]) => urns.filter((urn) => !gone.has(urn));
  return resources
    .filter(({ urn }) => !gone.has(urn))
    .map((resource) => ({
      ...resource,
      dependencies: remaining(resource.dependencies),
      propertyDependencies: Object.fromEntries(
        Object.entries(resource.propertyDependencies).map(([name, urns]) => [
          name,
          remaining(urns),
        ]),
      ),
    }));
}

/**
 * Resources of a recorded preview, as the engine has them when nothing exists yet: their state is
 * the inputs, and what the provider computes is unknown. Names that Pulumi makes up are not among
 * that: they are made before the preview.
 */
export function asFirstPreview(resources: readonly RecordedResource[]): RecordedResource[] {
  const computed = ["id", "arn", "url", "invokeArn", "executionArn", "streamArn", "tagsAll"];
  const unknowns = Object.fromEntries(computed.map((property) => [property, unknownValue]));
  return resources.map((resource) =>
    resource.custom
      ? {
          ...resource,
          wire: { ...resource.wire, state: { ...unknowns, ...resource.wire.state } },
        }
      : resource,
  );
}

/** A resource of some other program. `links`: by property, the resources that it is computed from. */
export function foreign(
  type: string,
  name: string,
  inputs: Properties = {},
  links: Record<string, RecordedResource[]> = {},
  computed: Properties = {},
): RecordedResource {
  const resource = recordedResource(type, name, inputs, computed);
  return {
    ...resource,
    dependencies: Object.values(links)
      .flat()
      .map(({ urn }) => urn),
    propertyDependencies: Object.fromEntries(
      Object.entries(links).map(([property, targets]) => [property, targets.map(({ urn }) => urn)]),
    ),
  };
}

function reporter(
  rule: string,
  defaultUrn: string,
  resources: readonly RecordedResource[],
  said: Said[],
) {
  // Rules report objects, which the SDK takes although its types do not say so.
  return (violation: unknown) => {
    const { message, urn, enforcementLevel } = violation as {
      message: string;
      urn?: string;
      enforcementLevel?: string;
    };
    const about = resources.find((resource) => resource.urn === (urn ?? defaultUrn));
    said.push({
      rule,
      resource: about?.name ?? "",
      message,
      ...(enforcementLevel === "advisory" ? { advisory: true as const } : {}),
    });
  };
}
