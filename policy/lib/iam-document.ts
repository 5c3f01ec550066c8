import { isRecord, recordsIn, textsIn } from "./inputs.ts";

export interface Principal {
  /** `AWS`, `Service`, `Federated` or `CanonicalUser`. */
  kind: string;
  /** For instance `lambda.amazonaws.com`, an ARN, or `*` for everybody. */
  id: string;
}

export interface Condition {
  /** Lower case, for instance `stringequals`. */
  operator: string;
  /** Lower case, as IAM compares it, for instance `aws:sourceaccount`. */
  key: string;
  values: string[];
}

/** One statement of an IAM policy. Reading an element that is not known yet throws Undecided. */
export class Statement {
  readonly #elements: Record<string, unknown>;

  constructor(elements: Record<string, unknown>) {
    this.#elements = elements;
  }

  get allows(): boolean {
    return this.#elements["Effect"] === "Allow";
  }

  /** Lower case, as IAM compares them. */
  get actions(): string[] {
    return textsIn(this.#elements["Action"]).map((action) => action.toLowerCase());
  }

  get resources(): string[] {
    return textsIn(this.#elements["Resource"]);
  }

  get principals(): Principal[] {
    const principal = this.#elements["Principal"];
    if (typeof principal === "string") {
      return [{ kind: "AWS", id: principal }];
    }
    return isRecord(principal)
      ? Object.entries(principal).flatMap(([kind, ids]) => textsIn(ids).map((id) => ({ kind, id })))
      : [];
  }

  get conditions(): Condition[] {
    return entriesOf(this.#elements["Condition"]).flatMap(([operator, keys]) =>
      entriesOf(keys).map(([key, values]) => ({
        operator: operator.toLowerCase(),
        key: key.toLowerCase(),
        values: valuesIn(values),
      })),
    );
  }

  has(element: "NotAction" | "NotResource" | "NotPrincipal"): boolean {
    return Object.hasOwn(this.#elements, element);
  }
}

/**
 * The statements of a policy, which may be JSON or an object. What AWS would refuse as malformed
 * has none.
 */
export function statementsOf(document: unknown): Statement[] {
  const parsed = typeof document === "string" ? parse(document) : document;
  return isRecord(parsed)
    ? recordsIn(parsed["Statement"]).map((elements) => new Statement(elements))
    : [];
}

/**
 * Whether a statement holds only where one of the keys has one of some texts. Operators that also
 * hold where the key is missing do not count, nor does a value that is a wildcard alone.
 *
 * @param keys Lower case.
 */
export function isBoundBy(statement: Statement, keys: readonly string[]): boolean {
  return statement.conditions.some(
    ({ operator, key, values }) =>
      keys.includes(key) &&
      binding.test(operator) &&
      values.length > 0 &&
      values.every((value) => /[^*?]/.test(value)),
  );
}

/**
 * Whether an action of a statement is, or by its wildcards covers, a named one.
 *
 * @param pattern Lower case, for instance `logs:put*`.
 * @param action Lower case, for instance `logs:putlogevents`.
 */
export function coversAction(pattern: string, action: string): boolean {
  const text = pattern.replace(/[^\w*?:-]/g, "\\$&").replaceAll("?", ".");
  return new RegExp(`^${text.replace(/\*+/g, ".*")}$`).test(action);
}

const binding = /^(foranyvalue:)?(string(equals|equalsignorecase|like)|arn(equals|like))$/;

/** Numbers and booleans are compared as texts. */
function valuesIn(values: unknown): string[] {
  const list: unknown[] = Array.isArray(values) ? values : [values];
  return list.filter((value) => typeof value !== "object" && value !== undefined).map(String);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}
