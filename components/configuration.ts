import * as pulumi from "@pulumi/pulumi";
import type { AccountLoggingRole } from "./account-logging.ts";
import { ConfigurationError } from "./internal/errors.ts";
import { type Setting, settings } from "./internal/settings.ts";
import { stageNamePattern } from "./internal/validate.ts";
import type { StageSettings } from "./websocket-stage.ts";

/** Where the keys that verify tokens come from. */
export type KeySource = { jwksUri: string } | { jwks: { keys: Record<string, unknown>[] } };

export interface DomainSettings {
  domainName: string;
  hostedZoneId: string;
  certificateArn?: string;
}

/** What a stack's configuration says, validated. The keys stand in internal/settings.ts. */
export interface Configuration extends StageSettings {
  issuer: string;
  audience: string[];
  algorithms: string[];
  keys: KeySource;
  accountLoggingRole: AccountLoggingRole;
  logRetentionDays: number;
  acknowledgements: boolean;
  presenceLimit: number;
  maximumConnectionsPerUser: number;
  maximumConcurrency: number;
  deletionProtection: boolean;
  alarmTopicArn: string | undefined;
  customDomain: DomainSettings | undefined;
}

/** The key's value, as its setting parses it. */
type Values = { [Key in keyof typeof settings]: ReturnType<(typeof settings)[Key]["parse"]> };
type Present = { [Key in keyof Values]: Values[Key] | undefined };

const namespace = "roomcast";

/**
 * Reads the stack's configuration, `roomcast:…`.
 *
 * @throws ConfigurationError that lists every fault at once, with key and remedy.
 */
export function readConfiguration(): Configuration {
  const faults: string[] = [];
  const values = Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [key, readSetting(key, setting, faults)]),
  ) as Present;
  faults.push(...unknownKeys());
  const keys = readKeySource(values, faults);
  const customDomain = readCustomDomain(values, faults);
  const stageName = readStageName(values, faults);
  if (faults.length > 0 || keys === undefined) {
    throw new ConfigurationError(faults);
  }
  const { jwksUri, jwks, domainName, hostedZoneId, certificateArn, ...rest } = values;
  // Without a fault every required value is there, and every other has its default.
  const complete = rest as Omit<Configuration, "keys" | "customDomain" | "stageName">;
  return { ...complete, stageName, keys, customDomain };
}

function readSetting(key: string, setting: Setting<unknown>, faults: string[]): unknown {
  const text = new pulumi.Config(namespace).get(key);
  if (text === undefined) {
    if (setting.required) {
      faults.push(
        `${namespace}:${key} is missing. It is ${setting.description}. ${setting.remedy}`,
      );
    }
    return setting.default;
  }
  try {
    return setting.parse(text);
  } catch (error) {
    faults.push(`${namespace}:${key} ${(error as Error).message}. ${setting.remedy}`);
    return undefined;
  }
}

function unknownKeys(): string[] {
  const known = Object.keys(settings);
  return Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(`${namespace}:`))
    .map((key) => key.slice(namespace.length + 1))
    .filter((key) => !known.includes(key))
    .map((key) => `${namespace}:${key} is not a setting. Known are ${known.join(", ")}.`);
}

function readKeySource({ jwksUri, jwks }: Present, faults: string[]): KeySource | undefined {
  if (jwksUri !== undefined && jwks === undefined) {
    return { jwksUri };
  }
  if (jwks !== undefined && jwksUri === undefined) {
    return { jwks };
  }
  const fault = jwks === undefined ? "is missing or wrong, and so is" : "is set, and so is";
  faults.push(
    `${namespace}:jwksUri ${fault} ${namespace}:jwks. Set one of them: where the identity provider publishes its keys, or the key set itself.`,
  );
  return undefined;
}

/** The stack's name unless set; a stack's name may have a dot, a stage's must not. */
function readStageName({ stageName }: Present, faults: string[]): string {
  const stack = pulumi.getStack();
  if (stageName === undefined && !stageNamePattern.test(stack)) {
    faults.push(
      `${namespace}:stageName is missing, and the stack's name, "${stack}", does not have the right form. ${settings.stageName.remedy}`,
    );
  }
  return stageName ?? stack;
}

function readCustomDomain(values: Present, faults: string[]): DomainSettings | undefined {
  const { domainName, hostedZoneId, certificateArn } = values;
  if (domainName === undefined || hostedZoneId === undefined) {
    if (domainName !== hostedZoneId || certificateArn !== undefined) {
      faults.push(
        `${namespace}:domainName, ${namespace}:hostedZoneId and ${namespace}:certificateArn belong together. Set the first two for a custom domain, or none of them.`,
      );
    }
    return undefined;
  }
  return { domainName, hostedZoneId, ...(certificateArn ? { certificateArn } : {}) };
}
