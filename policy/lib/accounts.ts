import { listOf } from "./inputs.ts";
import type { Observed } from "./observed.ts";

/** The accounts that a provider is pinned to; a program may say them as numbers. */
export function allowedAccountsOf(provider: Pick<Observed, "props">): string[] {
  return listOf(provider.props["allowedAccountIds"]).flatMap((account) =>
    typeof account === "string" || typeof account === "number"
      ? [String(account).padStart(12, "0")]
      : [],
  );
}
