/** One key of the stack's configuration. */
export interface Setting<Value> {
  /** A noun phrase, for messages and for the README's table. */
  description: string;
  required: boolean;
  /** Unless required: what holds when the key is left out. */
  default: Value | undefined;
  /** What to do about a wrong or missing value, as a sentence. */
  remedy: string;
  /** @throws Error whose message is the fault, beginning with a verb. */
  parse(text: string): Value;
}

/** Lambda takes 4 KB of environment in all; the other variables need some of it. */
const maximumInlineKeysBytes = 3000;

export function required(remedy: string) {
  return { required: true, default: undefined, remedy };
}

export function optional<Value>(byDefault: Value | undefined, remedy: string) {
  return { required: false, default: byDefault, remedy };
}

export function parseText(text: string): string {
  if (text.trim() !== text || text === "") {
    throw new Error("must be a text without spaces around it");
  }
  return text;
}

export function parseMatch(text: string, pattern: RegExp): string {
  if (!pattern.test(text)) {
    throw new Error("does not have the right form");
  }
  return text;
}

export function parseChoice<Choice extends string>(
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) {
    throw new Error(`must be ${choices.join(" or ")}`);
  }
  return choice;
}

export function parseBoolean(text: string): boolean {
  return parseChoice(text, ["true", "false"]) === "true";
}

export function parseNumber(text: string, minimum: number, maximum: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < minimum || number > maximum) {
    throw new Error(`must be a whole number from ${minimum} to ${maximum}`);
  }
  return number;
}

export function parseStep(text: string, steps: readonly number[]): number {
  const step = steps.find((candidate) => String(candidate) === text);
  if (step === undefined) {
    throw new Error("is not one of the steps");
  }
  return step;
}

/** A list in JSON, as Pulumi hands over YAML lists, or a single word. */
export function parseList(
  text: string,
  isValid: (value: string) => boolean,
  kind: string,
): string[] {
  const value = text.startsWith("[") ? parseJson(text) : [text];
  if (!Array.isArray(value) || value.length === 0) {
    throw new Error("must be a list that is not empty");
  }
  return value.map((entry) => {
    if (typeof entry !== "string" || !isValid(entry)) {
      throw new Error(`has an entry that is not ${kind}`);
    }
    return entry;
  });
}

export function parseHttpsUrl(text: string): string {
  if (!URL.canParse(text) || new URL(text).protocol !== "https:") {
    throw new Error("must be an https URL");
  }
  return text;
}

export function parseKeySet(text: string): { keys: Record<string, unknown>[] } {
  const set = parseJson(text) as { keys?: unknown } | null;
  if (typeof set !== "object" || !Array.isArray(set?.keys) || set.keys.length === 0) {
    throw new Error("must be a key set with at least one key");
  }
  for (const key of set.keys) {
    if (typeof key !== "object" || key === null || typeof key.kid !== "string") {
      throw new Error("has a key without a kid");
    }
    if (!["RSA", "EC", "OKP"].includes(key.kty)) {
      throw new Error("has a key that is not RSA, EC or OKP");
    }
    if ("d" in key || "p" in key || "k" in key) {
      throw new Error("has a private key");
    }
  }
  if (Buffer.byteLength(JSON.stringify(set)) > maximumInlineKeysBytes) {
    throw new Error(`is larger than ${maximumInlineKeysBytes} bytes`);
  }
  return { keys: set.keys };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("is not valid JSON");
  }
}
