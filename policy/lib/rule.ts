import {
  type EnforcementLevel,
  type ResourceValidation,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type Severity,
  type StackValidationPolicy,
  validateResourceOfType,
} from "@pulumi/policy";
import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema.js";
import type { CustomResource } from "@pulumi/pulumi";
import {
  type Exemption,
  ExemptionLedger,
  exemptionsOf,
  exemptionsSchema,
  reasonPattern,
} from "./exemption.ts";
import { Graph } from "./graph.ts";
import { Judge } from "./judge.ts";
import { type Observed, observe } from "./observed.ts";
import type { Source } from "./sources.ts";

/** What every rule says of itself; docs/policies.md is made of it. */
export interface RuleDescription {
  /** Kebab case. Configuration files name the rule by it. */
  name: string;
  /** What the rule asks for, as a sentence. */
  description: string;
  /** `remediate`: the rule repairs what it can; what is left is a mandatory violation. */
  level: Exclude<EnforcementLevel, "disabled">;
  severity: Severity;
  /** Who else asks for it; the first one becomes the policy's framework. */
  sources: readonly [Source, ...Source[]];
  /** What to do about a violation, as a sentence. */
  remedy: string;
  /**
   * What decides it in a first preview, where no resource exists yet: `inputs`, `links` between
   * resources, or nothing before the `deployment`.
   */
  decidedBy: "inputs" | "links" | "deployment";
}

/** What a rule found: the fault alone, or more. */
export type Finding =
  | string
  | {
      /** What is wrong, in words that follow the resource's name and a colon; never a value. */
      fault: string;
      /** Unless it is the rule's, as a sentence. */
      remedy?: string;
      /** Unless it is the resource that is judged. */
      about?: Observed;
      /** Worth saying, but never a reason to stop. */
      advisory?: boolean;
    };

/** The schemas of a rule's settings, each with a description and a default. */
export type SettingSchemas<Settings> = {
  [Key in keyof Settings]: PolicyConfigJSONSchema & { description: string; default: Settings[Key] };
};

export interface Context<Settings> {
  settings: Settings;
  project: string;
  stack: string;
}

type Check<Given> = (subject: Observed, given: Given) => Iterable<Finding>;

interface Definition<Settings, Given> extends RuleDescription {
  /** Type tokens of the resources that it judges. */
  types: readonly string[] | "every";
  settings?: SettingSchemas<Settings>;
  /** One for each thing that can be judged on its own: a value that is not known yet ends its check. */
  checks: readonly Check<Given>[];
}

/** Judges a resource by its inputs, before it is changed; a mandatory violation keeps it from that. */
export interface ResourceRule<Settings> extends Definition<Settings, Context<Settings>> {
  /** Changes `args.props` in place, where that is additive and safe, and says whether it did. */
  remediate?(args: ResourceValidationArgs, context: Context<Settings>): boolean;
}

export interface StackContext<Settings> extends Context<Settings> {
  graph: Graph;
  /** Of all rules before this one. */
  exemptions: ExemptionLedger;
}

/** Judges resources in view of the whole stack: after a preview, and again after a deployment. */
export type StackRule<Settings> = Definition<Settings, StackContext<Settings>>;

export interface Rule extends RuleDescription {
  settings: Record<string, PolicyConfigJSONSchema>;
  policy: ResourceValidationPolicy | StackValidationPolicy;
}

/** A pack is a process and evaluates one stack at a time, so one will do. */
const exemptions = new ExemptionLedger();

/** No settings but those that every rule has. */
type None = Record<never, never>;

export function resourceRule<Settings = None>(rule: ResourceRule<Settings>): Rule {
  const judge = new Judge(rule);
  const { remediate } = rule;
  const validate: ResourceValidation = (args, report) => {
    const subject = observe(args);
    if (concerns(rule, subject)) {
      const context = contextOf(rule, args);
      const checks = rule.checks.map((check) => () => check(subject, context));
      judge.judge(subject, checks, args.getConfig(), report);
    }
  };
  const policy: ResourceValidationPolicy & StackValidationPolicy = {
    ...metadataOf(rule),
    validateResource: onlyFor(rule, validate),
    // A stack policy as well, so that what stays open is said once, and not for each resource.
    validateStack(args, report) {
      judge.settle(stackOf(args.resources), args.getConfig(), exemptions, report);
    },
  };
  if (remediate !== undefined) {
    policy.remediateResource = (args) => {
      const { exempt } = args.getConfig<{ exempt?: Exemption[] }>();
      const isJudged = concerns(rule, args) && exemptionsOf(args, exempt).length === 0;
      return isJudged && succeeds(() => remediate(args, contextOf(rule, args)))
        ? args.props
        : undefined;
    };
  }
  return { ...rule, settings: settingsOf(rule), policy };
}

