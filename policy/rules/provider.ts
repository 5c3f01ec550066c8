import { allowedAccountsOf } from "../lib/accounts.ts";
import { isRecord, objectOf } from "../lib/inputs.ts";
import type { Observed } from "../lib/observed.ts";
import { resourceRule } from "../lib/rule.ts";
import { awsDocumentation, ours, wellArchitected } from "../lib/sources.ts";
import { isTaggable } from "../lib/taggable.ts";

const providerType = "pulumi:providers:aws";

export const providerRules = [
  resourceRule<{ tags: string[]; owner: string }>({
    name: "resources-are-tagged",
    description:
      "Every resource that can have tags says whose it is, by its own or by its provider's.",
    level: "remediate",
    severity: "low",
    sources: [wellArchitected("COST"), ours],
    remedy: "Set defaultTags on the provider.",
    decidedBy: "inputs",
    types: "every",
    settings: {
      tags: {
        type: "array",
        items: { type: "string" },
        description: "The tags that a resource must have.",
        default: ["project", "stack", "owner"],
      },
      owner: {
        type: "string",
        description: "What a repair writes into the tag owner; it writes none when this is empty.",
        default: "",
      },
    },
    checks: [
      function* (resource, { settings }) {
        if (isTaggable(resource)) {
          for (const tag of missingTags(resource, settings.tags)) {
            yield `it has no tag ${tag}`;
          }
        }
      },
    ],
    remediate(args, { settings, project, stack }) {
      const values: Record<string, string> = { project, stack, owner: settings.owner };
      // A function's code would come back broken if it were an archive of assets.
      if (!isTaggable(args) || args.type === "aws:lambda/function:Function") {
        return false;
      }
      const own: unknown = args.props["tags"] ?? {};
      const missing = missingTags(args, settings.tags).filter((tag) => values[tag]);
      // Of another type they are the author's to put right.
      if (!isRecord(own) || missing.length === 0) {
        return false;
      }
      args.props["tags"] ??= {};
      for (const tag of missing) {
        args.props["tags"][tag] = values[tag];
      }
      return true;
    },
  }),

  resourceRule<{ regions: string[]; accounts: string[] }>({
    name: "provider-is-pinned",
    description:
      "Resources are made by an explicit provider, in an allowed region and for allowed accounts only.",
    level: "mandatory",
    severity: "critical",
    sources: [awsDocumentation('Pulumi AWS provider, "allowedAccountIds"'), ours],
    remedy: "Make an aws.Provider with an allowed region and allowedAccountIds, and pass it on.",
    decidedBy: "inputs",
    types: "every",
    settings: {
      regions: {
        type: "array",
        items: { type: "string" },
        description: "The regions that are allowed; any when there is none.",
        default: [],
      },
      accounts: {
        type: "array",
        items: { type: "string", pattern: "^\\d{12}$" },
        description: "The accounts that providers may be pinned to; any when there is none.",
        default: [],
      },
    },
    checks: [
      function* ({ type, provider }) {
        if (type.startsWith("aws:") && isDefault(provider)) {
          yield "it is made by the default provider";
        }
      },
      function* ({ type, props }, { settings }) {
        const isJudged = type === providerType || type.startsWith("aws:");
        const region: unknown = isJudged ? props["region"] : undefined;
        if (type === providerType && !region) {
          yield "region is not set";
        } else if (region && !allows(settings.regions, region)) {
          yield "region is not among the allowed ones";
        }
      },
      function* (provider, { settings }) {
        if (provider.type !== providerType) {
          return;
        }
        const accounts = allowedAccountsOf(provider);
        if (accounts.length === 0) {
          yield "allowedAccountIds is not set";
        } else if (!accounts.every((account) => allows(settings.accounts, account))) {
          yield "allowedAccountIds has an account that is not among the allowed ones";
        }
      },
    ],
  }),
];

/** Works on what a rule is given and on what a repair is given. */
function missingTags(
  { props, provider }: { props: Observed["props"]; provider?: Observed["provider"] },
  required: readonly string[],
): string[] {
  const tags = objectOf(objectOf(provider?.props["defaultTags"])["tags"]);
  const own: unknown = props["tags"];
  return required.filter(
    (tag) => !(tag in tags) && !(typeof own === "object" && own !== null && tag in own),
  );
}

function isDefault(provider: Observed["provider"]): boolean {
  return provider === undefined || /^default(_|$)/.test(provider.name);
}

function allows(allowed: readonly string[], value: unknown): boolean {
  return allowed.length === 0 || (typeof value === "string" && allowed.includes(value));
}
