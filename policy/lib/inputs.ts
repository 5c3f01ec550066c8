import { known, type Observed } from "./observed.ts";

/** Whether a property says anything, be it a value that is not known yet. Providers give "" or [] for nothing. */
export function isSet(resource: Pick<Observed, "props">, property: string): boolean {
  if (!(property in resource.props)) {
    return false;
  }
  const read = known(() => ({ value: resource.props[property] as unknown }));
  if (read === undefined) {
    return true;
  }
  const { value } = read;
  return Array.isArray(value)
    ? value.length > 0
    : value !== undefined && value !== null && value !== "";
}

/** A number or the text of one; `absent` where there is nothing, and NaN for anything else. */
export function numberOf(value: unknown, absent = Number.NaN): number {
  if (value === undefined || value === null || value === "") {
    return absent;
  }
  return typeof value === "number" || typeof value === "string" ? Number(value) : Number.NaN;
}

/** An object, or the one in a JSON text; empty for anything else, malformed JSON included. */
export function objectOf(value: unknown): Record<string, unknown> {
  const parsed = typeof value === "string" ? parse(value) : value;
  return isRecord(parsed) ? parsed : {};
}

/** A list, or the one in a JSON text, as a provider's travel; empty for anything else. */
export function listOf(value: unknown): unknown[] {
  const parsed = typeof value === "string" ? parse(value) : value;
  return Array.isArray(parsed) ? parsed : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether it is an object: a property may be missing, null or of a wrong type. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects in a list, or the one that stands in place of a list. */
export function recordsIn(value: unknown): Record<string, unknown>[] {
  return (Array.isArray(value) ? value : [value]).filter(isRecord);
}

/** The texts in a list, or the one that stands in place of a list. */
export function textsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter(
    (entry) => typeof entry === "string" && entry !== "",
  );
}

/** Programs in YAML may say it by a text. */
export function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

/** Whether the program does not say it: the engine hands a repair the provider's defaults as well, and names them. */
export function isLeftOut(props: Record<string, unknown>, key: string): boolean {
  const defaults = props["__defaults"];
  return (
    !(key in props) ||
    props[key] === undefined ||
    props[key] === null ||
    (Array.isArray(defaults) && defaults.includes(key))
  );
}
