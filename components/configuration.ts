import * as pulumi from "@pulumi/pulumi";
import type { AccountLoggingRole } from "./account-logging.ts";
import { ConfigurationError } from "./internal/errors.ts";
import { providerSettings } from "./internal/provider-settings.ts";
import type { Setting } from "./internal/setting.ts";
import { settings } from "./internal/settings.ts";
import { stageNamePattern } from "./internal/validate.ts";
import type { StageSettings } from "./websocket-stage.ts";

/** Where the keys that verify tokens come from. */
export type KeySource = { jwksUri: string } | { jwks: { keys: Record<string, unknown>[] } };

export interface DomainSettings {
  domainName: string;
  hostedZoneId: string;
  certificateArn?: string;
}

/** Where a stack is deployed, and with whose credentials. */
export interface ProviderSettings {
  region: string;
  /** The only accounts that the provider works in: with other credentials it refuses. */
  allowedAccountIds: string[];
  /** Of the AWS configuration files; without one, what the environment says. */
  profile: string | undefined;
}

/**
 * What a stack's configuration says, validated. The keys stand in internal/settings.ts, the
 * provider's in internal/provider-settings.ts.
 */
export interface Configuration extends StageSettings {
  provider: ProviderSettings;
  owner: string;
  issuer: string;
  audience: string[];
  algorithms: string[];
  keys: KeySource;
  accountLoggingRole: AccountLoggingRole;
  logRetentionDays: number;
  acknowledgements: boolean;
  presenceLimit: number;
  largeRoomMembers: number;
  laneCount: number;
  postsPerSecond: number;
  maximumConnectionsPerUser: number;
  maximumConcurrency: number;
  deletionProtection: boolean;
  maximumReadRequestUnits: number | undefined;
  maximumWriteRequestUnits: number | undefined;
  alarmTopicArn: string | undefined;
  customDomain: DomainSettings | undefined;
}

type Settings = Record<string, Setting<unknown>>;
/** By key, what its setting parses; undefined where it is missing or wrong. */
type Present<Of extends Settings> = {
  [Key in keyof Of]: ReturnType<Of[Key]["parse"]> | undefined;
};
type Values = Present<typeof settings>;

const namespace = "roomcast";
const providerNamespace = "aws";
const providerRemedy =
  "Set the region by aws:region, credentials by aws:profile or the AWS_* variables, tags by roomcast:owner; all else belongs into components/provider.ts.";

/**
 * Reads the stack's configuration, `roomcast:…` and `aws:…`.
 *
 * @throws ConfigurationError that lists every fault at once, with key and remedy.
 */
export function readConfiguration(): Configuration {
  const faults: string[] = [];
  const values = readSettings(namespace, settings, faults);
  const known = Object.keys(settings).join(", ");
  faults.push(
    ...otherKeys(namespace, settings).map((key) => `${key} is not a setting. Known are ${known}.`),
  );
  const keys = readKeySource(values, faults);
  const customDomain = readCustomDomain(values, faults);
  const stageName = readStageName(values, faults);
  checkLimits(values, faults);
  const provider = readSettings(providerNamespace, providerSettings, faults);
  faults.push(
    ...otherKeys(providerNamespace, providerSettings).map(
      (key) => `${key} is not read: the program makes its own provider. ${providerRemedy}`,
    ),
  );
  if (faults.length > 0 || keys === undefined) {
    throw new ConfigurationError(faults);
  }
  const { jwksUri, jwks, domainName, hostedZoneId, certificateArn, ...rest } = values;
  // Without a fault every required value is there, and every other has its default.
  const complete = { ...rest, provider } as Omit<
    Configuration,
    "keys" | "customDomain" | "stageName"
  >;
  return { ...complete, stageName, keys, customDomain };
}

function readSettings<Of extends Settings>(
  prefix: string,
  settings: Of,
  faults: string[],
): Present<Of> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [
      key,
      readSetting(`${prefix}:${key}`, setting, faults),
    ]),
  ) as Present<Of>;
}

function readSetting(key: string, setting: Setting<unknown>, faults: string[]): unknown {
  const text = pulumi.runtime.allConfig()[key];
  if (text === undefined) {
    if (setting.required) {
      faults.push(`${key} is missing. It is ${setting.description}. ${setting.remedy}`);
    }
    return setting.default;
  }
  try {
    return setting.parse(text);
  } catch (error) {
    faults.push(`${key} ${(error as Error).message}. ${setting.remedy}`);
    return undefined;
  }
}

/** Keys of the stack's configuration with this prefix that are none of the settings. */
function otherKeys(prefix: string, settings: Settings): string[] {
  const known = Object.keys(settings).map((key) => `${prefix}:${key}`);
  return Object.keys(pulumi.runtime.allConfig()).filter(
    (key) => key.startsWith(`${prefix}:`) && !known.includes(key),
  );
}

/** Presence is counted from all members of a room, and those of a large one are never read together. */
function checkLimits({ presenceLimit, largeRoomMembers }: Values, faults: string[]): void {
  if (Number(presenceLimit) > Number(largeRoomMembers)) {
    faults.push(
      `${namespace}:presenceLimit is above ${namespace}:largeRoomMembers. Lower the first, or raise the second.`,
    );
  }
}

function readKeySource({ jwksUri, jwks }: Values, faults: string[]): KeySource | undefined {
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
function readStageName({ stageName }: Values, faults: string[]): string {
  const stack = pulumi.getStack();
  if (stageName === undefined && !stageNamePattern.test(stack)) {
    faults.push(
      `${namespace}:stageName is missing, and the stack's name, "${stack}", does not have the right form. ${settings.stageName.remedy}`,
    );
  }
  return stageName ?? stack;
}

function readCustomDomain(values: Values, faults: string[]): DomainSettings | undefined {
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
