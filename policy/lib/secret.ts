/** What a text of some shape is, for whoever reads the message; the text itself never gets there. */
const shapes: readonly [kind: string, shape: RegExp][] = [
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY/],
  ["an AWS access key", /\b(AKIA|ASIA)[A-Z0-9]{16}\b/],
  ["a JSON web token", /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\./],
  ["an access token", /\b(gh[oprsu]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|npm_\w{30,})/],
  ["an access token", /\b(xox[abeprs]-[\w-]{10,}|[rs]k_live_\w{10,}|AIza[\w-]{35})/],
  ["the secret address of a webhook", /hooks\.slack\.com\/services\/|discord(app)?\.com\/api\/web/],
  ["a password in an address", /:\/\/[^\s/:@]*:[^\s/@]+@/],
];

/** Of a JSON Web Key (RFC 7517, RFC 7518 section 6). */
const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

const secretName =
  /SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|(PRIVATE|API|ACCESS|SIGNING|ENCRYPTION|MASTER)_?KEY|(^|_)PWD|TOKENS?(_|$)/;
/** What follows a secret's name when the value only points to it, or says something about it. */
const notTheSecret =
  /_(ARN|NAME|ID|PATH|PREFIX|PARAMETER|URL|URI|ENDPOINT|HOST|TABLE|QUEUE|TOPIC|BUCKET|HEADER|CLAIM|ISSUER|AUDIENCE|ALGORITHM|TYPE|LENGTH|SIZE|COUNT|LIMIT|TTL|MILLISECOND|SECOND|MINUTE|HOUR|DAY|LIFETIME|ENABLED|REQUIRED|VERSION|REGION)S?$/;

/** Random letters and digits come to 5 or 6 bits a character, words and names to 3 or 4. */
const randomBitsPerCharacter = 4.5;

/**
 * What kind of secret a value seems to be: by its shape, by its name, or because nobody would think
 * of it; JSON is looked into. Undefined for what seems to be none, such as a public key set, an
 * ARN, an address, or the name of a parameter.
 */
export function secretIn(name: string, value: unknown): string | undefined {
  if (typeof value !== "string") {
    return typeof value === "number" ? secretIn(name, String(value)) : undefined;
  }
  const shape = shapes.find(([, pattern]) => pattern.test(value));
  if (shape !== undefined) {
    return shape[0];
  }
  const json = parsed(value);
  if (json !== undefined) {
    return secretInJson(name, json);
  }
  if (isReference(value)) {
    return secretInQuery(value);
  }
  if (isNamedSecret(name, value)) {
    return "a secret, judging by its name";
  }
  return isRandom(value) ? "a secret, judging by its randomness" : undefined;
}

/** Whether a name says that the value is a secret, and not only where it is. */
export function isNameOfSecret(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toUpperCase();
  return secretName.test(words) && !notTheSecret.test(words);
}

/** An object or a list; undefined for anything else. */
function parsed(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function secretInJson(name: string, json: object): string | undefined {
  const isKey = "kty" in json && typeof json.kty === "string";
  if (isKey) {
    return privateMembers.some((member) => member in json) ? "a private key" : undefined;
  }
  for (const [key, value] of Object.entries(json)) {
    const about = Array.isArray(json) ? name : key;
    const kind =
      typeof value === "object" && value !== null
        ? secretInJson(about, value)
        : secretIn(about, value);
    if (kind !== undefined) {
      return kind;
    }
  }
  return undefined;
}

function secretInQuery(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  for (const [name, value] of url?.searchParams ?? []) {
    const kind = secretIn(name, value);
    if (kind !== undefined) {
      return kind;
    }
  }
  return undefined;
}

function isReference(text: string): boolean {
  return (
    /^arn:[\w-]+:/.test(text) ||
    /^\w+:\/\/\S+$/.test(text) ||
    // A parameter of Systems Manager, or a secret's name such as prod/rooms/signing.
    (/^(\/[\w.-]+)+$|^[a-z][a-z-]*(\/[a-z][a-z-]*)+$/.test(text) && !isRandom(text))
  );
}

function isNamedSecret(name: string, value: string): boolean {
  // "MAX_TOKENS" is a number, a password may be one.
  const isNumber = /^\d+$/.test(value);
  const isPlain = isNumber || /^(true|false|yes|no|on|off|none)?$/i.test(value);
  return isNameOfSecret(name) && (!isPlain || (isNumber && /PASS|PWD/i.test(name)));
}

function isRandom(text: string): boolean {
  const tokens = text.match(/[A-Za-z0-9+/=_-]{20,}/g) ?? [];
  return tokens.some((token) => !isCompound(token) && entropy(token) >= randomBitsPerCharacter);
}

/** Words, numbers and a few hexadecimal digits in a row, as in names of resources. */
function isCompound(token: string): boolean {
  return /^([A-Za-z]+|[a-z0-9]{1,8}|\d+)([-_/]([A-Za-z]+|[a-z0-9]{1,8}|\d+))+$/.test(token);
}

/** Shannon's, in bits for each character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) {
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const shares = [...counts.values()].map((count) => count / text.length);
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
}
