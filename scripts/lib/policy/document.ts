import type { Rule } from "../../../policy/lib/rule.ts";
import { rules } from "../../../policy/rules/index.ts";
import { table, withGeneratedPart } from "../markdown.ts";
import { allStacks } from "../stack-configuration.ts";
import { packConfigurationFile, readPackConfiguration } from "./configuration.ts";
import type { Level, PackConfiguration } from "./settings.ts";

/** Settings that every rule has; the page explains them once. */
const commonSettings = ["reason", "exempt"];

const longestDefault = 160;

/** docs/policies.md as it should be: its introduction stays, the rest is made from the pack. */
export async function currentPoliciesPage(page: string): Promise<string> {
  const stacks = await allStacks();
  const configurations = await Promise.all(
    stacks.map(async (stack) => [stack, await readPackConfiguration(stack, rules)] as const),
  );
  return withGeneratedPart(page, policies(rules, Object.fromEntries(configurations)));
}

function policies(
  rules: readonly Rule[],
  configurations: Readonly<Record<string, PackConfiguration>>,
): string[] {
  return [
    "## The policies",
    "",
    ...table(
      ["policy", "level", "severity", "source", "what it asks"],
      rules.map(({ name, level, severity, sources, description }) => [
        `<a id="${name}"></a>\`${name}\``,
        level,
        severity,
        sources.map(({ id }) => id).join(", "),
        description,
      ]),
    ),
    "",
    "## What decides in a first preview",
    "",
    "Before the first deployment no id and no ARN is known, and a JSON document with one of them in it is unknown as a whole.",
    "",
    ...decidedBy(rules),
    "",
    "## Settings",
    "",
    ...table(
      ["policy", "setting", "default", "what it is"],
      rules.flatMap(({ name, settings }) =>
        Object.entries(settings)
          .filter(([key]) => !commonSettings.includes(key))
          .map(([key, schema]) => [
            `\`${name}\``,
            `\`${key}\``,
            byDefault(schema.default),
            schema.description ?? "",
          ]),
      ),
    ),
    "",
    "## Stack by stack",
    "",
    ...Object.entries(configurations).flatMap(([stack, configuration]) => [
      `### ${stack}`,
      "",
      `From \`${packConfigurationFile(stack)}\`; everything else is as above.`,
      "",
      ...table(
        ["policy", "level", "settings", "reason"],
        Object.entries(configuration).map(stackRow),
      ),
      "",
    ]),
  ];
}

function decidedBy(rules: readonly Rule[]): string[] {
  const named = (decision: Rule["decidedBy"]) =>
    rules
      .filter((rule) => rule.decidedBy === decision)
      .map(({ name }) => `\`${name}\``)
      .join(", ");
  return [
    `- Inputs: ${named("inputs")}.`,
    `- Links between resources: ${named("links")}.`,
    `- The deployment, at least for a part; \`npm run policy\` decides without one: ${named("deployment")}.`,
  ];
}

function stackRow([name, given]: [string, PackConfiguration[string]]): string[] {
  const {
    enforcementLevel,
    reason = "",
    ...settings
  } = typeof given === "string" ? { enforcementLevel: given as Level } : given;
  const pairs = Object.entries(settings).map(([key, value]) => `\`${key}\`: ${code(value)}`);
  return [`\`${name}\``, enforcementLevel ?? "", pairs.join("; "), String(reason)];
}

/** A long one would be all that one sees of the table. */
function byDefault(value: unknown): string {
  const text = code(value);
  return text.length <= longestDefault || typeof value !== "object" || value === null
    ? text
    : `${Object.keys(value).length} entries: see \`policy/rules/\``;
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``.replaceAll("|", "\\|");
}
