import { elementAt, LIST_METHODS, MAP_METHODS, setElement } from "./collection-methods.ts";
import { ValueError } from "./errors.ts";
import { STRING_METHODS } from "./string-methods.ts";
import { className, equal, JavaList, JavaObject, toText, type Value } from "./values.ts";

type Target = Exclude<Value, null>;

/**
 * Calls a method as Java would choose it, by name and number of arguments.
 *
 * @throws ValueError if the value has no such method here, or the method refuses its arguments
 */
export function callMethod(target: Target, name: string, args: readonly Value[]): Value {
  const call = findMethod(target, `${name}/${args.length}`);
  if (call === undefined) {
    throw new ValueError(
      `${className(target)} has no method ${name} with ${args.length} arguments`,
    );
  }
  try {
    return call(args);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new ValueError(`${className(target)}.${name}: ${error.message}`);
  }
}

/** A map's entry, or else what a getter (`getName()`, `isName()`) says; null if there is neither. */
export function readProperty(target: Target, name: string): Value {
  if (target instanceof Map) return target.get(name) ?? null;
  const capitalized = name.charAt(0).toUpperCase() + name.slice(1);
  const getter =
    findMethod(target, `get${capitalized}/0`) ?? findMethod(target, `is${capitalized}/0`);
  return getter?.([]) ?? null;
}

/** `target[index]`: a map's entry or a list's element; null on any other value. */
export function readIndex(target: Target, index: Value): Value {
  if (target instanceof Map) return target.get(index) ?? null;
  if (target instanceof JavaList && typeof index === "bigint") return elementAt(target, index);
  return null;
}

/** `#set` on a property or index. As in Velocity, nothing happens on a value that has no such setter. */
export function writeMember(target: Target, key: Value, value: Value): void {
  if (target instanceof Map) target.set(key, value);
  else if (target instanceof JavaList && typeof key === "bigint") setElement(target, key, value);
}

function findMethod(target: Target, key: string): ((args: readonly Value[]) => Value) | undefined {
  if (target instanceof JavaObject) {
    const method = target.methods.get(key);
    if (method !== undefined) return (args) => method(...args);
  } else if (typeof target === "string") {
    const method = STRING_METHODS.get(key);
    return method && ((args) => method(target, ...args));
  } else if (target instanceof JavaList) {
    const method = LIST_METHODS.get(key);
    if (method !== undefined) return (args) => method(target, ...args);
  } else if (target instanceof Map) {
    const method = MAP_METHODS.get(key);
    if (method !== undefined) return (args) => method(target, ...args);
  } else if (typeof target !== "boolean" && key === "intValue/0") {
    return () => BigInt(typeof target === "bigint" ? target : Math.trunc(target));
  }
  if (key === "toString/0") return () => toText(target);
  if (key === "equals/1") return ([other = null]) => equal(target, other);
  return undefined;
}
