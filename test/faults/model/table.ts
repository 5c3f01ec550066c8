import { table } from "../../../scripts/lib/markdown.ts";
import { type FaultKind, faultKinds } from "./fault.ts";
import type { Figures } from "./tally.ts";

/** Figures by world, as the tables of docs/reliability.md (Markdown). */
export function faultTables(worlds: Readonly<Record<string, Figures>>): string {
  const names = Object.keys(worlds);
  const all = Object.values(worlds);
  const rows: [string, (figures: Figures) => number][] = [
    ["schedules", ({ schedules }) => schedules],
    ["steps", ({ steps }) => steps],
    ["connections", ({ connections }) => connections],
    ["messages queued", ({ messages }) => messages],
    ["messages delivered", ({ deliveries }) => deliveries],
    ["rooms served in lanes", ({ largeRooms }) => largeRooms],
    ["tasks for lanes", ({ laneTasks }) => laneTasks],
    ["interrupted deliveries that left a cursor", ({ cursors }) => cursors],
    ["dead letters", ({ deadLetters }) => deadLetters],
    ["faults that struck", ({ faults }) => sumOf(faults)],
    ["connections left without a `welcome`", ({ welcomesMissing }) => welcomesMissing],
    ["**violations**", ({ violations }) => violations],
  ];
  const totals = table(
    ["", ...names],
    rows.map(([name, figure]) => [name, ...all.map((figures) => number(figure(figures)))]),
  );
  const kinds = Object.entries(faultKinds) as [FaultKind, string][];
  const byKind = table(
    ["fault", "what", ...names.flatMap((name) => [`${name}: planned`, "struck"])],
    kinds.map(([kind, what]) => [
      kind,
      what,
      ...all.flatMap(({ faults }) => [number(faults[kind].planned), number(faults[kind].struck)]),
    ]),
  );
  return [...totals, "", ...byKind].join("\n");
}

function sumOf(faults: Figures["faults"]): number {
  return Object.values(faults).reduce((total, { struck }) => total + struck, 0);
}

function number(value: number): string {
  return value.toLocaleString("en-US").replaceAll(",", " ");
}
