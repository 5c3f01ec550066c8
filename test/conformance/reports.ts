import type { Report } from "./fixture/handlers/report.ts";
import type { FixtureTarget } from "./target.ts";

export interface TimedReport extends Report {
  /** When it was sent, in epoch milliseconds. */
  at: number;
}

/**
 * Takes the reports to a case until there are enough, in the order in which they were made: the queue
 * that they come by need not keep it.
 */
export async function reportsUntil(
  target: FixtureTarget,
  name: string,
  enough: (reports: readonly TimedReport[]) => boolean,
): Promise<TimedReport[]> {
  let reports: TimedReport[] = [];
  do {
    const { Body = "", Attributes } = await target.mail("reports", name);
    reports.push({ ...JSON.parse(Body), at: Number(Attributes?.SentTimestamp) });
    reports = reports.toSorted((one, other) => one.at - other.at);
  } while (!enough(reports));
  return reports;
}
