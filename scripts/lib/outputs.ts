import { readFile } from "node:fs/promises";
import { CommandError } from "./command.ts";
import { localFolder } from "./local-folder.ts";

/** What the program exports, as far as commands read it. */
export interface StackOutputs {
  url: string;
  managementEndpoint: string;
  tableName: string;
  queueName: string;
  queueUrl: string;
  /** Of a laptop's stack alone: where its table is. */
  dynamoDbEndpoint?: string;
}

/** Where a running laptop stack leaves its outputs. */
export const laptopOutputsFile = `${localFolder}/outputs.json`;

/**
 * Reads a stack's outputs from a file, the laptop's by default.
 *
 * @throws CommandError when the file is not there or holds no outputs.
 */
export async function readOutputs(file: string | undefined): Promise<StackOutputs> {
  const text = await readFile(file ?? laptopOutputsFile, "utf8").catch(() => {
    throw new CommandError(
      file === undefined
        ? "Nothing runs on this laptop: npm start first."
        : `${file} cannot be read.`,
    );
  });
  const outputs = parse(text);
  if (typeof outputs?.queueUrl !== "string") {
    throw new CommandError(`${file ?? laptopOutputsFile} has no queueUrl.`);
  }
  return outputs;
}

function parse(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isLaptopUrl(url: string): boolean {
  return new URL(url).hostname === "127.0.0.1";
}
