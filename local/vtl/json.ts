import { JavaList, type JavaMap, type Value } from "./values.ts";

/** How deep JSON may nest; json-smart, whose format API Gateway's lists print in, stops there. */
const MAXIMUM_DEPTH = 400;

const INSIGNIFICANT = /[ \t\r\n,:]*/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const SCALAR = /[^ \t\r\n,\]}]+/y;

/**
 * Reads JSON into template values. Unlike `JSON.parse` it keeps the order of all keys and tells `1.0` (a Double) from
 * `1` (an Integer of any size).
 *
 * @throws SyntaxError if the text is not JSON, or nests deeper than 400 levels
 */
export function parseJson(text: string): Value {
  // Refuses all bad syntax, so that the reader below may be simple.
  JSON.parse(text);
  return new JsonReader(text).read(0);
}

class JsonReader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(depth: number): Value {
    if (depth > MAXIMUM_DEPTH)
      throw new SyntaxError(`JSON nested deeper than ${MAXIMUM_DEPTH} levels`);
    this.#take(INSIGNIFICANT);
    switch (this.#text[this.#position]) {
      case "{":
        this.#position++;
        return this.#readMap(depth);
      case "[":
        this.#position++;
        return this.#readList(depth);
      case '"':
        return this.#readString();
      default:
        return scalar(this.#take(SCALAR));
    }
  }

  #readMap(depth: number): JavaMap {
    const map: JavaMap = new Map();
    while (!this.#closes("}")) {
      const key = this.#readString();
      map.set(key, this.read(depth + 1));
    }
    return map;
  }

  #readList(depth: number): JavaList {
    const items: Value[] = [];
    while (!this.#closes("]")) items.push(this.read(depth + 1));
    return new JavaList(items, true);
  }

  /** Whether the bracket comes next; steps over it. */
  #closes(bracket: "]" | "}"): boolean {
    this.#take(INSIGNIFICANT);
    if (this.#text[this.#position] !== bracket) return false;
    this.#position++;
    return true;
  }

  #readString(): string {
    return JSON.parse(this.#take(STRING)) as string;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#position += found.length;
    return found;
  }
}

function scalar(text: string): Value {
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  return /^-?[0-9]+$/.test(text) ? BigInt(text) : Number(text);
}