export function stackRule<Settings = None>(rule: StackRule<Settings>): Rule {
  const policy: StackValidationPolicy = {
    ...metadataOf(rule),
    validateStack(args, report) {
      const judge = new Judge(rule);
      const graph = Graph.of(args.resources);
      for (const subject of graph.all.filter((resource) => concerns(rule, resource))) {
        const { getConfig } = args;
        const context = { ...contextOf(rule, { getConfig, urn: subject.urn }), graph, exemptions };
        const checks = rule.checks.map((check) => () => check(subject, context));
        judge.judge(subject, checks, getConfig(), report);
      }
      judge.settle(stackOf(args.resources), args.getConfig(), exemptions, report);
    },
  };
  return { ...rule, settings: settingsOf(rule), policy };
}

/** The SDK passes a rule for one type over without unpacking every other resource for it. */
function onlyFor(
  { types }: { types: readonly string[] | "every" },
  validate: ResourceValidation,
): ResourceValidation {
  const [type, ...others] = types;
  if (types === "every" || others.length > 0) {
    return validate;
  }
  // All that the SDK takes from a resource's class is its type token.
  const resourceClass = { __pulumiType: type } as unknown as new () => CustomResource;
  return validateResourceOfType(resourceClass, (_props, args, report) => validate(args, report));
}

function concerns({ types }: { types: readonly string[] | "every" }, { type }: { type: string }) {
  return types === "every" || types.includes(type);
}

function metadataOf<Settings, Given>(rule: Definition<Settings, Given>) {
  const [first] = rule.sources;
  return {
    name: rule.name,
    description: rule.description,
    enforcementLevel: rule.level,
    severity: rule.severity,
    remediationSteps: rule.remedy,
    url: `docs/policies.md#${rule.name}`,
    tags: rule.sources.map(({ id }) => id),
    framework: {
      ...first.framework,
      reference: first.id,
      specification: first.framework.name,
    },
    configSchema: { properties: settingsOf(rule) },
  };
}

function settingsOf<Settings, Given>(rule: Definition<Settings, Given>) {
  return {
    ...rule.settings,
    reason: {
      type: "string",
      pattern: reasonPattern,
      description: "Why the level is lower than the pack's.",
    },
    exempt: exemptionsSchema,
  } as Record<string, PolicyConfigJSONSchema>;
}

/** Defaults are the engine's to fill in, but a unit test or an older engine may not. */
function contextOf<Settings, Given>(
  rule: Definition<Settings, Given>,
  args: { getConfig<Config extends object>(): Config; urn: string },
): Context<Settings> {
  const schemas = Object.entries<PolicyConfigJSONSchema>(rule.settings ?? {});
  const defaults = Object.fromEntries(schemas.map(([key, schema]) => [key, schema.default]));
  return {
    settings: { ...defaults, ...args.getConfig() } as Settings,
    ...placeOf(args.urn),
  };
}

/** `urn:pulumi:<stack>::<project>::<types>::<name>` */
function placeOf(urn: string): { stack: string; project: string } {
  const [stack = "", project = ""] = urn.replace(/^urn:pulumi:/, "").split("::");
  return { stack, project };
}

function stackOf([resource]: readonly { urn: string }[]): string {
  return placeOf(resource?.urn ?? "").stack;
}

/**
 * Whatever goes wrong in a repair, an unknown value or one of an odd type: an exception would fail
 * the deployment. What is not repaired the checks speak about.
 */
function succeeds(repair: () => boolean): boolean {
  try {
    return repair();
  } catch {
    return false;
  }
}
