import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { reportsUntil, type TimedReport } from "./reports.ts";
import type { Item, TableUser } from "./table-user.ts";
import type { FixtureTarget } from "./target.ts";

/** A change of an item as a function gets it, as far as cases read it. */
export interface StreamRecord {
  eventID: string;
  eventName: string;
  eventVersion: string;
  eventSource: string;
  awsRegion: string;
  eventSourceARN: string;
  dynamodb: {
    ApproximateCreationDateTime: number;
    Keys: Item;
    NewImage?: Item;
    OldImage?: Item;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: string;
  };
  userIdentity?: unknown;
}

/** The records of a batch that are a case's: others can be in the same. */
export function ownRecords(
  { event }: Pick<TimedReport, "event">,
  { name }: TableUser,
): StreamRecord[] {
  const records: StreamRecord[] = event.Records;
  return records.filter(({ dynamodb }) => dynamodb.Keys["pk"]?.S === name);
}

/** Reports with so many of the case's records. */
export async function streamReports(
  target: FixtureTarget,
  user: TableUser,
  count: number,
): Promise<TimedReport[]> {
  return await reportsUntil(
    target,
    user.name,
    (reports) => reports.flatMap((report) => ownRecords(report, user)).length >= count,
  );
}

/** So many of the case's records, in the order in which they came. */
export async function recordsUntil(
  target: FixtureTarget,
  user: TableUser,
  count: number,
): Promise<StreamRecord[]> {
  const reports = await streamReports(target, user, count);
  return reports.flatMap((report) => ownRecords(report, user));
}

/** Writes 25 items at most in one call, so that they are likely to come in one batch. */
export async function writeAll(
  target: FixtureTarget,
  { TableName }: TableUser,
  items: Item[],
): Promise<void> {
  const requests = items.map((Item) => ({ PutRequest: { Item } }));
  await target.dynamodb.send(
    new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }),
  );
}
