import { table } from "../../../scripts/lib/markdown.ts";
import type { StoryFigures } from "./run-stories.ts";

/** Figures as the table of docs/reliability.md (Markdown). */
export function storyTable(figures: StoryFigures): string {
  const { publishes } = figures;
  const rows: [string, number][] = [
    ["stories", figures.stories],
    ["people", figures.people],
    ["handshakes", figures.connections],
    ["publishes that came back", publishes.delivered],
    ["… were acknowledged, and did not come back in time", publishes.queued],
    ["… failed", publishes.failed],
    ["messages shown", figures.messages],
    ["gaps told", figures.gaps],
    ["faults that struck", figures.faults],
    ["**promises broken**", figures.broken],
  ];
  return table(
    ["", ""],
    rows.map(([what, number]) => [what, number.toLocaleString("en-US").replaceAll(",", " ")]),
  ).join("\n");
}
