const marker = "<!-- What follows is written by `npm run docs`. -->";

/** A page of which the introduction, up to the marker, stays, and the rest is made anew. */
export function withGeneratedPart(page: string, lines: readonly string[]): string {
  const [introduction] = page.split(marker);
  return `${introduction}${marker}\n\n${lines.join("\n").trimEnd()}\n`;
}

/** The lines of a table. @param rows Of as many cells as the head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)];
}
