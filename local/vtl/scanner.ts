import { TemplateError } from "./errors.ts";

/** How deep blocks, expressions and interpolated strings may nest. A bound of this runtime, far above real templates. */
const MAXIMUM_NESTING = 200;

/** A reading position in a template. All patterns given to it must be sticky (`/…/y`). */
export class Scanner {
  readonly source: string;
  position = 0;
  #nesting: number;
  #line: number;
  #lineCountedTo = 0;

  constructor(source: string, firstLine = 1, nesting = 0) {
    this.source = source;
    this.#line = firstLine;
    this.#nesting = nesting;
  }

  get atEnd(): boolean {
    return this.position >= this.source.length;
  }

  get nesting(): number {
    return this.#nesting;
  }

  /** The line at the current position. Positions only grow, so each line break is counted once. */
  get line(): number {
    for (; this.#lineCountedTo < this.position; this.#lineCountedTo++) {
      if (this.source[this.#lineCountedTo] === "\n") this.#line++;
    }
    return this.#line;
  }

  looksAt(text: string): boolean {
    return this.source.startsWith(text, this.position);
  }

  /** The match at the current position, consumed. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    const match = this.peek(pattern);
    if (match !== undefined) this.position += match[0].length;
    return match;
  }

  peek(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    return pattern.exec(this.source) ?? undefined;
  }

  expect(pattern: RegExp, what: string): void {
    if (this.match(pattern) === undefined) this.unexpected(what);
  }

  /** Fails because something else than `what` comes here. */
  unexpected(what: string): never {
    const found = this.atEnd ? "the end" : JSON.stringify(this.source[this.position]);
    this.fail(`${what} expected, found ${found}`);
  }

  fail(problem: string): never {
    throw new TemplateError(`Syntax error: ${problem}`, this.line);
  }

  /** Runs `parse` one level deeper, and refuses a template that nests without end. */
  nested<T>(parse: () => T): T {
    if (this.#nesting >= MAXIMUM_NESTING) {
      throw new TemplateError(`Nested deeper than ${MAXIMUM_NESTING} levels`, this.line);
    }
    this.#nesting++;
    try {
      return parse();
    } finally {
      this.#nesting--;
    }
  }
}
