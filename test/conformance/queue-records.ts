import assert from "node:assert/strict";
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import type { Report } from "./fixture/handlers/report.ts";
import type { QueueUser } from "./queue-user.ts";
import type { TimedReport } from "./reports.ts";
import type { FixtureTarget } from "./target.ts";

/** A message as a function gets it, as far as cases read it. */
export interface QueueRecord {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  attributes: Record<string, string | undefined>;
  messageAttributes: Record<string, { stringValue?: string }>;
  eventSource: string;
  eventSourceARN: string;
  awsRegion: string;
}

/** The records of a batch that are a case's: others can be in the same. */
export function recordsOf(report: Report | undefined, name: string): QueueRecord[] {
  const records: QueueRecord[] = report?.event.Records ?? [];
  return records.filter(({ messageAttributes }) => messageAttributes["case"]?.stringValue === name);
}

/** What the fixture's consumers do with a message that has this body. */
export function order(what: string, more: object = {}): string {
  return JSON.stringify({ do: what, ...more });
}

/** The case's records of the batches whose handling has ended, in order. */
export function handled(reports: readonly TimedReport[], name: string): QueueRecord[] {
  return reports
    .filter(({ source }) => source.endsWith(" ended"))
    .flatMap((report) => recordsOf(report, name));
}

/** Sends messages in one call, all of which are accepted. */
export async function sendBatch(
  target: FixtureTarget,
  queue: QueueUser,
  bodies: readonly string[],
): Promise<void> {
  const Entries = bodies.map((body, index) => ({ Id: `${index}`, ...queue.message(body) }));
  const { Failed } = await target.sqs.send(
    new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }),
  );
  assert.deepEqual(Failed ?? [], []);
}
