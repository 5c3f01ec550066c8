import assert from "node:assert/strict";
import { CommandError } from "../../scripts/lib/command.ts";
import { readPulumiOptions } from "../../scripts/lib/pulumi-options.ts";

const read = (...words: string[]) => readPulumiOptions("up", words, {});

function assertRefused(words: string[], message: string, environment = {}): void {
  assert.throws(
    () => readPulumiOptions("up", words, environment),
    (error) => error instanceof CommandError && error.message === message,
    words.join(" "),
  );
}

describe("the options of npm run preview and npm run up", () => {
  it("take a stack in both spellings, anywhere", () => {
    const expected = { stack: "dev", stackName: "dev", further: ["--yes"] };
    assert.deepEqual(read("--stack", "dev", "--yes"), expected);
    assert.deepEqual(read("--yes", "--stack=dev"), expected);
  });

  it("take the last part of a qualified name for the stack's files", () => {
    assert.deepEqual(read("--stack", "acme/roomcast/prod").stackName, "prod");
    assert.deepEqual(read("--stack", "acme/prod").stackName, "prod");
    assert.deepEqual(read("--stack", "acme/roomcast/prod").stack, "acme/roomcast/prod");
  });

  it("hand on everything else as it is, in its order", () => {
    const further = [
      ["--yes", "--diff", "--refresh", "--non-interactive", "--expect-no-changes", "--json"],
      ["-y", "-r", "--color=never", "--parallel", "4", "-p", "4", "-ym", "see -f"],
      ["--message", "no --skip-preview", "--target", "urn:pulumi:a", "-mfast", "-t=urn:pulumi:s"],
    ].flat();
    assert.deepEqual(read("--stack", "dev", ...further).further, further);
  });

  it("need one stack", () => {
    const missing =
      "--stack is missing: npm run up -- --stack dev (npm keeps options before the -- for itself).";
    assertRefused([], missing);
    assertRefused(["--yes"], missing);
    // What is left of `npm run up --stack dev --skip-preview`.
    assertRefused(["dev"], missing);
    assertRefused(["dev", "--skip-preview"], missing);
    assert.throws(() => readPulumiOptions("preview", [], {}), {
      message:
        "--stack is missing: npm run preview -- --stack dev (npm keeps options before the -- for itself).",
    });
    const twice = "--stack is given twice: name one stack.";
    assertRefused(["--stack", "dev", "--stack", "prod"], twice);
    assertRefused(["--stack=dev", "--stack=prod"], twice);
    for (const word of ["-s", "-s=prod", "-sprod", "-ys", "-ysprod"]) {
      assertRefused(
        ["--stack", "dev", word],
        `${word} is refused: name the stack once, as --stack NAME.`,
      );
    }
  });

  it("refuse what is no stack's name", () => {
    const names = ["", "--yes", "..", "../prod", "a/../prod", "a/b/..", "a/b/c/d", "a//b", "/prod"];
    for (const name of [...names, "prod/", "a\\b", "a b", "é", "x".repeat(101), ".hidden", "a\n"]) {
      assertRefused(
        ["--stack", name],
        `--stack takes a stack's name of A-Z a-z 0-9 _ - . or organization/project/name, not "${name}".`,
      );
    }
  });

  const pack =
    "the pack of this repository and the stack's own configuration of it are always used";
  const preview =
    "the policy pack's stack rules run in the preview; without it they cannot stop a deployment";
  const program =
    "what is judged and deployed is the program of this folder, as the stack's file configures it";
  const remote = "a deployment that runs elsewhere has neither the preview nor the policy pack";

  it("refuse what takes the pack, its configuration or the preview away, in every spelling", () => {
    const reasons: [string[], string][] = [
      [["--policy-pack", "--policy-pack=other"], pack],
      [["--policy-pack-config", "--policy-pack-config=other.json"], pack],
      [["--skip-preview", "--skip-preview=true", "--skip-preview=false"], preview],
      [["-f", "-f=true", "-yf", "-fy", "-yrf"], preview],
      [["--cwd", "--cwd=/tmp", "-C", "-C/tmp", "-yC"], program],
      [["--config-file=other.yaml", "--client=127.0.0.1:1"], program],
      [["--remote", "--remote=true"], remote],
    ];
    for (const [words, reason] of reasons) {
      for (const word of words) {
        assertRefused(["--stack", "dev", word], `${word} is refused: ${reason}.`);
        assertRefused(["--yes", word, "--stack", "dev"], `${word} is refused: ${reason}.`);
      }
    }
  });

  it("refuse another program, by name or after --", () => {
    const lines = [["prod"], ["--yes", "prod"], ["--message=a", "prod"], ["-mhit", "prod"], ["--"]];
    for (const words of lines) {
      assertRefused(
        ["--stack", "dev", ...words],
        `"${words.at(-1)}" is refused: pulumi would take it for the template of another program. Write an option's value as --option=value.`,
      );
    }
  });

  it("refuse the same as a variable, which Pulumi reads too", () => {
    const reasons = {
      PULUMI_OPTION_POLICY_PACK: pack,
      PULUMI_OPTION_POLICY_PACK_CONFIG: pack,
      PULUMI_OPTION_SKIP_PREVIEW: preview,
      PULUMI_OPTION_REMOTE: remote,
      PULUMI_OPTION_CWD: program,
      PULUMI_OPTION_CLIENT: program,
      PULUMI_OPTION_CONFIG_FILE: program,
    };
    for (const [variable, reason] of Object.entries(reasons)) {
      assertRefused(
        ["--stack", "dev"],
        `The variable ${variable} is refused, unset it: ${reason}.`,
        { [variable]: "x" },
      );
    }
    const harmless = { PULUMI_OPTION_DIFF: "true", PULUMI_OPTION_STACK: "prod" };
    assert.equal(readPulumiOptions("up", ["--stack", "dev"], harmless).stack, "dev");
  });
});
