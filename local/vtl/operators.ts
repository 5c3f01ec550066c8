import type { ArithmeticOperator, ComparisonOperator } from "./ast.ts";
import { className, equal, toText, type Value } from "./values.ts";

/**
 * Velocity 1.7's comparison. `==`: numbers by value, two of one class by `equals`, others by their text; null equals
 * null only. Order exists between numbers only: `<` and its like are false for anything else (Velocity logs it).
 */
export function compare(operator: ComparisonOperator, left: Value, right: Value): boolean {
  if (operator === "==") return isEqual(left, right);
  if (operator === "!=") return !isEqual(left, right);
  if (!isNumber(left) || !isNumber(right)) return false;
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  return operator === ">" ? left > right : left >= right;
}

function isEqual(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  if (isNumber(left) && isNumber(right)) return !(left < right) && !(left > right);
  if (className(left) === className(right)) return equal(left, right);
  return toText(left) === toText(right);
}

/**
 * Velocity 1.7's arithmetic: whole numbers divide to whole numbers. What cannot be computed (a null, a zero divisor,
 * values that are no numbers) is null.
 */
export function calculate(operator: ArithmeticOperator, left: Value, right: Value): Value {
  if (left === null || right === null) return null;
  if (typeof left === "bigint" && typeof right === "bigint")
    return calculateWhole(operator, left, right);
  if (isNumber(left) && isNumber(right))
    return calculateDouble(operator, Number(left), Number(right));
  return null;
}

function calculateWhole(operator: ArithmeticOperator, left: bigint, right: bigint): Value {
  if (operator === "+") return left + right;
  if (operator === "-") return left - right;
  if (operator === "*") return left * right;
  if (right === 0n) return null;
  return operator === "/" ? left / right : left % right;
}

function calculateDouble(operator: ArithmeticOperator, left: number, right: number): Value {
  if (operator === "+") return left + right;
  if (operator === "-") return left - right;
  if (operator === "*") return left * right;
  if (right === 0) return null;
  return operator === "/" ? left / right : left % right;
}

function isNumber(value: Value): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}
