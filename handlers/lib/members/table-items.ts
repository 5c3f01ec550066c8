import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** An item, or a key, of the connections table. */
export type Item = Record<string, AttributeValue>;

/** Names of the table's attributes; the program declares them (components/connections-table.ts). */
export const attributes = { partition: "room", sort: "member", timeToLive: "expiresAt" } as const;
