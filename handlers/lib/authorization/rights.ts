/** What a user may do in one room. */
export interface Rights {
  subscribe: boolean;
  publish: boolean;
}

/**
 * Reads the `rooms` claim: `{"lobby":["subscribe","publish"],"news-*":["subscribe"]}`, or a list of
 * patterns for both rights. The rights of all matching patterns add up. Whatever is malformed
 * grants nothing.
 */
export function rightsIn(room: string, claim: unknown): Rights {
  const granted = new Set<unknown>();
  for (const [pattern, rights] of grants(claim)) {
    if (matches(pattern, room)) {
      for (const right of rights) {
        granted.add(right);
      }
    }
  }
  return { subscribe: granted.has("subscribe"), publish: granted.has("publish") };
}

function grants(claim: unknown): [pattern: string, rights: unknown[]][] {
  if (Array.isArray(claim)) {
    return claim
      .filter((pattern) => typeof pattern === "string")
      .map((pattern) => [pattern, ["subscribe", "publish"]]);
  }
  if (typeof claim !== "object" || claim === null) {
    return [];
  }
  return Object.entries(claim).filter((entry): entry is [string, unknown[]] =>
    Array.isArray(entry[1]),
  );
}

/**
 * `*` matches any run of characters. The pieces between stars are searched from left to right,
 * which takes linear time for any pattern, where a regular expression may not.
 */
function matches(pattern: string, room: string): boolean {
  const pieces = pattern.split("*");
  const last = pieces.pop() ?? "";
  let rest = room;
  const isFound = pieces.every((piece, index) => {
    const position = rest.indexOf(piece);
    rest = rest.slice(position + piece.length);
    return index === 0 ? position === 0 : position >= 0;
  });
  return isFound && (pieces.length === 0 ? rest === last : rest.endsWith(last));
}
