import { areas, type Case, marks, type Source } from "../../../test/conformance/case.ts";
import { table, withGeneratedPart } from "../markdown.ts";

/** docs/fidelity.md as it should be: its introduction stays, the rest is made from the cases. */
export function currentFidelityPage(page: string, cases: readonly Case[]): string {
  return withGeneratedPart(page, covered(cases));
}

function covered(cases: readonly Case[]): string[] {
  const own = areas.filter((area) => cases.some((one) => one.area === area));
  return [
    "## What is covered",
    "",
    ...counts(cases),
    "",
    ...own.flatMap((area) => [
      `### ${capital(area)}`,
      "",
      ...table(
        ["case", "what AWS does", "where", "source"],
        cases.filter((one) => one.area === area).map(caseRow),
      ),
      "",
    ]),
  ];
}

function counts(cases: readonly Case[]): string[] {
  const row = (name: string, own: readonly Case[]) => [
    name,
    String(own.length),
    ...marks.map((mark) => String(own.filter(({ where }) => where === mark).length)),
    ...(["roomcast", "fixture"] as const).map((stack) =>
      String(own.filter((one) => one.stack === stack).length),
    ),
  ];
  const rows = areas.map((area) =>
    row(
      area,
      cases.filter((one) => one.area === area),
    ),
  );
  return table(
    ["area", "cases", ...marks, "of Roomcast", "of the fixture"],
    [...rows.filter(([, count]) => count !== "0"), row("**all**", cases)],
  );
}

function caseRow({ id, title, where, sources }: Case): string[] {
  return [
    `<a id="${id}"></a>\`${id}\``,
    escaped(title),
    where === "anywhere" ? "" : where,
    sources.map(sourceText).join("; "),
  ];
}

function sourceText({ name, url }: Source): string {
  return url === undefined ? escaped(name) : `[${escaped(name)}](${url})`;
}

/** Route keys and the like must not become markup. */
function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("*", "\\*");
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
