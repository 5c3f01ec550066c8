/**
 * Something in a policy that IAM refuses, or that the laptop does not evaluate: it says so instead
 * of passing over it.
 */
export class PolicyError extends Error {
  override readonly name = "PolicyError";

  /** @param where The policy and the element, for instance `RolePolicy "x": policy: Statement 1: Action`. */
  constructor(where: string, reason: string) {
    super(`${where}: ${reason}`);
  }
}

/** A text or a list of texts, as nearly every element is. @throws {PolicyError} */
export function textsOf(value: unknown, where: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new PolicyError(where, "must not be empty");
  return list.map((text) => {
    if (typeof text !== "string") throw new PolicyError(where, "must be a text or a list of texts");
    if (text.includes("${")) {
      throw new PolicyError(where, `policy variables are not evaluated on the laptop: ${text}`);
    }
    return text;
  });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
