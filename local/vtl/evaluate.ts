import type { Block, Expression, Node, Reference, Step } from "./ast.ts";
import { TemplateError, ValueError } from "./errors.ts";
import { callMethod, readIndex, readProperty, writeMember } from "./members.ts";
import { calculate, compare } from "./operators.ts";
import { JavaList, JavaObject, toText, type Value } from "./values.ts";

/** The most numbers a range may hold. A bound of this runtime, against a template that would fill the memory. */
const MAXIMUM_RANGE = 100_000;

/** Thrown to leave a `#foreach`, or with `#stop` the template. */
class Leave extends Error {
  readonly directive: "break" | "stop";

  constructor(directive: "break" | "stop") {
    super(directive);
    this.directive = directive;
  }
}

/**
 * Renders a parsed template. A reference to what does not exist renders empty, whatever its root; a method called on
 * null gives null. `#set` with null leaves the variable as it was.
 *
 * @param variables by name, without `$`; `#set` changes them
 * @throws TemplateError when a value has no such method, or a method fails
 */
export function evaluate(block: Block, variables: Map<string, Value>): string {
  const evaluation = new Evaluation(variables);
  const output: string[] = [];
  try {
    evaluation.render(block, output);
  } catch (error) {
    if (!(error instanceof Leave)) throw error;
  }
  return output.join("");
}

class Evaluation {
  readonly #variables: Map<string, Value>;

  constructor(variables: Map<string, Value>) {
    this.#variables = variables;
  }

  render(block: Block, output: string[]): void {
    for (const node of block) this.#renderNode(node, output);
  }

  #renderNode(node: Node, output: string[]): void {
    switch (node.kind) {
      case "text":
        output.push(node.text);
        break;
      case "output":
        this.#renderReference(node, output);
        break;
      case "set":
        this.#set(node.target, this.#valueOf(node.value));
        break;
      case "if": {
        const branch = node.branches.find(({ condition }) => this.#holds(condition));
        this.render(branch?.body ?? node.otherwise, output);
        break;
      }
      case "foreach":
        this.#forEach(node, output);
        break;
      case "break":
      case "stop":
        throw new Leave(node.kind);
    }
  }

