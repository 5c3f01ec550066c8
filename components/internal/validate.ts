import { ArgumentError } from "./errors.ts";

/** A lower-case host name, without the dot at its end. */
export const hostNamePattern = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/** API Gateway Developer Guide, "Stages for WebSocket APIs". */
export const stageNamePattern = /^[A-Za-z0-9_-]{1,128}$/;

/** @throws ArgumentError unless `value` is a whole number from `minimum` to `maximum`. */
export function requireWholeNumber(
  component: string,
  argument: string,
  value: number,
  [minimum, maximum]: readonly [minimum: number, maximum: number],
): void {
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    const fault = `must be a whole number from ${minimum} to ${maximum}, not ${value}`;
    throw new ArgumentError(component, argument, fault, `Set a number in that range.`);
  }
}

/** @throws ArgumentError unless `value` matches. */
export function requirePattern(
  component: string,
  argument: string,
  value: string,
  pattern: RegExp,
  remedy: string,
): void {
  if (!pattern.test(value)) {
    throw new ArgumentError(component, argument, `must match ${pattern}, not "${value}"`, remedy);
  }
}
