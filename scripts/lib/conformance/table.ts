import { styleText } from "node:util";
import { areas, marks } from "../../../test/conformance/case.ts";
import type { Outcome, Result } from "../../../test/conformance/suite.ts";

const results = ["passed", "failed", "differs", "skipped"] as const satisfies Result[];

/** One row an area, one a mark, the total; then each case that did not pass, with its sources. */
export function formatOutcomes(outcomes: readonly Outcome[]): string {
  const rows = (names: readonly string[], nameOf: (outcome: Outcome) => string) =>
    names.flatMap((name) => {
      const own = outcomes.filter((outcome) => nameOf(outcome) === name);
      return own.length === 0 ? [] : [row(name, own)];
    });
  return [
    line("area", ["cases", ...results]),
    ...rows(areas, ({ about }) => about.area),
    "",
    ...rows(marks, ({ about }) => about.where),
    "",
    row("all", outcomes),
    ...reasonsOfSkips(outcomes),
    ...outcomes.filter(({ result }) => result === "failed" || result === "differs").flatMap(told),
  ].join("\n");
}

function row(name: string, outcomes: readonly Outcome[]): string {
  const counts = results.map((result) => outcomes.filter((one) => one.result === result).length);
  const [, failed = 0, differs = 0] = counts;
  const colour = failed > 0 ? "red" : differs > 0 ? "yellow" : "green";
  return styleText(colour, line(name, [outcomes.length, ...counts]));
}

function line(name: string, cells: (string | number)[]): string {
  return [name.padEnd(14), ...cells.map((cell) => String(cell).padStart(8))].join("");
}

function reasonsOfSkips(outcomes: readonly Outcome[]): string[] {
  const skipped = outcomes.filter(({ result }) => result === "skipped");
  return [...Map.groupBy(skipped, ({ reason }) => String(reason))].map(
    ([reason, own]) => `\n${own.length} skipped: ${reason}.`,
  );
}

function told({ about, result, reason }: Outcome): string[] {
  const { id, area, title, sources } = about;
  const verb = result === "failed" ? "FAILED" : "DIFFERS (unconfirmed)";
  return [
    `\n${verb} ${area}: ${id}`,
    `  ${title}`,
    ...sources.map(({ name, url }) => `  ${name}${url === undefined ? "" : ` (${url})`}`),
    ...textOf(reason)
      .split("\n")
      .map((text) => `  | ${text}`),
  ];
}

function textOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
