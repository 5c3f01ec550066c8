import { table } from "../../scripts/lib/markdown.ts";
import type { Verdict } from "./verdicts.ts";

export function verdictLines(verdicts: readonly Verdict[]): string[] {
  return table(
    ["promise", "measured", "limit", "kept"],
    verdicts.map(({ what, measured, limit, kept }) => [
      what,
      measured,
      limit,
      kept ? "yes" : "**no**",
    ]),
  );
}
