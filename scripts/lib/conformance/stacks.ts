import { readFile } from "node:fs/promises";
import type { FixtureOutputs } from "../../../test/conformance/fixture/outputs.ts";
import type { RoomcastOutputs } from "../../../test/conformance/target.ts";
import { CommandError } from "../command.ts";

export interface GivenStacks {
  roomcast?: RoomcastOutputs;
  fixture?: FixtureOutputs;
}

const roomcastKeys = [
  ...["url", "managementEndpoint", "tableName", "queueUrl", "deadLetterQueueUrl"],
  "presenceFailureQueueUrl",
];
const fixtureKeys = ["region", "tableName"];

/**
 * Reads the outputs of stacks, as `pulumi stack output --json` prints them; whose they are is told by
 * their keys.
 *
 * @throws CommandError for a file that is not there, not JSON, or not the outputs of one of the two
 * programs, and for two files of the same one
 */
export async function readStacks(files: readonly string[]): Promise<GivenStacks> {
  const given: GivenStacks = {};
  for (const file of files) {
    const outputs = await readJson(file);
    const name = programOf(outputs);
    if (name === undefined) {
      throw new CommandError(`${file} holds neither Roomcast's outputs nor the fixture's.`);
    }
    if (given[name] !== undefined) {
      throw new CommandError(`${file} is the second file with outputs of the ${name} program.`);
    }
    Object.assign(given, { [name]: outputs });
  }
  return given;
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new CommandError(`${file} cannot be read.`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(`${file} is not JSON; write it by: pulumi stack output --json`);
  }
}

function programOf(outputs: unknown): keyof GivenStacks | undefined {
  const { stages, queues, ...others } = (outputs ?? {}) as Record<string, unknown>;
  const has = (keys: string[]) => keys.every((key) => typeof others[key] === "string");
  if (has(fixtureKeys) && isObject(stages) && isObject(queues) && isUrl(queues["reports"])) {
    return "fixture";
  }
  return has(roomcastKeys) && isUrl(others["queueUrl"]) ? "roomcast" : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isUrl(value: unknown): boolean {
  return typeof value === "string" && URL.canParse(value);
}
