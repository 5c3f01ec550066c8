import { ValueError } from "./errors.ts";

/** `java.net.URLEncoder` in UTF-8: space becomes `+`, all but `A-Za-z0-9.-*_` becomes `%XX`, half a surrogate pair `?`. */
export function urlEncode(text: string): string {
  if (/^[A-Za-z0-9.*_-]*$/.test(text)) return text;
  return encodeURIComponent(text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, "?"))
    .replaceAll("%20", "+")
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** `java.net.URLDecoder` in UTF-8: `+` becomes a space, bytes that are not UTF-8 become U+FFFD. */
export function urlDecode(text: string): string {
  return text.replaceAll("+", " ").replace(/(?:%[0-9a-fA-F]{2})+|%/g, (escapes) => {
    if (escapes === "%") throw new ValueError("a `%` without two hexadecimal digits");
    return Buffer.from(escapes.replaceAll("%", ""), "hex").toString("utf8");
  });
}

export function base64Encode(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

export function base64Decode(text: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new ValueError("the text is not base64");
  return Buffer.from(text, "base64").toString("utf8");
}

const ESCAPES = new Map([
  ["\b", "\\b"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\f", "\\f"],
  ["\r", "\\r"],
]);

/**
 * Escapes as Apache Commons Lang 2's `escapeJavaScript`: quotes of both kinds, `\` and `/` get a backslash, control and
 * non-ASCII characters become `\uXXXX`. `\'` is not valid JSON: AWS tells to append `.replaceAll("\\'","'")`.
 */
export function escapeJavaScript(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
  return text.replace(/["'\\/]|[\0-\x1f\x80-\uffff]/g, (char) => {
    if (/["'\\/]/.test(char)) return `\\${char}`;
    const code = char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return ESCAPES.get(char) ?? `\\u${code}`;
  });
}
