import { ValueError } from "./errors.ts";
import { fullyMatches, replaceMatches, splitByMatches } from "./java-regex.ts";
import { className, JavaList, type Value } from "./values.ts";

type StringMethod = (text: string, ...args: Value[]) => Value;

/** The methods of `java.lang.String` that templates may use, named with their number of arguments. */
export const STRING_METHODS: ReadonlyMap<string, StringMethod> = new Map(
  Object.entries<StringMethod>({
    "length/0": (text) => BigInt(text.length),
    "isEmpty/0": (text) => text === "",
    "toString/0": (text) => text,
    "hashCode/0": hashCode,
    "trim/0": (text) => text.replace(/^[\0- ]+|[\0- ]+$/g, ""),
    "toLowerCase/0": (text) => text.toLowerCase(),
    "toUpperCase/0": (text) => text.toUpperCase(),
    "equals/1": (text, other = null) => text === other,
    "equalsIgnoreCase/1": (text, other = null) =>
      other !== null && text.toUpperCase() === stringOf(other).toUpperCase(),
    "contains/1": (text, part) => text.includes(stringOf(part)),
    "startsWith/1": (text, part) => text.startsWith(stringOf(part)),
    "endsWith/1": (text, part) => text.endsWith(stringOf(part)),
    "concat/1": (text, other) => text + stringOf(other),
    "indexOf/1": (text, part) => BigInt(text.indexOf(stringOf(part))),
    "indexOf/2": (text, part, from) => BigInt(text.indexOf(stringOf(part), integerOf(from))),
    "lastIndexOf/1": (text, part) => BigInt(text.lastIndexOf(stringOf(part))),
    "charAt/1": (text, index) => text.charAt(within(text, integerOf(index), text.length - 1)),
    "substring/1": (text, start) => text.slice(within(text, integerOf(start), text.length)),
    "substring/2": substring,
    "replace/2": (text, part, replacement) => {
      const literal = stringOf(replacement);
      return text.replaceAll(stringOf(part), () => literal);
    },
    "matches/1": (text, pattern) => fullyMatches(text, stringOf(pattern)),
    "replaceAll/2": (text, pattern, replacement) =>
      replaceMatches(text, stringOf(pattern), stringOf(replacement), "all"),
    "replaceFirst/2": (text, pattern, replacement) =>
      replaceMatches(text, stringOf(pattern), stringOf(replacement), "first"),
    "split/1": (text, pattern) => new JavaList(splitByMatches(text, stringOf(pattern), 0)),
    "split/2": (text, pattern, limit) =>
      new JavaList(splitByMatches(text, stringOf(pattern), integerOf(limit))),
  }),
);

/** The argument, which Java requires to be a String. */
export function stringOf(argument: Value | undefined): string {
  if (typeof argument === "string") return argument;
  throw new ValueError(`takes a String, not ${className(argument ?? null)}`);
}

/** The argument, which Java requires to be an int. */
export function integerOf(argument: Value | undefined): number {
  if (typeof argument === "bigint") return Number(argument);
  throw new ValueError(`takes an Integer, not ${className(argument ?? null)}`);
}

function substring(text: string, start?: Value, end?: Value): string {
  const last = within(text, integerOf(end), text.length);
  return text.slice(within(text, integerOf(start), last), last);
}

function within(text: string, index: number, maximum: number): number {
  if (index >= 0 && index <= maximum) return index;
  throw new ValueError(`index ${index} is out of range for a String of length ${text.length}`);
}

function hashCode(text: string): bigint {
  let hash = 0;
  for (let index = 0; index < text.length; index++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  }
  return BigInt(hash);
}