  /** `\$a` renders as written where `$a` exists, and keeps its backslash where it does not. */
  #renderReference(node: Extract<Node, { kind: "output" }>, output: string[]): void {
    const value = this.#read(node.reference);
    output.push("\\".repeat(Math.floor(node.backslashes / 2)));
    if (node.backslashes % 2 === 0) {
      if (value !== null) output.push(toText(value));
    } else {
      output.push(value === null ? "\\" : "", node.reference.source);
    }
  }

  /**
   * Only these hold: a reference that is neither null nor false (so an empty string and 0 do), the literal `true`, and
   * comparisons. Any other expression is false in Velocity 1.7, also `#if("text")`.
   */
  #holds(expression: Expression): boolean {
    switch (expression.kind) {
      case "literal":
        return expression.value === true;
      case "reference": {
        const value = this.#read(expression.reference);
        return value !== null && value !== false;
      }
      case "not":
        return !this.#holds(expression.operand);
      case "logical":
        return expression.operator === "&&"
          ? this.#holds(expression.left) && this.#holds(expression.right)
          : this.#holds(expression.left) || this.#holds(expression.right);
      case "comparison":
        return compare(
          expression.operator,
          this.#valueOf(expression.left),
          this.#valueOf(expression.right),
        );
      default:
        return false;
    }
  }

  #valueOf(expression: Expression): Value {
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "reference":
        return this.#read(expression.reference);
      case "interpolation": {
        const output: string[] = [];
        this.render(expression.body, output);
        return output.join("");
      }
      case "list":
        return new JavaList(expression.items.map((item) => this.#valueOf(item)));
      case "map":
        return new Map(
          expression.entries.map(([key, item]) => [this.#valueOf(key), this.#valueOf(item)]),
        );
      case "range":
        return this.#range(expression);
      case "arithmetic":
        return this.#calculate(expression);
      default:
        return this.#holds(expression);
    }
  }

  /** A null joined to a String appears as it is written: `"a" + $nope` is `a$nope`. */
  #calculate({ operator, left, right }: Extract<Expression, { kind: "arithmetic" }>): Value {
    const values = [left, right].map((operand) => this.#valueOf(operand));
    if (operator === "+" && values.some((value) => typeof value === "string")) {
      return [left, right].map((operand, index) => joined(operand, values[index] ?? null)).join("");
    }
    return calculate(operator, values[0] ?? null, values[1] ?? null);
  }

  /** From the first number to the last one, downwards too; null when a bound is not a whole number. */
  #range(expression: Extract<Expression, { kind: "range" }>): Value {
    const from = this.#valueOf(expression.from);
    const to = this.#valueOf(expression.to);
    if (typeof from !== "bigint" || typeof to !== "bigint") return null;
    const step = from <= to ? 1n : -1n;
    const length = (to - from) * step + 1n;
    if (length > MAXIMUM_RANGE) {
      throw new TemplateError(`A range of more than ${MAXIMUM_RANGE} numbers`, expression.line);
    }
    return new JavaList(
      Array.from({ length: Number(length) }, (_, index) => from + BigInt(index) * step),
    );
  }

  #read({ name, steps, line }: Reference): Value {
    return this.#follow(this.#variables.get(name) ?? null, steps, line);
  }

  #follow(root: Value, steps: readonly Step[], line: number): Value {
    let value = root;
    for (const step of steps) {
      if (value === null) return null;
      const target = value;
      value = atLine(line, () => this.#take(target, step));
    }
    return value;
  }

  #take(target: Exclude<Value, null>, step: Step): Value {
    switch (step.kind) {
      case "property":
        return readProperty(target, step.name);
      case "index":
        return readIndex(target, this.#valueOf(step.argument));
      case "method":
        return callMethod(
          target,
          step.name,
          step.args.map((argument) => this.#valueOf(argument)),
        );
    }
  }

  #set({ name, steps, line }: Reference, value: Value): void {
    if (value === null) return;
    const last = steps.at(-1);
    if (last === undefined) {
      this.#variables.set(name, value);
      return;
    }
    const target = this.#follow(this.#variables.get(name) ?? null, steps.slice(0, -1), line);
    if (target === null || last.kind === "method") return;
    const key = last.kind === "property" ? last.name : this.#valueOf(last.argument);
    atLine(line, () => writeMember(target, key, value));
  }

  /** Loops over a list's elements or a map's values; anything else is skipped. The loop's variables are its own. */
  #forEach(node: Extract<Node, { kind: "foreach" }>, output: string[]): void {
    const source = this.#valueOf(node.source);
    const items = source instanceof Map ? [...source.values()] : itemsOf(source);
    const names = [node.variable, "foreach", "velocityCount"];
    const outer = names.map((name) => this.#variables.get(name) ?? null);
    try {
      for (const [index, item] of items.entries()) {
        this.#variables.set(node.variable, item);
        this.#variables.set("foreach", loopState(index, items.length));
        this.#variables.set("velocityCount", BigInt(index + 1));
        this.render(node.body, output);
      }
    } catch (error) {
      if (!(error instanceof Leave) || error.directive === "stop") throw error;
    } finally {
      for (const [index, name] of names.entries()) this.#variables.set(name, outer[index] ?? null);
    }
  }
}

function joined(operand: Expression, value: Value): string {
  if (value !== null) return toText(value);
  return operand.kind === "reference" ? operand.reference.source : "";
}

function itemsOf(value: Value): Value[] {
  return value instanceof JavaList ? [...value.items] : [];
}

function loopState(index: number, length: number): JavaObject {
  return new JavaObject("foreach", {
    "getIndex/0": () => BigInt(index),
    "getCount/0": () => BigInt(index + 1),
    "getHasNext/0": () => index < length - 1,
    "hasNext/0": () => index < length - 1,
    "isFirst/0": () => index === 0,
    "isLast/0": () => index === length - 1,
  });
}

/** Gives the failure of a value's method its place in the template. */
function atLine<T>(line: number, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof ValueError) throw new TemplateError(error.message, line);
    throw error;
  }
}
