import type { PolicyInfo } from "@pulumi/pulumi/proto/analyzer_pb.js";
import type { Properties } from "../../../local/recording/resource.ts";

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
  policies: readonly PolicyInfo[],
  { all, ...given }: PackConfiguration,
): Map<string, PolicySettings> {
  const levelOfAll = all === undefined ? undefined : longForm(all).enforcementLevel;
  return new Map(
    policies.map((policy) => {
      const schema: Properties = policy.getConfigschema()?.getProperties()?.toJavaScript() ?? {};
      const { enforcementLevel, ...properties } = longForm(given[policy.getName()] ?? {});
      const defaults = Object.entries(schema).flatMap(([property, definition]) =>
        "default" in definition ? [[property, definition.default]] : [],
      );
      const level = enforcementLevel ?? levelOfAll ?? levelOf(policy.getEnforcementlevel());
      return [
        policy.getName(),
        { level, properties: { ...Object.fromEntries(defaults), ...properties } },
      ];
    }),
  );
}

function longForm(value: PackConfiguration[string]): { enforcementLevel?: Level } & Properties {
  return typeof value === "string" ? { enforcementLevel: value } : value;
}
