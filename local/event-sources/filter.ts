/** Whether an event passes a filter. */
export type Filter = (event: unknown) => boolean;

type Test = (value: unknown) => boolean;

type Pattern = Record<string, unknown>;

/** A value that is not there, as `exists` distinguishes it from null. */
const ABSENT = Symbol("absent");

/**
 * Compiles an event filter pattern (Lambda Developer Guide, "Filter rule syntax"): nested objects
 * whose leaves are lists of alternatives, each an exact value or one of `prefix`, `suffix`,
 * `equals-ignore-case`, `exists`, `anything-but` and `numeric`, and `$or`. In a list of the event,
 * one element that matches is enough. Throws a `TypeError` for anything else.
 */
export function compileFilter(pattern: unknown): Filter {
  const test = compileObject(pattern, "pattern");
  return (event) => test(event);
}

function compileObject(pattern: unknown, path: string): Test {
  if (!isObject(pattern)) throw new TypeError(`${path} must be an object`);
  const tests = Object.entries(pattern).map(([key, part]): Test => {
    if (key === "$or") return compileOr(part, `${path}.$or`);
    const test = compilePart(part, `${path}.${key}`);
    return (value) => test(isObject(value) && Object.hasOwn(value, key) ? value[key] : ABSENT);
  });
  return (value) => anyElement(value, (item) => tests.every((test) => test(item)));
}

function compileOr(part: unknown, path: string): Test {
  if (!Array.isArray(part) || part.length < 2) {
    throw new TypeError(`${path} must be a list of two patterns or more`);
  }
  const tests = part.map((alternative) => compileObject(alternative, path));
  return (value) => tests.some((test) => test(value));
}

function compilePart(part: unknown, path: string): Test {
  if (!Array.isArray(part)) return compileObject(part, path);
  if (part.length === 0) throw new TypeError(`${path} must not be an empty list`);
  const tests = part.map((rule) => compileRule(rule, path));
  return (value) => anyElement(value, (item) => tests.some((test) => test(item)));
}

function compileRule(rule: unknown, path: string): Test {
  if (!isObject(rule)) return equals(rule, path);
  const [[operator, operand] = [], ...others] = Object.entries(rule);
  if (operator === undefined || others.length > 0) {
    throw new TypeError(`${path}: a rule has one operator`);
  }
  switch (operator) {
    case "prefix":
      return compileText(operand, path, (value, text) => value.startsWith(text));
    case "suffix":
      return compileText(operand, path, (value, text) => value.endsWith(text));
    case "equals-ignore-case":
      return compileText(
        operand,
        path,
        (value, text) => value.toLowerCase() === text.toLowerCase(),
      );
    case "exists":
      return compileExists(operand, path);
    case "anything-but":
      return compileAnythingBut(operand, path);
    case "numeric":
      return compileNumeric(operand, path);
    default:
      throw new TypeError(`${path}: the operator ${operator} is not supported`);
  }
}

function equals(expected: unknown, path: string): Test {
  if (expected !== null && !["string", "number", "boolean"].includes(typeof expected)) {
    throw new TypeError(`${path}: a rule is a string, a number, a boolean, null or an operator`);
  }
  return (value) => value === expected;
}

function compileText(
  operand: unknown,
  path: string,
  test: (value: string, operand: string) => boolean,
): Test {
  if (typeof operand !== "string") throw new TypeError(`${path}: the operand must be a string`);
  return (value) => typeof value === "string" && test(value, operand);
}

function compileExists(operand: unknown, path: string): Test {
  if (typeof operand !== "boolean") throw new TypeError(`${path}: exists takes true or false`);
  return (value) => (value !== ABSENT && !isObject(value)) === operand;
}

/** Matches values that are there and are none of those named. */
function compileAnythingBut(operand: unknown, path: string): Test {
  const excluded = Array.isArray(operand) ? operand : [operand];
  const tests = excluded.map((rule) => compileRule(rule, path));
  return (value) => value !== ABSENT && !tests.some((test) => test(value));
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** One comparison or two, as `[">", 0, "<=", 5]`. */
function compileNumeric(operand: unknown, path: string): Test {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw new TypeError(`${path}: numeric takes one comparison or two`);
  }
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const compare = COMPARISONS[String(operand[index])];
    const bound: unknown = operand[index + 1];
    if (compare === undefined || typeof bound !== "number") {
      throw new TypeError(`${path}: numeric takes =, <, <=, > or >= and a number`);
    }
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === "number" && tests.every((test) => test(value));
}

function anyElement(value: unknown, test: Test): boolean {
  return Array.isArray(value) ? value.some(test) : test(value);
}

function isObject(value: unknown): value is Pattern {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
