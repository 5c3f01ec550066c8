import type { RecordedResource } from "../recording/resource.ts";

/** The inputs of a recorded resource, with refusals that name the resource and the property. */
export class Settings {
  readonly #resource: RecordedResource;

  constructor(resource: RecordedResource) {
    this.#resource = resource;
  }

  /** Undefined when it is not set. */
  value(property: string): unknown {
    return this.#resource.inputs[property] ?? undefined;
  }

  refuse(property: string, reason: string): never {
    throw new Error(`${this.#resource.name} (${this.#resource.type}), ${property}: ${reason}`);
  }

  refuseUnknown(known: ReadonlySet<string>): void {
    for (const property of Object.keys(this.#resource.inputs)) {
      if (!known.has(property)) this.refuse(property, "the local runtime does not know it");
    }
  }

  boolean(property: string): boolean {
    const value = this.value(property) ?? false;
    return typeof value === "boolean" ? value : this.refuse(property, "must be true or false");
  }

  integer(property: string, range: { least: number; most: number }, preset: number): number {
    const value = this.value(property) ?? preset;
    if (
      typeof value !== "number" ||
      !Number.isInteger(value) ||
      value < range.least ||
      value > range.most
    ) {
      return this.refuse(property, `must be an integer from ${range.least} to ${range.most}`);
    }
    return value;
  }

  /** The first choice is the default. */
  oneOf<T extends string>(property: string, choices: readonly [T, ...T[]]): T {
    const value = this.value(property) ?? choices[0];
    return (
      choices.find((choice) => choice === value) ??
      this.refuse(property, `must be ${choices.join(" or ")}`)
    );
  }

  /** A string that holds a JSON object. */
  jsonObject(property: string): Record<string, unknown> | undefined {
    const value = this.value(property);
    if (value === undefined) return undefined;
    const parsed = typeof value === "string" ? parse(value) : undefined;
    return parsed ?? this.refuse(property, "must be a string with a JSON object");
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
