import type { Expression, Reference, Step } from "./ast.ts";
import { parseArguments, parseIndexArgument } from "./parse-expression.ts";
import type { Scanner } from "./scanner.ts";

/** Hyphens belong to names: `$a-$b` reads a variable called `a-`. Write `${a}-$b`. */
const NAME = /[A-Za-z_][A-Za-z0-9_-]*/y;
const PROPERTY = /\.(?=[A-Za-z])/y;
const START = /\$!?\{?(?=[A-Za-z_])/y;

/** Whether a reference (`$a`, `$!a`, `${a}`, `$!{a}`) begins at the current position. */
export function looksAtReference(scanner: Scanner): boolean {
  return scanner.peek(START) !== undefined;
}

/** Parses the reference that begins here, with its properties, method calls and indexes. */
export function parseReference(scanner: Scanner): Reference {
  const line = scanner.line;
  const from = scanner.position;
  const start = scanner.match(START) ?? scanner.unexpected("a reference");
  const name = parseName(scanner);
  const steps: Step[] = [];
  for (let step = parseStep(scanner); step !== undefined; step = parseStep(scanner)) {
    steps.push(step);
  }
  if (start[0].endsWith("{")) scanner.expect(/\}/y, "`}` of `${`");
  else refuseWhatVelocityMisreads(scanner, steps.at(-1));
  return { name, steps, source: scanner.source.slice(from, scanner.position), line };
}

function parseStep(scanner: Scanner): Step | undefined {
  if (scanner.match(/\[/y) !== undefined) {
    const argument: Expression = scanner.nested(() => parseIndexArgument(scanner));
    scanner.expect(/\]/y, "`]` of an index");
    return { kind: "index", argument };
  }
  if (scanner.match(PROPERTY) === undefined) return undefined;
  const name = parseName(scanner);
  if (scanner.match(/\(/y) === undefined) return { kind: "property", name };
  return { kind: "method", name, args: scanner.nested(() => parseArguments(scanner)) };
}

/** Velocity 1.7 loses what follows `$a{` and takes `##` after `$a.b` for text: nobody means either. */
function refuseWhatVelocityMisreads(scanner: Scanner, last: Step | undefined): void {
  const losesText = scanner.peek(/\{[A-Za-z_$]/y) !== undefined;
  if (losesText || (last?.kind === "property" && scanner.looksAt("##"))) {
    scanner.unexpected("braces around the reference before this");
  }
}

function parseName(scanner: Scanner): string {
  return (scanner.match(NAME) ?? scanner.unexpected("a name"))[0];
}
