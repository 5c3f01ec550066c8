type Write = typeof process.stdout.write;

/** What this process writes to its standard streams while `run` runs, a line each, and not to the terminal. */
export async function capturedOutput(run: () => Promise<unknown> | unknown): Promise<string[]> {
  const lines: string[] = [];
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = ((text: string) => lines.push(text.replace(/\n$/, "")) > 0) as Write;
  }
  try {
    await run();
  } finally {
    for (const [index, stream] of streams.entries()) {
      stream.write = writes[index] as Write;
    }
  }
  return lines;
}
