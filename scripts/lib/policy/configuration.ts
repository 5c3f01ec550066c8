import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv, type ErrorObject } from "ajv";
import { parseDocument } from "yaml";
import { type Exemption, isExpired, today } from "../../../policy/lib/exemption.ts";
import { CommandError } from "../command.ts";
import { type Level, levels, type PackConfiguration, type PolicyDescription } from "./settings.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The pack's configuration for a stack, relative to the repository. */
export function packConfigurationFile(stack: string): string {
  return `policy/config.${stack}.json`;
}

/**
 * Reads and checks the pack's configuration for a stack. The engine takes the name of a policy that
 * does not exist without a word.
 *
 * @param policies All of the pack.
 * @param folder That of the repository.
 * @throws CommandError when there is none, and one that lists every fault in it.
 */
export async function readPackConfiguration(
  stack: string,
  policies: readonly PolicyDescription[],
  folder = root,
): Promise<PackConfiguration> {
  const file = packConfigurationFile(stack);
  const configuration = parse(await readText(stack, folder), file);
  const faults = faultsOf(configuration, policies);
  if (faults.length > 0) {
    throw new CommandError(`${file}:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
  }
  return configuration as PackConfiguration;
}

/** @throws CommandError when a stack has no configuration of the pack: said before anything is started. */
export async function requirePackConfiguration(stack: string): Promise<void> {
  await readText(stack, root);
}

async function readText(stack: string, folder: string): Promise<string> {
  const file = packConfigurationFile(stack);
  return await readFile(join(folder, file), "utf8").catch(() => {
    throw new CommandError(
      `There is no ${file}, and a stack without a policy configuration is neither previewed nor deployed. Copy that of another stack and set its levels.`,
    );
  });
}

function parse(text: string, file: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${file} is not valid JSON: ${(error as Error).message}`);
  }
  // JSON.parse takes the last of two; YAML, of which JSON is a part, may not have them.
  const [twice] = parseDocument(text).errors;
  if (twice !== undefined) {
    throw new CommandError(`${file}: ${twice.message.split(" at line")[0]}.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CommandError(`${file} must be an object: by policy, its level or its settings.`);
  }
  return value;
}

/** One line each: the policy, what is wrong, what to do. `day`: today, `YYYY-MM-DD`. */
export function faultsOf(
  configuration: object,
  policies: readonly PolicyDescription[],
  day = today(),
): string[] {
  return Object.entries(configuration).flatMap(([name, given]: [string, unknown]) => {
    if (name === "all") {
      return given === "mandatory"
        ? []
        : ['"all" may only be "mandatory": a level is lowered policy by policy, with a reason'];
    }
    const policy = policies.find((candidate) => candidate.name === name);
    if (policy === undefined) {
      return [`"${name}" is not a policy of the pack; docs/policies.md lists them`];
    }
    const settings = typeof given === "string" ? { enforcementLevel: given } : given;
    const faults = schemaFaults(policy, settings);
    return (
      faults.length > 0 ? faults : settingsFaults(policy, settings as GivenSettings, day)
    ).map((fault) => `"${name}": ${fault}`);
  });
}

interface GivenSettings {
  enforcementLevel?: Level;
  reason?: string;
  exempt?: Exemption[];
}

const ajv = new Ajv({ allErrors: true, strict: false });

/** What the engine would refuse, too, but later and in its own words. */
function schemaFaults(policy: PolicyDescription, settings: unknown): string[] {
  const isValid = ajv.compile({
    type: "object",
    properties: { ...policy.settings, enforcementLevel: { enum: levels } },
    additionalProperties: false,
  });
  return isValid(settings) ? [] : (isValid.errors ?? []).map(described);
}

function described({ instancePath, message, params, keyword }: ErrorObject): string {
  const path = instancePath.slice(1).replaceAll("/", ".") || "it";
  if (keyword === "additionalProperties") {
    return `${path === "it" ? "" : `${path}: `}"${params["additionalProperty"]}" is not a setting of it`;
  }
  const choices = keyword === "enum" ? `: ${params["allowedValues"].join(", ")}` : "";
  return `${path} ${message}${choices}`;
}

/** From weak to strong. A repair is as strong as a refusal. */
const strength: Record<Level, number> = { disabled: 0, advisory: 1, mandatory: 2, remediate: 2 };

function settingsFaults(
  policy: PolicyDescription,
  { enforcementLevel = policy.level, reason, exempt = [] }: GivenSettings,
  day: string,
): string[] {
  const isLowered = strength[enforcementLevel] < strength[policy.level];
  return [
    ...(isLowered && reason === undefined
      ? [`its level is lower than the pack's, ${policy.level}; give a "reason"`]
      : []),
    // A policy that is off tells nobody of an exemption without use.
    ...exempt
      .filter(() => enforcementLevel === "disabled")
      .map(
        ({ resource }) =>
          `the exemption of "${resource}" exempts nothing, since the policy is disabled; take it out`,
      ),
    ...exempt
      .filter(({ until }) => !isDay(until))
      .map(
        ({ resource, until }) => `the exemption of "${resource}" ends on ${until}, which is no day`,
      ),
    ...exempt
      .filter((exemption) => isExpired(exemption, day))
      .map(
        ({ resource, until }) =>
          `the exemption of "${resource}" expired after ${until}; repair the resource, or give a new reason and a new last day`,
      ),
  ];
}

/** Whether the calendar has it: `2026-02-30` has the right form only. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
