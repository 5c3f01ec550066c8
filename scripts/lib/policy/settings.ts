import type { Properties } from "../../../local/recording/resource.ts";
import type { Rule } from "../../../policy/lib/rule.ts";

/** In the order of the protocol's enumeration. */
export const levels = ["advisory", "mandatory", "disabled", "remediate"] as const;
export type Level = (typeof levels)[number];

/** The contents of a `--policy-pack-config` file. */
export type PackConfiguration = Record<string, Level | ({ enforcementLevel?: Level } & Properties)>;

/** What holds for one policy of a stack. */
export interface PolicySettings {
  level: Level;
  properties: Properties;
}

/** What a configuration is about: a rule, or what a running pack says of it. */
export type PolicyDescription = Pick<Rule, "name" | "level" | "settings">;

export function levelOf(wireValue: number): Level {
  const level = levels[wireValue];
  if (level === undefined) {
    throw new Error(`Unknown enforcement level ${wireValue}.`);
  }
  return level;
}

export function wireLevelOf(level: Level): number {
  return levels.indexOf(level);
}

/**
 * What a configuration file makes of a pack, as the engine does it: the schemas' defaults, then what
 * the file says; its key `all` sets the level of every policy.
 */
export function settingsOf(
  policies: readonly PolicyDescription[],
  { all, ...given }: PackConfiguration,
): Map<string, PolicySettings> {
  const levelOfAll = all === undefined ? undefined : longForm(all).enforcementLevel;
  return new Map(
    policies.map(({ name, level, settings }) => {
      const { enforcementLevel, ...properties } = longForm(given[name] ?? {});
      const defaults = Object.entries(settings).flatMap(([property, schema]) =>
        "default" in schema ? [[property, schema.default]] : [],
      );
      return [
        name,
        {
          level: enforcementLevel ?? levelOfAll ?? level,
          properties: { ...Object.fromEntries(defaults), ...properties },
        },
      ];
    }),
  );
}

function longForm(value: PackConfiguration[string]): { enforcementLevel?: Level } & Properties {
  return typeof value === "string" ? { enforcementLevel: value } : value;
}
