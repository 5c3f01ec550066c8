import type { Block, Branch, Expression, Node } from "./ast.ts";
import { parseExpression, parseOperand } from "./parse-expression.ts";
import { looksAtReference, parseReference } from "./parse-reference.ts";
import { Scanner } from "./scanner.ts";

const PLAIN_TEXT = /[^$#\\]+/y;
const SPACE = /[ \t\r\n]*/y;
const LINE_END = /[ \t]*(?:\r\n|\n|\r)/y;
const SET = /[ \t]*#(?:set|\{set\}) *\(/y;
const DIRECTIVE = /#(?:([A-Za-z_@][A-Za-z0-9_@]*)|\{([A-Za-z_][A-Za-z0-9_@]*)\})/y;
const ESCAPED_DIRECTIVE = /(\\+)(?=#(?:([A-Za-z_@][A-Za-z0-9_@]*)|\{([A-Za-z_][A-Za-z0-9_@]*)\}))/y;
const BACKSLASHES_AND_DOLLAR = /(\\*)(?=\$)/y;

/** Velocity's directives that no AWS page or sample shows in a mapping template. */
const UNSUPPORTED = new Set(["define", "evaluate", "include", "literal", "macro", "parse"]);
const DIRECTIVES = new Set([
  ...UNSUPPORTED,
  ...["set", "if", "elseif", "else", "end", "foreach", "break", "stop"],
]);

/**
 * Parses a mapping template as Velocity 1.7 does.
 *
 * White space: `#set` takes with it the spaces before it, where nothing but a directive, comment or reference
 * precedes them; `#set(…)`, `#if(…)`, `#elseif(…)`, `#else`, `#end` and `#foreach(…)` take the rest of their
 * line where that is blank, with its line break; a `##` comment takes its line break. All else stays.
 *
 * @throws TemplateError for bad syntax and for directives that are not supported
 */
export function parse(template: string): Block {
  const scanner = new Scanner(template);
  return parseUntil(scanner, [], false).nodes;
}

/** Parses the inside of a double-quoted string, where a `$` or `#` may also stand at the very end. */
export function parseBlockOf(text: string, line: number, nesting: number): Block {
  return parseUntil(new Scanner(text, line, nesting), [], true).nodes;
}

interface ParsedBlock {
  readonly nodes: Block;
  /** The directive that ended the block; undefined at the end of the template. */
  readonly end: string | undefined;
}

function parseUntil(scanner: Scanner, ends: readonly string[], inString: boolean): ParsedBlock {
  const nodes: Node[] = [];
  while (!scanner.atEnd) {
    if (scanner.match(SET) !== undefined) {
      nodes.push(parseSet(scanner));
      continue;
    }
    const text =
      scanner.match(PLAIN_TEXT)?.[0] ?? skipComment(scanner) ?? parseEscapedDirective(scanner);
    if (text !== undefined) {
      if (text !== "") nodes.push({ kind: "text", text });
      continue;
    }
    if (scanner.peek(BACKSLASHES_AND_DOLLAR) !== undefined) {
      nodes.push(parseOutput(scanner, inString));
      continue;
    }
    const backslashes = scanner.match(/\\+/y);
    if (backslashes !== undefined) {
      nodes.push({ kind: "text", text: backslashes[0] });
      continue;
    }
    const start = scanner.position;
    const directive = scanner.match(DIRECTIVE);
    if (directive === undefined) {
      nodes.push(parseSign(scanner, /#/y, inString));
      continue;
    }
    const name = directive[1] ?? directive[2] ?? "";
    if (ends.includes(name)) return { nodes, end: name };
    nodes.push(parseDirective(scanner, name, start, inString));
  }
  if (ends.length > 0) scanner.unexpected("`#end`");
  return { nodes, end: undefined };
}

function parseDirective(scanner: Scanner, name: string, start: number, inString: boolean): Node {
  switch (name) {
    case "if":
      return scanner.nested(() => parseIf(scanner, inString));
    case "foreach":
      return scanner.nested(() => parseForeach(scanner, inString));
    case "break":
    case "stop":
      return { kind: name };
    case "end":
    case "else":
    case "elseif":
      return scanner.fail(`\`#${name}\` has no \`#if\` or \`#foreach\``);
  }
  const hasArguments = scanner.peek(/[ \t\r\n]*\(/y) !== undefined;
  if (UNSUPPORTED.has(name) || (hasArguments && name.startsWith("@"))) {
    scanner.fail(`the directive \`#${name}\` is not supported`);
  }
  // Not a directive: text, and so are its arguments, but Velocity reads them first and refuses what is malformed.
  if (hasArguments) skipArguments(scanner);
  return { kind: "text", text: scanner.source.slice(start, scanner.position) };
}

function skipArguments(scanner: Scanner): void {
  scanner.expect(/[ \t\r\n]*\(/y, "`(`");
  for (;;) {
    scanner.match(/[ \t\r\n]*(?:,[ \t\r\n]*)?/y);
    if (scanner.match(/\)(?:[ \t]*(?:\r\n|\n|\r))?/y) !== undefined) return;
    if (scanner.match(/(?!true\b|false\b)[A-Za-z_@][A-Za-z0-9_@]*/y) === undefined) {
      parseOperand(scanner);
    }
  }
}

function parseSet(scanner: Scanner): Node {
  scanner.match(SPACE);
  const target = parseReference(scanner);
  if (target.steps.at(-1)?.kind === "method") scanner.unexpected("a variable or property to set");
  scanner.match(SPACE);
  scanner.expect(/=(?!=)/y, "`=` of `#set`");
  const value = parseExpression(scanner);
  closeDirective(scanner, "set");
  return { kind: "set", target, value };
}

function parseIf(scanner: Scanner, inString: boolean): Node {
  const branches: Branch[] = [];
  for (let name = "if"; ; ) {
    const condition = parseCondition(scanner, name);
    const block = parseUntil(scanner, ["elseif", "else", "end"], inString);
    branches.push({ condition, body: block.nodes });
    if (block.end === "end") {
      scanner.match(LINE_END);
      return { kind: "if", branches, otherwise: [] };
    }
    if (block.end === "else") {
      scanner.match(LINE_END);
      const otherwise = parseUntil(scanner, ["end"], inString).nodes;
      scanner.match(LINE_END);
      return { kind: "if", branches, otherwise };
    }
    name = "elseif";
  }
}

function parseCondition(scanner: Scanner, name: string): Expression {
  scanner.expect(/[ \t\r\n]*\(/y, `\`(\` of \`#${name}\``);
  const condition = parseExpression(scanner);
  closeDirective(scanner, name);
  return condition;
}

function parseForeach(scanner: Scanner, inString: boolean): Node {
  scanner.expect(/[ \t\r\n]*\([ \t\r\n]*/y, "`(` of `#foreach`");
  const { name: variable } = parseReference(scanner);
  scanner.expect(/[ \t\r\n]*in(?![A-Za-z0-9_@])[ \t\r\n]*/y, "`in` of `#foreach`");
  const source = parseOperand(scanner);
  scanner.match(SPACE);
  closeDirective(scanner, "foreach");
  const body = parseUntil(scanner, ["end"], inString).nodes;
  scanner.match(LINE_END);
  return { kind: "foreach", variable, source, body };
}

function closeDirective(scanner: Scanner, name: string): void {
  scanner.expect(/\)/y, `\`)\` of \`#${name}\``);
  scanner.match(LINE_END);
}

/** Skips a comment, or returns the text of a `#[[…]]#` block; undefined if there is neither. */
function skipComment(scanner: Scanner): string | undefined {
  if (scanner.match(/##[^\r\n]*(?:\r\n|\n|\r)?/y) !== undefined) return "";
  const { source, position } = scanner;
  if (scanner.looksAt("#*")) {
    const end = source.indexOf("*#", position + 2);
    scanner.position = end === -1 ? source.length : end + 2;
    return "";
  }
  if (scanner.looksAt("#[[")) {
    const end = source.indexOf("]]#", position + 3);
    if (end === -1) scanner.unexpected("`]]#` of a literal block");
    scanner.position = end + 3;
    return source.slice(position + 3, end);
  }
  return undefined;
}

/** Backslashes before a directive: two render as one, an odd one makes text of the directive's name. */
function parseEscapedDirective(scanner: Scanner): string | undefined {
  const match = scanner.match(ESCAPED_DIRECTIVE);
  if (match === undefined) return undefined;
  const backslashes = match[1]?.length ?? 0;
  const name = match[2] ?? match[3] ?? "";
  const isEscaped = backslashes % 2 === 1;
  // An even number before `#set` stays as it is, unlike before any other directive.
  const halves = DIRECTIVES.has(name) && (isEscaped || name !== "set");
  const prefix = "\\".repeat(halves ? Math.floor(backslashes / 2) : backslashes);
  if (!isEscaped) return prefix;
  return prefix + (scanner.match(DIRECTIVE)?.[0] ?? "");
}

function parseOutput(scanner: Scanner, inString: boolean): Node {
  const backslashes = (scanner.match(BACKSLASHES_AND_DOLLAR)?.[1] ?? "").length;
  if (!looksAtReference(scanner)) {
    const { text } = parseSign(scanner, /\$!?/y, inString);
    return { kind: "text", text: "\\".repeat(backslashes) + text };
  }
  return { kind: "output", reference: parseReference(scanner), backslashes };
}

/**
 * A `$` or `#` that begins nothing. Velocity 1.7 refuses one at the very end of a template, and loses one directly
 * before a directive or an escape, which is refused here.
 */
function parseSign(
  scanner: Scanner,
  sign: RegExp,
  inString: boolean,
): { kind: "text"; text: string } {
  const text = scanner.match(sign)?.[0] ?? "";
  if (scanner.atEnd && !inString) scanner.unexpected(`something after \`${text}\``);
  if (scanner.peek(/#[A-Za-z_@{]|\\+[$#]/y) !== undefined) {
    scanner.unexpected(`a space or other text after \`${text}\``);
  }
  return { kind: "text", text };
}
