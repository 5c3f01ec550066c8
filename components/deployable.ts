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
 * @throws ConfigurationError before the first resource but the provider, which asks whose account it is.
 */
export async function refusePlaceholders(
  configuration: Configuration,
  provider: aws.Provider,
): Promise<void> {
  const placeholders = placeholdersIn(configuration);
  const account = await accountOf(provider);
  if ("id" in account && account.id === laptopAccountId) {
    return;
  }
  if ("error" in account && placeholders.length === 0) {
    throw account.error;
  }
  const target = "id" in account ? ` to account ${account.id}` : "";
  const faults = placeholders.map(
    (key) =>
      `${key} is a placeholder or belongs to the laptop. Set your own before you deploy${target}.`,
  );
  if ("error" in account) {
    faults.push(`The provider does not answer, perhaps for that: ${account.error.message}`);
  }
  if (faults.length > 0) {
    throw new ConfigurationError(faults);
  }
}

/** The provider refuses to work, and so to answer, in an account that is not on its list. */
async function accountOf(provider: aws.Provider): Promise<{ id: string } | { error: Error }> {
  try {
    const { accountId } = await aws.getCallerIdentity({}, { provider });
    return { id: accountId };
  } catch (error) {
    return { error: error as Error };
  }
}

/** The keys whose values can be nobody's own. */
export function placeholdersIn(configuration: Configuration): string[] {
  const { issuer, keys, customDomain, alarmTopicArn, provider } = configuration;
  const suspects: [key: string, isPlaceholder: boolean][] = [
    ["roomcast:issuer", isPlaceholderUrl(issuer)],
    ["roomcast:jwksUri", "jwksUri" in keys && isPlaceholderUrl(keys.jwksUri)],
    ["roomcast:jwks", "jwks" in keys && keys.jwks.keys.some(isLaptopKey)],
    ["roomcast:domainName", placeholderHost.test(customDomain?.domainName ?? "")],
    ["roomcast:hostedZoneId", placeholderZone.test(customDomain?.hostedZoneId ?? "")],
    ["roomcast:certificateArn", isPlaceholderArn(customDomain?.certificateArn)],
    ["roomcast:alarmTopicArn", isPlaceholderArn(alarmTopicArn)],
    ["aws:allowedAccountIds", provider.allowedAccountIds.some(isPlaceholderAccount)],
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
  return isPlaceholderAccount(arn?.split(":")[4] ?? "");
}

function isPlaceholderAccount(accountId: string): boolean {
  return placeholderAccounts.includes(accountId);
}

/** The laptop marks its keys by their id (scripts/lib/laptop-identity.ts). */
function isLaptopKey(key: Record<string, unknown>): boolean {
  return String(key["kid"]).startsWith("laptop-");
}
