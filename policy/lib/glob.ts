/** Whether a text is of a pattern in which `*` stands for any run of characters. */
export function matchesGlob(glob: string, text: string): boolean {
  const parts = glob.split(/\*+/).map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}
