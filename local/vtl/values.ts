/**
 * The values of a mapping template, as Java has them: whole numbers are `bigint`, other numbers `number`, maps keep
 * their order, and there is no JavaScript prototype to reach.
 */
export type Value = null | boolean | bigint | number | string | JavaList | JavaMap | JavaObject;

export type JavaMap = Map<Value, Value>;

/** A `java.util.List`. */
export class JavaList {
  readonly items: Value[];
  /** Whether it came out of JSON: such a list prints as JSON, where one made in a template prints as `[a, b]`. */
  readonly isJson: boolean;

  constructor(items: Value[], isJson = false) {
    this.items = items;
    this.isJson = isJson;
  }
}

/** A method of a JavaObject; the evaluated arguments have been counted already. */
export type ObjectMethod = (...args: Value[]) => Value;

/** An object that has nothing but methods: `$input`, `$util`, `$foreach`, a map entry. */
export class JavaObject {
  readonly description: string;
  /** Named with their number of arguments, `json/1`. A method `getName/0` is also the property `name`. */
  readonly methods: ReadonlyMap<string, ObjectMethod>;

  constructor(description: string, methods: Record<string, ObjectMethod>) {
    this.description = description;
    this.methods = new Map(Object.entries(methods));
  }
}

/**
 * Converts plain data (strings, finite numbers, booleans, null, arrays, plain objects) to template values.
 *
 * @throws TypeError for anything else
 */
export function toValue(data: unknown): Value {
  switch (typeof data) {
    case "string":
    case "boolean":
    case "bigint":
      return data;
    case "number":
      return Number.isInteger(data) ? BigInt(data) : data;
    case "undefined":
      return null;
    case "object":
      if (data === null) return null;
      if (Array.isArray(data)) return new JavaList(data.map(toValue));
      return new Map(Object.entries(data).map(([key, value]) => [key, toValue(value)]));
    default:
      throw new TypeError(`A template variable cannot be a ${typeof data}`);
  }
}

/** Java's `toString()`: `{a=1, b=[1, 2]}`, `1.0E10`, and `null` for null. */
export function toText(value: Value): string {
  if (typeof value === "number") return doubleToText(value);
  if (value instanceof JavaList) {
    if (value.isJson) return toJson(value);
    return `[${value.items.map(toText).join(", ")}]`;
  }
  if (value instanceof Map) {
    return `{${[...value].map(([key, item]) => `${toText(key)}=${toText(item)}`).join(", ")}}`;
  }
  if (value instanceof JavaObject) return value.description;
  return String(value);
}

/** JSON without white space. */
export function toJson(value: Value): string {
  if (value instanceof JavaList) return `[${value.items.map(toJson).join(",")}]`;
  if (value instanceof Map) {
    const members = [...value].map(
      ([key, item]) => `${JSON.stringify(toText(key))}:${toJson(item)}`,
    );
    return `{${members.join(",")}}`;
  }
  if (typeof value === "string" || value instanceof JavaObject)
    return JSON.stringify(toText(value));
  return toText(value);
}

/** Java's `equals`: the same class and the same content. */
export function equal(left: Value, right: Value): boolean {
  if (left instanceof JavaList && right instanceof JavaList) {
    const { items } = right;
    return (
      left.items.length === items.length &&
      left.items.every((item, index) => equal(item, items[index] ?? null))
    );
  }
  if (left instanceof Map && right instanceof Map) {
    return (
      left.size === right.size &&
      [...left].every(([key, item]) => right.has(key) && equal(item, right.get(key) ?? null))
    );
  }
  return left === right;
}

/** What Velocity calls the class of a value, for error messages and for comparing values of different classes. */
export function className(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "bigint") return "Integer";
  if (typeof value === "number") return "Double";
  if (typeof value === "boolean") return "Boolean";
  if (typeof value === "string") return "String";
  if (value instanceof JavaList) return "List";
  return value instanceof Map ? "Map" : value.description;
}

/** `Double.toString`: a decimal point always, an exponent below 10^-3 and from 10^7. */
function doubleToText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    return Number.isInteger(value) ? `${value}.0` : String(value);
  }
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
}
