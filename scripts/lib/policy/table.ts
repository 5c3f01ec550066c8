import { styleText } from "node:util";
import type { Rule } from "../../../policy/lib/rule.ts";
import type { Violation } from "./pack-process.ts";
import type { PolicySettings } from "./settings.ts";

/** What the pack made of one stack. */
export interface Verdict {
  stack: string;
  settings: ReadonlyMap<string, PolicySettings>;
  violations: readonly Violation[];
}

type Colour = "green" | "yellow" | "red" | "gray";

/** One row a rule, one column a stack; then every violation in full. */
export function formatVerdicts(
  rules: readonly Pick<Rule, "name" | "severity">[],
  verdicts: readonly Verdict[],
): string {
  const nameWidth = Math.max(...rules.map(({ name }) => name.length));
  const width = Math.max(14, ...verdicts.map(({ stack }) => stack.length));
  const row = (name: string, severity: string, cells: string[]) =>
    [name.padEnd(nameWidth), severity.padEnd(8), ...cells].join("  ").trimEnd();
  const header = row(
    "policy",
    "severity",
    verdicts.map(({ stack }) => stack.padEnd(width)),
  );
  const rows = rules.map(({ name, severity }) => {
    const cells = verdicts.map((verdict) => cellOf(name, verdict));
    const worst = worstOf(cells.map(({ colour }) => colour));
    const line = row(
      name,
      severity,
      cells.map(({ text }) => text.padEnd(width)),
    );
    return styleText(worst, line);
  });
  return [header, ...rows, ...verdicts.flatMap(listOf)].join("\n");
}

function cellOf(rule: string, { settings, violations }: Verdict): { text: string; colour: Colour } {
  const own = violations.filter(({ policy }) => policy === rule);
  const mandatory = own.filter(({ level }) => level === "mandatory").length;
  if (mandatory > 0) {
    return { text: `VIOLATED (${mandatory})`, colour: "red" };
  }
  if (own.length > 0) {
    return { text: `advisory (${own.length})`, colour: "yellow" };
  }
  return settings.get(rule)?.level === "disabled"
    ? { text: "off", colour: "gray" }
    : { text: "ok", colour: "green" };
}

function worstOf(colours: Colour[]): Colour {
  const order: Colour[] = ["red", "yellow", "green", "gray"];
  return order.find((colour) => colours.includes(colour)) ?? "gray";
}

function listOf({ stack, violations }: Verdict): string[] {
  return violations.map(
    ({ policy, level, message }) => `\n${stack}: ${policy} (${level})\n  ${message}`,
  );
}
