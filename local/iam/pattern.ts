export type Matcher = (text: string) => boolean;

/** Components of an ARN before the last one, which may hold colons. */
const ARN_HEAD = 5;

/** `*` for any run of characters and `?` for one, whatever they are (IAM, StringLike and actions). */
export function textPattern(pattern: string): Matcher {
  return compile(pattern, () => ".*");
}

/**
 * The Resource element: as {@link textPattern}, but a `*` that is not the last of its segment does
 * not go beyond the colon that ends it (IAM User Guide, Resource element, wildcards).
 */
export function resourcePattern(pattern: string): Matcher {
  return compile(pattern, (next) => (next === undefined || next === ":" ? ".*" : "[^:]*"));
}

/**
 * ArnLike: each of the six components of the ARN is matched by itself (IAM User Guide, ARN
 * operators). What is neither an ARN nor `*` matches nothing.
 */
export function arnPattern(pattern: string): Matcher {
  if (pattern === "*") return () => true;
  const matchers = components(pattern).map(textPattern);
  if (matchers.length <= ARN_HEAD) return () => false;
  return (arn) => {
    const parts = components(arn);
    return (
      parts.length === matchers.length && matchers.every((matches, at) => matches(parts[at] ?? ""))
    );
  };
}

function components(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length <= ARN_HEAD
    ? parts
    : [...parts.slice(0, ARN_HEAD), parts.slice(ARN_HEAD).join(":")];
}

function compile(pattern: string, star: (next: string | undefined) => string): Matcher {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const characters = [...pattern];
  const source = characters.map((character, index) => {
    if (character === "*") return star(characters[index + 1]);
    return character === "?" ? "." : character.replace(/[.+^${}()|[\]\\/]/, "\\$&");
  });
  const expression = new RegExp(`^${source.join("")}$`, "su");
  return (text) => expression.test(text);
}
