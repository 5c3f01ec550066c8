import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { type AttributeValue, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { parseSortKey } from "../../handlers/lib/members/member.ts";
import type { Broadcast } from "./broadcast.ts";

/**
 * The usual sample's way, as in AWS's own chat app: for each message an invocation that scans the
 * whole table, makes a client, and posts to everybody at once.
 * https://github.com/aws-samples/simple-websockets-chat-app/blob/0632033debf8044c0fa5cc0a04fdfb1983636075/sendmessage/app.js
 *
 * In its favour it differs in two things: it reads all pages (the sample reads one, and reaches
 * nobody beyond the first megabyte), and it knows rooms.
 */
const dynamoDb = new DynamoDBClient({});

export async function handler({ room, messages }: Broadcast): Promise<void> {
  for (const message of messages) {
    await sendMessage(room, message);
  }
}

async function sendMessage(room: string, message: string): Promise<void> {
  const items = await scan(room);
  const gateway = new ApiGatewayManagementApiClient({
    endpoint: process.env["MANAGEMENT_ENDPOINT"] ?? "",
  });
  await Promise.all(
    items.map(async ({ member }) => {
      const ConnectionId = parseSortKey(member?.S ?? "")?.connectionId;
      // Ours has items beside the members.
      if (ConnectionId === undefined) return;
      await gateway.send(new PostToConnectionCommand({ ConnectionId, Data: message }));
    }),
  );
}

async function scan(room: string): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamoDb.send(
      new ScanCommand({
        TableName: process.env["TABLE_NAME"],
        ProjectionExpression: "#member",
        FilterExpression: "#room = :room",
        ExpressionAttributeNames: { "#room": "room", "#member": "member" },
        ExpressionAttributeValues: { ":room": { S: room } },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}
