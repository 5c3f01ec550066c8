import { ValueError } from "./errors.ts";
import { JavaList, type Value } from "./values.ts";

const STEP =
  /\.([^.[\]()*?\s]+)|\[\s*'((?:[^'\\]|\\.)*)'\s*\]|\[\s*"((?:[^"\\]|\\.)*)"\s*\]|\[\s*(-?[0-9]+)\s*\]/y;

/**
 * Follows a JSONPath of the subset `$`, `$.a.b`, `$['a']`, `$.a[0]` (from the end where negative). What does not exist
 * is null. As in Jayway JsonPath, a path that does not begin with `$` is taken to begin with `$.`.
 *
 * @throws ValueError for any other path
 */
export function followJsonPath(root: Value, path: string): Value {
  const steps = path === "$" || /^\$[.[]/.test(path) ? path.slice(1) : `.${path}`;
  let value = root;
  for (STEP.lastIndex = 0; STEP.lastIndex < steps.length; ) {
    const match = STEP.exec(steps);
    if (match === null) {
      STEP.lastIndex = 0;
      throw new ValueError(`the JSONPath ${JSON.stringify(path)} is not valid or not supported`);
    }
    const [, dotted, single, double, index] = match;
    const key = dotted ?? (single ?? double)?.replace(/\\(.)/g, "$1");
    value = key === undefined ? elementOf(value, Number(index)) : memberOf(value, key);
  }
  return value;
}

function memberOf(value: Value, key: string): Value {
  return value instanceof Map ? (value.get(key) ?? null) : null;
}

function elementOf(value: Value, index: number): Value {
  return value instanceof JavaList ? (value.items.at(index) ?? null) : null;
}
