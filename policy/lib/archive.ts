import { inspect } from "node:util";

/**
 * The path of a FileArchive. The SDK keeps it in a promise, although it is there from the start; a
 * rule does not wait, and nothing but Node's `inspect` looks into a promise. Undefined when it does
 * not find a text there.
 */
export function pathOf(archive: object): string | undefined {
  const path = "path" in archive ? archive.path : undefined;
  if (typeof path !== "object" || path === null) {
    return typeof path === "string" ? path : undefined;
  }
  // By this property the SDK's proxy gives what is behind it.
  const promise = (path as Record<string, unknown>)["__getSpecialProxyTarget"] ?? path;
  const shown = inspect(promise, { breakLength: Number.POSITIVE_INFINITY, maxStringLength: null });
  const text = /^Promise \{ (['"`])(.*)\1 \}$/.exec(shown)?.[2];
  // What inspect escapes but quotes and backslashes is no path that anybody would have.
  return text === undefined || /\\[^'\\]/.test(text.replaceAll("\\\\", ""))
    ? undefined
    : text.replace(/\\(['\\])/g, "$1");
}
