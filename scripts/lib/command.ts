import { type ParseArgsConfig, parseArgs } from "node:util";

/** A fault of whoever runs the command: told in one line, without a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

export type Options = NonNullable<ParseArgsConfig["options"]>;

/** Reads `--name value` options. @throws CommandError for one that is unknown or lacks its value. */
export function readOptions<const Known extends Options>(known: Known) {
  try {
    return parseArgs({ options: known, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const names = Object.keys(known).map((name) => `--${name}`);
    throw new CommandError(`${(error as Error).message} Options: ${names.join(", ")}.`);
  }
}

/** @throws CommandError unless the text is a port number; 0 stands for any free port. */
export function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new CommandError(`--port must be a number from 0 to 65535, not "${text}".`);
  }
  return port;
}

/** Runs a command's main function; a fault of the user's is one line on stderr and exit code 1. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const isOfUser =
      error instanceof CommandError ||
      (error as { code?: string }).code === "INVALID_CONFIGURATION";
    console.error(isOfUser ? (error as Error).message : error);
    // Whatever the command has started must not keep it alive.
    process.exit(1);
  }
}
