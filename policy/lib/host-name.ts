/** A host name as DNS compares it; empty for what is none. */
export function hostName(value: unknown): string {
  return typeof value === "string" ? value.toLowerCase().replace(/\.$/, "") : "";
}
