import { ValueError } from "./errors.ts";

const LINE_BREAKS = "\\n\\r\\u0085\\u2028\\u2029";
const JAVA_SPACE = " \\t\\n\\u000B\\f\\r";

/**
 * Writes a `java.util.regex` pattern as a JavaScript one. What the two read differently is translated (`.`, `$`,
 * `\s`) or refused: possessive quantifiers, atomic groups, inline flags, nested or intersected classes, `\p`, `\Q`,
 * `\A`, `\Z` and other letters that JavaScript lacks.
 */
export function translatePattern(pattern: string): string {
  const refuse = (what: string): never => {
    throw new ValueError(`the pattern ${JSON.stringify(pattern)} uses ${what}, not supported here`);
  };
  let result = "";
  let inClass = false;
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern.charAt(index);
    const rest = pattern.slice(index);
    if (char === "\\") {
      const [sequence = refuse("a `\\` at its end")] =
        /^\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|k<\w+>|.)/su.exec(rest) ?? [];
      result += translateEscape(sequence, inClass, refuse);
      index += sequence.length - 1;
    } else if (inClass) {
      if (char === "[") refuse("a class in a class");
      if (rest.startsWith("&&")) refuse("a class intersection");
      if (char === "]") inClass = false;
      result += char;
    } else if (char === "[") {
      const opening = /^\[\^?/.exec(rest)?.[0] ?? char;
      // Java takes a `]` that comes first literally.
      if (pattern[index + opening.length] === "]") refuse("`]` first in a class");
      inClass = true;
      result += opening;
      index += opening.length - 1;
    } else if (char === "(") {
      if (/^\(\?(?![:=!]|<[=!a-zA-Z])/.test(rest)) refuse("inline flags or an atomic group");
      result += char;
    } else if (/^(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\+/.test(rest)) {
      refuse("a possessive quantifier");
    } else if (char === ".") {
      result += `[^${LINE_BREAKS}]`;
    } else if (char === "$") {
      result += `(?=(?:\\r\\n|[${LINE_BREAKS}])?(?![\\s\\S]))`;
    } else if (char === "{") {
      const quantifier = /^\{[0-9]+(?:,[0-9]*)?\}/.exec(rest)?.[0] ?? refuse("`{` without a count");
      result += quantifier;
      index += quantifier.length - 1;
    } else {
      result += char === "]" || char === "}" ? `\\${char}` : char;
    }
  }
  return result;
}

function translateEscape(
  sequence: string,
  inClass: boolean,
  refuse: (what: string) => never,
): string {
  const char = sequence.charAt(1);
  if (char === "s") return inClass ? JAVA_SPACE : `[${JAVA_SPACE}]`;
  if (char === "S") return inClass ? refuse("`\\S` in a class") : `[^${JAVA_SPACE}]`;
  if (/[dDwWtnrfux]/.test(char)) return sequence;
  if (/[bBk1-9]/.test(char)) return inClass ? refuse(`\`${sequence}\` in a class`) : sequence;
  if (/[a-zA-Z0-9]/.test(char)) return refuse(`\`${sequence}\``);
  return `\\u{${(sequence.codePointAt(1) ?? 0).toString(16)}}`;
}
