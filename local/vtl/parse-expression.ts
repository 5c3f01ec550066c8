import type { ArithmeticOperator, ComparisonOperator, Expression } from "./ast.ts";
import { parseBlockOf } from "./parse.ts";
import { looksAtReference, parseReference } from "./parse-reference.ts";
import type { Scanner } from "./scanner.ts";

const SPACE = /[ \t\r\n]*/y;
const FLOAT =
  /-?(?:[0-9]+\.(?!\.)[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)/y;
const INTEGER = /-?[0-9]+/y;
const DOUBLE_QUOTED = /"([^"]*(?:""[^"]*)*)"/y;
const SINGLE_QUOTED = /'([^']*(?:''[^']*)*)'/y;
const BOOLEAN = /(true|false)(?![A-Za-z0-9_@])/y;

/**
 * Parses an expression of `#if` or `#set`: `||` binds loosest, then `&&`, equality, order, sum, product, `!`.
 * As in Velocity 1.7 there is no `null` literal, no unary minus but in a number, and `5-1` is an error
 * (the `-1` is read as a number): write `5 - 1`.
 */
export function parseExpression(scanner: Scanner): Expression {
  return parseBinary(scanner, 0);
}

/** Operator patterns by precedence, loosest first. A word (`and`) must end where it ends. */
const LEVELS: readonly { pattern: RegExp; kind: "logical" | "comparison" | "arithmetic" }[] = [
  { pattern: /\|\||or(?![A-Za-z0-9_@])/y, kind: "logical" },
  { pattern: /&&|and(?![A-Za-z0-9_@])/y, kind: "logical" },
  { pattern: /==|!=|(?:eq|ne)(?![A-Za-z0-9_@])/y, kind: "comparison" },
  { pattern: /<=|>=|<|>|(?:lt|le|gt|ge)(?![A-Za-z0-9_@])/y, kind: "comparison" },
  { pattern: /\+|-(?!\.?[0-9])/y, kind: "arithmetic" },
  { pattern: /[*/%]/y, kind: "arithmetic" },
];

const WORD_OPERATORS = new Map([
  ["or", "||"],
  ["and", "&&"],
  ["eq", "=="],
  ["ne", "!="],
  ["lt", "<"],
  ["le", "<="],
  ["gt", ">"],
  ["ge", ">="],
]);

function parseBinary(scanner: Scanner, precedence: number): Expression {
  const level = LEVELS[precedence];
  if (level === undefined) return parseUnary(scanner);
  let left = parseBinary(scanner, precedence + 1);
  for (;;) {
    const match = scanner.match(level.pattern);
    if (match === undefined) return left;
    const operator = WORD_OPERATORS.get(match[0]) ?? match[0];
    const right = parseBinary(scanner, precedence + 1);
    if (level.kind === "logical") {
      left = { kind: "logical", operator: operator as "&&" | "||", left, right };
    } else if (level.kind === "comparison") {
      left = { kind: "comparison", operator: operator as ComparisonOperator, left, right };
    } else {
      left = { kind: "arithmetic", operator: operator as ArithmeticOperator, left, right };
    }
  }
}

function parseUnary(scanner: Scanner): Expression {
  scanner.match(SPACE);
  if (scanner.match(/!|not(?![A-Za-z0-9_@])/y) !== undefined) {
    return { kind: "not", operand: scanner.nested(() => parseUnary(scanner)) };
  }
  let expression: Expression;
  if (scanner.match(/\(/y) !== undefined) {
    expression = scanner.nested(() => parseExpression(scanner));
    scanner.expect(/\)/y, "`)`");
  } else {
    expression = parseOperand(scanner);
  }
  scanner.match(SPACE);
  return expression;
}

/** The arguments of a method call, after its `(`. Each is an operand: operators are not allowed here. */
export function parseArguments(scanner: Scanner): Expression[] {
  const list = parseOperands(scanner, /\)/y);
  scanner.expect(/\)/y, "`)` of a method call");
  return list;
}

/** What may stand between `[` and `]` after a reference. */
export function parseIndexArgument(scanner: Scanner): Expression {
  scanner.match(SPACE);
  if (scanner.looksAt("[") || scanner.looksAt("{")) scanner.unexpected("an index");
  const argument = parseOperand(scanner);
  scanner.match(SPACE);
  return argument;
}

function parseOperands(scanner: Scanner, end: RegExp): Expression[] {
  // Empty means empty: Velocity refuses a space in `[ ]` and in `name( )`.
  if (scanner.peek(end) !== undefined) return [];
  const operands: Expression[] = [];
  do operands.push(parseSpacedOperand(scanner));
  while (scanner.match(/,/y) !== undefined);
  return operands;
}

function parseSpacedOperand(scanner: Scanner): Expression {
  scanner.match(SPACE);
  const operand = parseOperand(scanner);
  scanner.match(SPACE);
  return operand;
}

/** A value without operators around it: a literal, a reference, a list, a range or a map. */
export function parseOperand(scanner: Scanner): Expression {
  if (looksAtReference(scanner)) return { kind: "reference", reference: parseReference(scanner) };
  if (scanner.looksAt("[")) return scanner.nested(() => parseListOrRange(scanner));
  if (scanner.looksAt("{")) return scanner.nested(() => parseMap(scanner));
  const boolean = scanner.match(BOOLEAN);
  if (boolean !== undefined) return { kind: "literal", value: boolean[1] === "true" };
  return parseString(scanner) ?? parseNumber(scanner) ?? scanner.unexpected("a value");
}

/** Backslashes mean nothing in strings; the quote itself is written twice. */
function parseString(scanner: Scanner): Expression | undefined {
  const single = scanner.match(SINGLE_QUOTED);
  if (single !== undefined) {
    return { kind: "literal", value: (single[1] ?? "").replaceAll("''", "'") };
  }
  const line = scanner.line;
  const double = scanner.match(DOUBLE_QUOTED);
  if (double === undefined) return undefined;
  const text = (double[1] ?? "")
    .replaceAll('""', '"')
    .replace(/\\u([0-9a-fA-F]{4})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
  if (!/[$#]/.test(text)) return { kind: "literal", value: text };
  return {
    kind: "interpolation",
    body: scanner.nested(() => parseBlockOf(text, line, scanner.nesting)),
  };
}

function parseNumber(scanner: Scanner): Expression | undefined {
  const float = scanner.match(FLOAT);
  if (float !== undefined) return { kind: "literal", value: Number(float[0]) };
  const integer = scanner.match(INTEGER);
  return integer && { kind: "literal", value: BigInt(integer[0]) };
}

function parseListOrRange(scanner: Scanner): Expression {
  const line = scanner.line;
  scanner.expect(/\[/y, "`[`");
  const items = parseOperands(scanner, /\]/y);
  const [from] = items;
  if (items.length === 1 && from !== undefined && scanner.match(/\.\./y) !== undefined) {
    const to = parseSpacedOperand(scanner);
    if (!isRangeBound(from) || !isRangeBound(to))
      scanner.unexpected("an integer or reference in a range");
    scanner.expect(/\]/y, "`]` of a range");
    return { kind: "range", from, to, line };
  }
  scanner.expect(/\]/y, "`]` of a list");
  return { kind: "list", items };
}

function isRangeBound(expression: Expression): boolean {
  if (expression.kind === "literal") return typeof expression.value === "bigint";
  return expression.kind === "reference";
}

function parseMap(scanner: Scanner): Expression {
  scanner.expect(/\{/y, "`{`");
  scanner.match(SPACE);
  const entries: [Expression, Expression][] = [];
  if (scanner.match(/\}/y) !== undefined) return { kind: "map", entries };
  do {
    const key = parseSpacedOperand(scanner);
    scanner.expect(/:/y, "`:` of a map entry");
    entries.push([key, parseSpacedOperand(scanner)]);
  } while (scanner.match(/,/y) !== undefined);
  scanner.expect(/\}/y, "`}` of a map");
  return { kind: "map", entries };
}
