import { invalidValue, malformedRequest, missingParameter } from "./errors.ts";

/** The members of a request, read by name and type. */
export class Input {
  readonly #members: Readonly<Record<string, unknown>>;

  constructor(members: Readonly<Record<string, unknown>>) {
    this.#members = members;
  }

  static parse(json: string): Input {
    let parsed: unknown;
    try {
      parsed = json === "" ? {} : JSON.parse(json);
    } catch {
      throw malformedRequest("The request body is not JSON.");
    }
    return Input.of(parsed, "request body");
  }

  static of(value: unknown, what: string): Input {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw malformedRequest(`The ${what} is not a JSON object.`);
    }
    return new Input(value as Record<string, unknown>);
  }

  has(name: string): boolean {
    return (this.#members[name] ?? undefined) !== undefined;
  }

  string(name: string): string {
    return this.optionalString(name) ?? missing(name);
  }

  optionalString(name: string): string | undefined {
    const value = this.#members[name] ?? undefined;
    if (value === undefined || typeof value === "string") return value;
    throw malformedRequest(`${name} is not a string.`);
  }

  integer(name: string, range?: { least: number; most: number }): number {
    return this.optionalInteger(name, range) ?? missing(name);
  }

  /** Out of the range it is refused in SQS's words. */
  optionalInteger(name: string, range?: { least: number; most: number }): number | undefined {
    const value = this.#members[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== "number" || !Number.isInteger(value)) {
      throw malformedRequest(`${name} is not an integer.`);
    }
    if (range !== undefined && (value < range.least || value > range.most)) {
      const reason = `Must be between ${range.least} and ${range.most}, if provided.`;
      throw invalidValue(value, name, reason);
    }
    return value;
  }

  strings(name: string): string[] {
    return this.#list(name).map((item) => {
      if (typeof item === "string") return item;
      throw malformedRequest(`${name} is not a list of strings.`);
    });
  }

  objects(name: string): Input[] {
    return this.#list(name).map((item) => Input.of(item, `member of ${name}`));
  }

  /** A map of names to objects. */
  map(name: string): [string, Input][] {
    const value = this.#members[name] ?? undefined;
    if (value === undefined) return [];
    return Object.entries(Input.of(value, name).#members).map(([key, item]) => [
      key,
      Input.of(item, `value of ${key}`),
    ]);
  }

  #list(name: string): unknown[] {
    const value = this.#members[name] ?? [];
    if (Array.isArray(value)) return value;
    throw malformedRequest(`${name} is not a list.`);
  }
}

function missing(name: string): never {
  throw missingParameter(name);
}
