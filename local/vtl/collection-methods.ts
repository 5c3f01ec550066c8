import { ValueError } from "./errors.ts";
import { integerOf } from "./string-methods.ts";
import { equal, JavaList, type JavaMap, JavaObject, toText, type Value } from "./values.ts";

type ListMethod = (list: JavaList, ...args: Value[]) => Value;
type MapMethod = (map: JavaMap, ...args: Value[]) => Value;

/** The methods of `java.util.List` that templates may use, named with their number of arguments. */
export const LIST_METHODS: ReadonlyMap<string, ListMethod> = new Map(
  Object.entries<ListMethod>({
    "size/0": ({ items }) => BigInt(items.length),
    "isEmpty/0": ({ items }) => items.length === 0,
    "contains/1": ({ items }, item = null) => items.some((other) => equal(other, item)),
    "get/1": (list, index) => list.items[indexIn(list, index)] ?? null,
    "add/1": ({ items }, item = null) => {
      items.push(item);
      return true;
    },
    "set/2": (list, index, item = null) => {
      const [previous = null] = list.items.splice(indexIn(list, index), 1, item);
      return previous;
    },
    "remove/1": (list, item = null) => {
      const byIndex = typeof item === "bigint";
      const index = byIndex
        ? indexIn(list, item)
        : list.items.findIndex((other) => equal(other, item));
      const [removed = null] = index < 0 ? [] : list.items.splice(index, 1);
      return byIndex ? removed : index >= 0;
    },
  }),
);

/** The methods of `java.util.Map` that templates may use, named with their number of arguments. */
export const MAP_METHODS: ReadonlyMap<string, MapMethod> = new Map(
  Object.entries<MapMethod>({
    "size/0": (map) => BigInt(map.size),
    "isEmpty/0": (map) => map.size === 0,
    "get/1": (map, key = null) => map.get(key) ?? null,
    "containsKey/1": (map, key = null) => map.has(key),
    "put/2": (map, key = null, item = null) => {
      const previous = map.get(key) ?? null;
      map.set(key, item);
      return previous;
    },
    "remove/1": (map, key = null) => {
      const previous = map.get(key) ?? null;
      map.delete(key);
      return previous;
    },
    "keySet/0": (map) => new JavaList([...map.keys()]),
    "values/0": (map) => new JavaList([...map.values()]),
    "entrySet/0": (map) => new JavaList([...map].map(([key, item]) => entry(key, item))),
  }),
);

/** The element of a list at an index, from the end where negative, as `$list[-1]` reads it. */
export function elementAt(list: JavaList, index: bigint): Value {
  return list.items[indexIn(list, fromEnd(list, index))] ?? null;
}

/** Sets the element at an index, from the end where negative. */
export function setElement(list: JavaList, index: bigint, item: Value): void {
  list.items[indexIn(list, fromEnd(list, index))] = item;
}

function fromEnd(list: JavaList, index: bigint): bigint {
  return index < 0n ? index + BigInt(list.items.length) : index;
}

function indexIn({ items }: JavaList, argument: Value | undefined): number {
  const index = integerOf(argument);
  if (index >= 0 && index < items.length) return index;
  throw new ValueError(`index ${index} is out of range for a List of size ${items.length}`);
}

function entry(key: Value, item: Value): JavaObject {
  return new JavaObject(`${toText(key)}=${toText(item)}`, {
    "getKey/0": () => key,
    "getValue/0": () => item,
  });
}
