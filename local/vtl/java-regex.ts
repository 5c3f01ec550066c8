import { ValueError } from "./errors.ts";
import { translatePattern } from "./java-pattern.ts";

/** `String.matches`: whether the whole text matches the pattern. */
export function fullyMatches(text: string, pattern: string): boolean {
  return compile(pattern, (source) => `^(?:${source})$`).test(text);
}

/** `String.replaceAll` and `replaceFirst`, with Java's replacement syntax: `$1`, `${name}`, `\` before a literal. */
export function replaceMatches(
  text: string,
  pattern: string,
  replacement: string,
  which: "all" | "first",
): string {
  const regex = compile(pattern);
  let result = "";
  let end = 0;
  for (const match of text.matchAll(regex)) {
    result += text.slice(end, match.index) + expand(replacement, match);
    end = match.index + match[0].length;
    if (which === "first") break;
  }
  return result + text.slice(end);
}

/** `String.split`: an empty piece before a match of nothing is left out; with limit 0 so are empty pieces at the end. */
export function splitByMatches(text: string, pattern: string, limit: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (const match of text.matchAll(compile(pattern))) {
    if (limit > 0 && pieces.length === limit - 1) break;
    const end = match.index + match[0].length;
    if (end === 0) continue;
    if (match[0] === "" && match.index === text.length) continue;
    pieces.push(text.slice(start, match.index));
    start = end;
  }
  pieces.push(text.slice(start));
  if (limit === 0) while (pieces.length > 1 && pieces.at(-1) === "") pieces.pop();
  return pieces;
}

function compile(pattern: string, wrap: (source: string) => string = (source) => source): RegExp {
  const source = translatePattern(pattern);
  try {
    return new RegExp(wrap(source), "gu");
  } catch {
    throw new ValueError(`the pattern ${JSON.stringify(pattern)} is not valid`);
  }
}

function expand(replacement: string, match: RegExpExecArray): string {
  return replacement.replace(
    /\\(.)|\$(?:\{(\w+)\}|([0-9]+))|[\\$]/gsu,
    (found, literal, name, digits) => {
      if (literal !== undefined) return literal;
      if (name !== undefined && Object.hasOwn(match.groups ?? {}, name))
        return match.groups?.[name] ?? "";
      if (digits !== undefined) return expandGroup(digits, match);
      throw new ValueError(`the replacement has an illegal \`${found}\``);
    },
  );
}

/** Java takes the first digit, and each further one as long as such a group exists; the rest is text. */
function expandGroup(digits: string, match: RegExpExecArray): string {
  let length = 1;
  while (length < digits.length && Number(digits.slice(0, length + 1)) < match.length) length++;
  const group = Number(digits.slice(0, length));
  if (group >= match.length) throw new ValueError(`the pattern has no group ${group}`);
  return (match[group] ?? "") + digits.slice(length);
}
