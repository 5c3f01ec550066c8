import type { Settings } from "../sqs/settings.ts";

const REPORT = "ReportBatchItemFailures";

/** Reads `functionResponseTypes`: whether the function reports which parts of a batch have failed. */
export function reportsItemFailures(settings: Settings): boolean {
  const types = (settings.value("functionResponseTypes") ?? []) as unknown[];
  if (types.some((type) => type !== REPORT)) {
    settings.refuse("functionResponseTypes", `must be ${REPORT}`);
  }
  return types.length > 0;
}
