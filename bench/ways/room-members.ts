import { type AttributeValue, DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";

const dynamoDb = new DynamoDBClient({});

/** The connections of a room, by a consistent read as ours, of nothing else about them. */
export async function connectionsIn(room: string): Promise<string[]> {
  const connections: string[] = [];
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamoDb.send(
      new QueryCommand({
        TableName: process.env["TABLE_NAME"],
        ConsistentRead: true,
        KeyConditionExpression: "#room = :room",
        ProjectionExpression: "connectionId",
        ExpressionAttributeNames: { "#room": "room" },
        ExpressionAttributeValues: { ":room": { S: room } },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    for (const { connectionId } of page.Items ?? []) {
      if (connectionId?.S !== undefined) connections.push(connectionId.S);
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return connections;
}
