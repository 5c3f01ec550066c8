import { createHash } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { MemberTable } from "../../handlers/lib/members/member-table.ts";

/** Items in one call, and calls under way. */
const batchSize = 25;
const writers = 4;
const hourMs = 3_600_000;

/**
 * Fills a table with a room of so many connections, each of another user, that have been there for
 * an hour. By the engine's own protocol, which is faster than the SDK.
 *
 * @param endpoint Of the engine itself.
 */
export async function fillRoom(
  endpoint: string,
  tableName: string,
  room: string,
  members: number,
): Promise<void> {
  const items = await rows(room, members);
  const batches = Array.from({ length: Math.ceil(items.length / batchSize) }).keys();
  const write = async () => {
    // One iterator for all writers: each takes the next batch.
    for (const batch of batches) {
      const start = batch * batchSize;
      let requests: unknown[] = items
        .slice(start, start + batchSize)
        .map((Item) => ({ PutRequest: { Item } }));
      // A table with a limit of write units takes some of them, and names the others.
      while (requests.length > 0) {
        const RequestItems = { [tableName]: requests };
        const { UnprocessedItems = {} } = await call(endpoint, "BatchWriteItem", { RequestItems });
        requests = UnprocessedItems[tableName] ?? [];
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
}

/** The rows as the handlers write them: what they hand to their client is kept. */
async function rows(room: string, members: number): Promise<unknown[]> {
  const items: unknown[] = [];
  const client = {
    send: async ({ input }: { input: { Item: unknown } }) => void items.push(input.Item),
  } as unknown as DynamoDBClient;
  const now = Date.now();
  const table = new MemberTable({ client, tableName: "any", now: () => now });
  for (let index = 0; index < members; index++) {
    const user = `user-${index}`;
    const userHash = createHash("sha256").update(`${room}/${user}`).digest("base64url");
    // As API Gateway's: 15 characters and a "=".
    const connectionId = `${createHash("md5").update(userHash).digest("base64url").slice(0, 15)}=`;
    const tokenExpiresAt = Math.floor(now / 1000) + 12 * 3600;
    const connectedAt = now - hourMs;
    await table.add({
      room,
      connectionId,
      user,
      userHash,
      subscribe: true,
      connectedAt,
      tokenExpiresAt,
    });
  }
  return items;
}

async function call(
  endpoint: string,
  action: string,
  input: object,
): Promise<{ UnprocessedItems?: Record<string, unknown[]> }> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${action}`,
      // Not verified, but to be there.
      "x-amz-date": "20260101T000000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00",
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${action} was answered by ${response.status}: ${text.slice(0, 200)}`);
  }
  return JSON.parse(text);
}
