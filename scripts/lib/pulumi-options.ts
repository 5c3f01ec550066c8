import { CommandError } from "./command.ts";

export interface PulumiOptions {
  /** As Pulumi takes it: `dev`, `organization/dev` or `organization/project/dev`. */
  stack: string;
  /** Its last part, after which the stack's files are called. */
  stackName: string;
  /** What Pulumi gets besides, in this order. */
  further: string[];
}

/** A part of a stack's name as Pulumi allows it, but for a leading dot or hyphen. */
const part = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}";
const stackPattern = new RegExp(`^(?:${part}/){0,2}(${part})$`);

const ownPack =
  "the pack of this repository and the stack's own configuration of it are always used";
const otherProgram =
  "what is judged and deployed is the program of this folder, as the stack's file configures it";
/** By their long names, with the reason. */
const refused: Readonly<Record<string, string>> = {
  "policy-pack": ownPack,
  "policy-pack-config": ownPack,
  "skip-preview":
    "the policy pack's stack rules run in the preview; without it they cannot stop a deployment",
  remote: "a deployment that runs elsewhere has neither the preview nor the policy pack",
  cwd: otherProgram,
  client: otherProgram,
  "config-file": otherProgram,
};
const refusedLetters: Readonly<Record<string, string>> = { f: "skip-preview", C: "cwd" };

/** Options whose value may be the next word; every other value is written `--option=value`. */
const valued =
  /^(?:--(?:color|config|exclude|message|parallel|plan|replace|save-plan|target|target-replace|verbose)|-[^-=cmptv]*[cmptv])$/;
/**
 * Letters in one word, `-yf`: `c`, `m`, `p`, `t` and `v` take the rest of the word as their value.
 * The letter that is looked for stands before such a one.
 */
const letters = /^-[^-=cmptv]*?([Cfs])/;

/**
 * Reads what is given to `npm run preview` and `npm run up`.
 *
 * @throws CommandError when no stack is named, or an option would take away the policy pack, its
 *   configuration, or the preview; Pulumi reads options from `PULUMI_OPTION_…` variables as well.
 */
export function readPulumiOptions(
  command: "preview" | "up",
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): PulumiOptions {
  const stacks: string[] = [];
  const further: string[] = [];
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === "--stack") {
      stacks.push(left.shift() ?? "");
    } else if (word.startsWith("--stack=")) {
      stacks.push(word.slice("--stack=".length));
    } else {
      further.push(word);
    }
  }
  // First of all: without npm's own -- the stack's name comes alone, and would be refused as a word.
  const stack = readStack(command, stacks);
  for (const [index, word] of further.entries()) {
    refuseWord(word, further[index - 1] ?? "");
  }
  refuseVariables(environment);
  return { ...stack, further };
}

function readStack(command: string, stacks: string[]): Pick<PulumiOptions, "stack" | "stackName"> {
  const [stack, second] = stacks;
  if (stack === undefined) {
    throw new CommandError(
      `--stack is missing: npm run ${command} -- --stack dev (npm keeps options before the -- for itself).`,
    );
  }
  if (second !== undefined) {
    throw new CommandError("--stack is given twice: name one stack.");
  }
  const stackName = stackPattern.exec(stack)?.[1];
  if (stackName === undefined) {
    throw new CommandError(
      `--stack takes a stack's name of A-Z a-z 0-9 _ - . or organization/project/name, not "${stack}".`,
    );
  }
  return { stack, stackName };
}

function refuseWord(word: string, previous: string): void {
  if (word === "--" || (!word.startsWith("-") && !valued.test(previous))) {
    throw new CommandError(
      `"${word}" is refused: pulumi would take it for the template of another program. Write an option's value as --option=value.`,
    );
  }
  const letter = letters.exec(word)?.[1];
  if (letter === "s") {
    throw new CommandError(`${word} is refused: name the stack once, as --stack NAME.`);
  }
  const name = letter === undefined ? word.split("=")[0]?.slice(2) : refusedLetters[letter];
  const reason = refused[name ?? ""];
  if (reason !== undefined) {
    throw new CommandError(`${word} is refused: ${reason}.`);
  }
}

function refuseVariables(environment: Readonly<Record<string, string | undefined>>): void {
  for (const [name, reason] of Object.entries(refused)) {
    const variable = `PULUMI_OPTION_${name.toUpperCase().replaceAll("-", "_")}`;
    if (environment[variable] !== undefined) {
      throw new CommandError(`The variable ${variable} is refused, unset it: ${reason}.`);
    }
  }
}
