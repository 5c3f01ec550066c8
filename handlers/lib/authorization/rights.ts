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
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  if (pieces.length === 1) {
    return pattern === room;
  }
  if (!room.startsWith(first) || !room.endsWith(last) || room.length < first.length + last.length) {
    return false;
  }
  let rest = room.slice(first.length, room.length - last.length);
  for (const piece of pieces.slice(1, -1)) {
    const found = rest.indexOf(piece);
    if (found < 0) {
      return false;
    }
    rest = rest.slice(found + piece.length);
  }
  return true;
}
