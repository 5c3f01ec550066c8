import { type AttributeValue, DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { parseSortKey } from "../../handlers/lib/members/member.ts";

const dynamoDb = new DynamoDBClient({});

/** The connections of a room, by a consistent read as ours, with nothing else about them. */
export async function connectionsIn(room: string): Promise<string[]> {
  const connections: string[] = [];
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamoDb.send(
      new QueryCommand({
        TableName: process.env["TABLE_NAME"],
        ConsistentRead: true,
        KeyConditionExpression: "#room = :room",
        ProjectionExpression: "#member",
        ExpressionAttributeNames: { "#room": "room", "#member": "member" },
        ExpressionAttributeValues: { ":room": { S: room } },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    for (const { member } of page.Items ?? []) {
      const key = parseSortKey(member?.S ?? "");
      if (key !== undefined) connections.push(key.connectionId);
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return connections;
}
