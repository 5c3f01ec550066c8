/**
 * A template that API Gateway could not parse or evaluate: bad syntax, a directive or method that is not
 * supported, a method that failed. The message never holds message contents beyond what the template says.
 */
export class TemplateError extends Error {
  /** The line of the template, counted from 1. */
  readonly line: number;

  constructor(message: string, line: number) {
    super(`${message} (line ${line} of the mapping template)`);
    this.name = "TemplateError";
    this.line = line;
  }
}

/** A failure inside a value's method, which does not know its line; evaluation turns it into a TemplateError. */
export class ValueError extends Error {
  override readonly name = "ValueError";
}
