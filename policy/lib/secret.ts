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
  /SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|(PRIVATE|API|ACCESS|SIGNING|ENCRYPTION|MASTER)_?KEY|(^|_)PWD|(^|_)PRIVATE(_PEM|_JWKS?)?$|TOKENS?(_|$)/;
/** What follows a secret's name when the value only points to it, or says something about it. */
const notTheSecret =
  /_(ARN|NAME|ID|PATH|PREFIX|PARAMETER|URL|URI|ENDPOINT|HOST|TABLE|QUEUE|TOPIC|BUCKET|HEADER|CLAIM|ISSUER|AUDIENCE|ALGORITHM|TYPE|LENGTH|SIZE|COUNT|LIMIT|TTL|MILLISECOND|SECOND|MINUTE|HOUR|DAY|LIFETIME|EXPIRY|ENABLED|REQUIRED|VERSION|REGION|MODE|FORMAT|POLICY|PROVIDER|STORE)S?$/;

/** What everybody may know, and is random nevertheless; `\n` may stand in it for a line's end. */
const publicBlocks =
  /-----BEGIN ([A-Z ]*(?:PUBLIC KEY|CERTIFICATE))-----[A-Za-z0-9+/=\s\\]*-----END \1-----(?:\\n|\s)*/g;

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
  const text = value.replace(publicBlocks, "").trim();
  const shape = shapes.find(([, pattern]) => pattern.test(text));
  if (shape !== undefined) {
    return shape[0];
  }
  const json = parsed(text);
  if (json !== undefined) {
    return secretInJson(name, json);
  }
  const isNamed = isNamedSecret(name, text);
  if (isReference(text) && (!isNamed || isReferenceToSecret(text))) {
    return secretInAddress(text);
  }
  if (isNamed) {
    return byName;
  }
  if (isBasic(text)) {
    return "a password";
  }
  return secretInSettings(text) ?? (isRandom(text) ? byRandomness : undefined);
}

const byName = "a secret, judging by its name";
const byRandomness = "a secret, judging by its randomness";

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

function secretInAddress(address: string): string | undefined {
  const url = address.includes("://") && URL.canParse(address) ? new URL(address) : undefined;
  for (const [name, value] of url?.searchParams ?? []) {
    const kind = secretIn(name, value);
    if (kind !== undefined) {
      return kind;
    }
  }
  return url?.pathname.split("/").some(isRandom) ? byRandomness : undefined;
}

/** Of a text such as `Server=db;Password=…`; what a template fills in is elsewhere. */
function secretInSettings(text: string): string | undefined {
  const settings = text.split(/[;,&\s]+/).flatMap((part) => {
    const [, name = "", value = ""] = /^([\w.-]+)=(.+)$/.exec(part) ?? [];
    return name === "" || /^(\$?\{|<)/.test(value) ? [] : [{ name, value }];
  });
  return settings.some(({ name, value }) => !isReference(value) && isNamedSecret(name, value))
    ? byName
    : undefined;
}

/** The header of RFC 7617: a name and a password. */
function isBasic(text: string): boolean {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(text) ?? [];
  return (
    encoded !== undefined &&
    /^[\x20-\x7e]*:[\x20-\x7e]+$/.test(Buffer.from(encoded, "base64").toString())
  );
}

function isReference(text: string): boolean {
  return (
    /^arn:[\w-]+:/.test(text) ||
    /^\w+:\/\/\S+$/.test(text) ||
    // A parameter of Systems Manager, or a secret's name such as prod/rooms/signing.
    (/^(\/[\w.-]+)+$|^[a-z][a-z-]*(\/[a-z][a-z-]*)+$/.test(text) && !isRandom(text))
  );
}

/** Of an address by its scheme: `db://…` may as well be the secret. */
function isReferenceToSecret(reference: string): boolean {
  return (
    !reference.includes("://") ||
    /^(https?|wss?|s3|ssm|secretsmanager|kms|vault|op|file):/i.test(reference)
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
