import * as aws from "@pulumi/aws";
import type { Configuration } from "./configuration.ts";
import { ConfigurationError } from "./internal/errors.ts";

/** No AWS account has this number: it says that the program is only recorded, by the laptop or a test. */
export const laptopAccountId = "000000000000";

/** Host names that RFC 2606 and RFC 6761 keep for examples, tests and the machine itself. */
const placeholderHost =
  /(^|\.)(example|invalid|test|localhost|local)$|(^|\.)example\.(com|net|org)$|^127\.|^\[?::1\]?$/;

/** Account numbers that AWS's documentation uses in examples. */
const placeholderAccounts = [laptopAccountId, "123456789012", "111122223333", "444455556666"];

const placeholderZone = /^Z0*(123456789|EXAMPLE)/;

/**
 * Refuses to deploy the laptop's issuer, or values that were left as this repository has them:
 * who holds the laptop's private key could enter every room.
 *
 * @throws ConfigurationError before the first resource.
 */
export async function refusePlaceholders(configuration: Configuration): Promise<void> {
  const { accountId } = await aws.getCallerIdentity();
  if (accountId === laptopAccountId) {
    return;
  }
  const faults = placeholdersIn(configuration).map(
    (key) =>
      `roomcast:${key} is a placeholder or belongs to the laptop. Set your own before you deploy to account ${accountId}.`,
  );
  if (faults.length > 0) {
    throw new ConfigurationError(faults);
  }
}

/** The keys whose values can be nobody's own. */
export function placeholdersIn(configuration: Configuration): string[] {
  const { issuer, keys, customDomain, alarmTopicArn } = configuration;
  const suspects: [key: string, isPlaceholder: boolean][] = [
    ["issuer", isPlaceholderUrl(issuer)],
    ["jwksUri", "jwksUri" in keys && isPlaceholderUrl(keys.jwksUri)],
    ["jwks", "jwks" in keys && keys.jwks.keys.some(isLaptopKey)],
    ["domainName", placeholderHost.test(customDomain?.domainName ?? "")],
    ["hostedZoneId", placeholderZone.test(customDomain?.hostedZoneId ?? "")],
    ["certificateArn", isPlaceholderArn(customDomain?.certificateArn)],
    ["alarmTopicArn", isPlaceholderArn(alarmTopicArn)],
  ];
  return suspects.flatMap(([key, isPlaceholder]) => (isPlaceholder ? [key] : []));
}

/** An issuer need not be a URL: then its text is read as what follows `https://`. */
function isPlaceholderUrl(text: string): boolean {
  const url = text.includes("://") ? text : `https://${text}`;
  // A dot at the end means the same host.
  return URL.canParse(url) && placeholderHost.test(new URL(url).hostname.replace(/\.$/, ""));
}

function isPlaceholderArn(arn: string | undefined): boolean {
  return placeholderAccounts.includes(arn?.split(":")[4] ?? "");
}

/** The laptop marks its keys by their id (scripts/lib/laptop-identity.ts). */
function isLaptopKey(key: Record<string, unknown>): boolean {
  return String(key["kid"]).startsWith("laptop-");
}
