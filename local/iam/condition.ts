import { arnPattern, type Matcher, textPattern } from "./pattern.ts";
import { isRecord, PolicyError, textsOf } from "./policy-error.ts";

/** What a request says beside who, what and where: by condition key, in lower case. */
export type RequestContext = Readonly<Record<string, string>>;

export type Condition = (context: RequestContext) => boolean;

/** Each holds when one of its values matches; a key that the request does not have matches nothing. */
const OPERATORS: Readonly<Record<string, (value: string) => Matcher>> = {
  StringEquals: (value) => (text) => text === value,
  StringLike: textPattern,
  ArnEquals: arnPattern,
  ArnLike: arnPattern,
  Bool: (value) => (text) => text.toLowerCase() === value.toLowerCase(),
};

const KEYS = new Set(["aws:securetransport", "aws:sourceaccount", "aws:sourcearn"]);

/**
 * Every call on the laptop: loopback counts as secure transport, since nobody can listen in and the
 * same program has TLS on AWS.
 */
export const LOOPBACK: RequestContext = { "aws:securetransport": "true" };

/**
 * Reads a Condition element: all operators and all keys of it must hold.
 *
 * @throws {PolicyError} for operators and keys other than StringEquals, StringLike, ArnEquals,
 * ArnLike, Bool and aws:SecureTransport, aws:SourceAccount, aws:SourceArn
 */
export function readConditions(value: unknown, where: string): Condition[] {
  if (value === undefined) return [];
  if (!isRecord(value)) throw new PolicyError(where, "must be an object");
  return Object.entries(value).flatMap(([operator, keys]) => {
    const match = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
    if (match === undefined) {
      throw new PolicyError(where, `the operator ${operator} is not evaluated on the laptop`);
    }
    if (!isRecord(keys)) throw new PolicyError(`${where}: ${operator}`, "must be an object");
    return Object.entries(keys).map(([key, values]): Condition => {
      const name = key.toLowerCase();
      if (!KEYS.has(name)) {
        throw new PolicyError(`${where}: ${operator}`, `${key} is not evaluated on the laptop`);
      }
      const matchers = textsOf(unquoted(values), `${where}: ${operator}: ${key}`).map(match);
      return (context) => {
        const actual = context[name];
        return actual !== undefined && matchers.some((matches) => matches(actual));
      };
    });
  });
}

/** Booleans may stand without quotes. */
function unquoted(values: unknown): unknown {
  if (Array.isArray(values)) return values.map(unquoted);
  return typeof values === "boolean" ? String(values) : values;
}
