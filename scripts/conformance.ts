import type { Case } from "../test/conformance/case.ts";
import { DeployedPlace, type Place } from "../test/conformance/place.ts";
import { type MakeToken, Site } from "../test/conformance/site.ts";
import { loadCases, startCases } from "../test/conformance/suite.ts";
import { CommandError, readOptions, runCommand } from "./lib/command.ts";
import { readStacks } from "./lib/conformance/stacks.ts";
import { formatOutcomes } from "./lib/conformance/table.ts";
import { tokensOf } from "./lib/conformance/token-command.ts";

/** Something is wrong with the options; 1 stands for a case that failed. */
const badInput = 2;

/**
 * Runs the conformance suite, on the laptop or, given outputs, against deployed stacks:
 * `npm run conformance -- --outputs FILE [--outputs FILE] --token-command CMD`. `--only TEXT` takes the
 * cases whose id or area has this text in it.
 */
await runCommand(async () => {
  process.once("SIGTERM", () => process.exit(143));
  try {
    process.exit((await main()) ? 0 : 1);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    console.error(error.message);
    process.exit(badInput);
  }
});

async function main(): Promise<boolean> {
  const {
    outputs,
    "token-command": tokenCommand,
    only,
  } = readOptions({
    outputs: { type: "string", multiple: true },
    "token-command": { type: "string" },
    only: { type: "string" },
  });
  const place = await openPlace(outputs, tokenCommand);
  const cases = chosen(await loadCases(), only);
  const outcomes = await Promise.all(startCases(cases, place).values());
  await place.close();
  console.log(formatOutcomes(outcomes));
  return !outcomes.some(({ result }) => result === "failed");
}

function chosen(cases: Case[], only = ""): Case[] {
  const found = cases.filter(({ id, area }) => id.includes(only) || area.includes(only));
  if (found.length === 0) throw new CommandError(`No case has "${only}" in its id or area.`);
  return found;
}

async function openPlace(
  files: string[] | undefined,
  tokenCommand: string | undefined,
): Promise<Place> {
  if (files === undefined) {
    if (tokenCommand !== undefined) {
      const reason = "on the laptop the suite makes tokens itself";
      throw new CommandError(`--token-command needs --outputs: ${reason}.`);
    }
    const { LaptopPlace } = await import("../test/conformance/laptop-place.ts");
    return new LaptopPlace();
  }
  const stacks = await readStacks(files);
  const token = await tokensFor(stacks.roomcast !== undefined, tokenCommand);
  return new DeployedPlace(new Site({ place: "deployed", ...stacks, token }));
}

/** Gets one token before the first case: a command that does not work is told once. */
async function tokensFor(isNeeded: boolean, command: string | undefined): Promise<MakeToken> {
  if (!isNeeded) return () => Promise.reject(new Error("no token is needed without Roomcast"));
  if (command === undefined) {
    throw new CommandError("Roomcast's outputs need a --token-command, which prints a token.");
  }
  const token = tokensOf(command);
  await token("conformance", ["conformance-*"], 60);
  return token;
}
