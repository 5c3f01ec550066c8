import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Item = Record<string, AttributeValue>;

export interface ExpressionNames {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

/** Which items a Query is about. */
export interface KeyCondition {
  partition: string;
  /** Of the sort key; empty for all. */
  prefix: string;
  /** The first and the last sort key, both included; empty and undefined for all. */
  from: string;
  to: string | undefined;
}

const KEY_CONDITION =
  /^(?<partition>[#\w]+) = (?<value>:\w+)(?: AND (?<range>begins_with\(.+\)|.+ BETWEEN .+))?$/;
const PREFIX = /^begins_with\((?<sort>[#\w]+), (?<prefix>:\w+)\)$/;
const BETWEEN = /^(?<sort>[#\w]+) BETWEEN (?<from>:\w+) AND (?<to>:\w+)$/;
const GREATER = /^(?<name>[#\w]+) > (?<value>:\w+)$/;
const EXISTS = /^attribute_exists\((?<name>[#\w]+)\)$/;

/** @throws Error for an expression of another form, or about other attributes than the keys. */
export function readKeyCondition(
  expression: string,
  names: ExpressionNames,
  keys: { partition: string; sort: string },
): KeyCondition {
  const found = KEY_CONDITION.exec(expression)?.groups;
  const range = readRange(found?.["range"]);
  const about = (text: string | undefined, attribute: string) =>
    text === undefined || attributeName(text, names) === attribute;
  if (
    found === undefined ||
    range === undefined ||
    !about(found["partition"], keys.partition) ||
    !about(range["sort"], keys.sort)
  ) {
    throw unknown(expression);
  }
  const value = (name: string | undefined) =>
    name === undefined ? undefined : stringOf(attributeValue(name, names));
  return {
    partition: stringOf(attributeValue(found["value"] as string, names)),
    prefix: value(range["prefix"]) ?? "",
    from: value(range["from"]) ?? "",
    to: value(range["to"]),
  };
}

/** Undefined for a form that is not known. */
function readRange(text: string | undefined): Record<string, string> | undefined {
  return text === undefined ? {} : (PREFIX.exec(text) ?? BETWEEN.exec(text))?.groups;
}

/** @throws Error for a condition that is neither `name > :number` nor `attribute_exists(name)`. */
export function readFilter(
  expression: string | undefined,
  names: ExpressionNames,
): (item: Item) => boolean {
  const conditions = (expression?.split(" AND ") ?? []).map((condition) =>
    readCondition(condition, names),
  );
  return (item) => conditions.every((holds) => holds(item));
}

function readCondition(condition: string, names: ExpressionNames): (item: Item) => boolean {
  const greater = GREATER.exec(condition)?.groups;
  if (greater !== undefined) {
    const name = attributeName(greater["name"] as string, names);
    const { N: bound } = attributeValue(greater["value"] as string, names);
    if (bound === undefined) throw unknown(condition);
    return (item) => item[name]?.N !== undefined && Number(item[name].N) > Number(bound);
  }
  const exists = EXISTS.exec(condition)?.groups;
  if (exists === undefined) throw unknown(condition);
  const name = attributeName(exists["name"] as string, names);
  return (item) => item[name] !== undefined;
}

function attributeName(text: string, { ExpressionAttributeNames = {} }: ExpressionNames): string {
  if (!text.startsWith("#")) return text;
  return ExpressionAttributeNames[text] ?? missing(text);
}

function attributeValue(text: string, { ExpressionAttributeValues = {} }: ExpressionNames) {
  return ExpressionAttributeValues[text] ?? missing(text);
}

function stringOf({ S }: AttributeValue): string {
  return S ?? missing("a key that is a string");
}

function missing(what: string): never {
  throw new Error(`The table of the fault tests misses ${what}.`);
}

function unknown(expression: string): Error {
  return new Error(`The table of the fault tests does not know the expression "${expression}".`);
}
