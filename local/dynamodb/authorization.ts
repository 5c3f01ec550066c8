import type { Need } from "../iam/decide.ts";

/** Where the program believes its tables to be, for instance `arn:aws:dynamodb:eu-west-1:000000000000`. */
export type ArnPrefix = string;

const TARGET = /^(DynamoDB|DynamoDBStreams)_\d+\.(\w+)$/;
/** Each part of a transaction needs what it would need alone (DynamoDB Developer Guide, IAM and transactions). */
const TRANSACTION_PARTS: Readonly<Record<string, string>> = {
  ConditionCheck: "ConditionCheckItem",
  Delete: "DeleteItem",
  Get: "GetItem",
  Put: "PutItem",
  Update: "UpdateItem",
};

type Json = Readonly<Record<string, unknown>>;

/**
 * What a call of DynamoDB needs (Service Authorization Reference, Amazon DynamoDB). What is about no
 * single table, or is not understood, needs its action on everything.
 *
 * @param target The `X-Amz-Target` header.
 */
export function needsOf(target: string, body: string, prefix: ArnPrefix): Need[] {
  const [, service, operation = ""] = TARGET.exec(target) ?? [];
  const input = parse(body);
  const need = (action: string, resource: string): Need => ({
    action: `dynamodb:${action}`,
    resource,
  });
  const table = (name: unknown) => tableArn(String(name), prefix);
  if (service === "DynamoDBStreams") {
    const { StreamArn } = input;
    return [need(operation, typeof StreamArn === "string" ? StreamArn : `${prefix}:*`)];
  }
  switch (operation) {
    // A request for several tables needs its own action on each of them, whatever it does to the items.
    case "BatchGetItem":
    case "BatchWriteItem":
      return Object.keys(record(input["RequestItems"])).map((name) => need(operation, table(name)));
    case "TransactGetItems":
    case "TransactWriteItems":
      return partsOf(input["TransactItems"]).map(([part, { TableName }]) =>
        need(TRANSACTION_PARTS[part] ?? part, table(TableName)),
      );
    default: {
      const { TableName, IndexName } = input;
      if (TableName === undefined) return [need(operation, `${prefix}:*`)];
      const arn = table(TableName);
      return [need(operation, IndexName === undefined ? arn : `${arn}/index/${IndexName}`)];
    }
  }
}

function partsOf(items: unknown): [string, Json][] {
  const list: unknown[] = Array.isArray(items) ? items : [];
  return list.flatMap((item) =>
    Object.entries(record(item)).map(([part, value]): [string, Json] => [part, record(value)]),
  );
}

/** Calls name a table by its name or its ARN. */
function tableArn(name: string, prefix: ArnPrefix): string {
  return name.startsWith("arn:") ? name : `${prefix}:table/${name}`;
}

function parse(body: string): Json {
  try {
    return record(JSON.parse(body));
  } catch {
    return {};
  }
}

function record(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}
