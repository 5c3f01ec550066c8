import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { repository } from "../support/laptop.ts";

/** The scripts of the workflows, with a `gh` that writes down what it is asked. */
describe("the workflows' scripts", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomcast-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a script to its good end; `found` is what gh answers to its first question. */
  async function run(script: string, words: string[], found: string, environment: object) {
    const { status, stderr, calls } = await runToEnd(script, words, found, environment);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    return calls;
  }

  async function runToEnd(script: string, words: string[], found: string, environment: object) {
    const gh = `#!/usr/bin/env bash
printf '%s\\n' "$*" >>"${folder}/calls"
for word; do
  if [[ "$word" == body=@* ]]; then cat "\${word#body=@}" >"${folder}/body"; fi
done
case "$*" in *--jq*) printf '${found}' ;; esac
`;
    await writeFile(join(folder, "gh"), gh);
    await chmod(join(folder, "gh"), 0o755);
    const { status, stdout, stderr } = spawnSync(
      join(repository, ".github/scripts", script),
      words,
      {
        encoding: "utf8",
        env: { PATH: [folder, process.env["PATH"]].join(delimiter), ...environment },
      },
    );
    const calls = (await readFile(join(folder, "calls"), "utf8"))
      .trim()
      .split("\n")
      .map((call) => call.replace(/body=@\S+/, "body=@FILE"));
    return { status, stdout, stderr, calls };
  }

  describe("comment-preview", () => {
    const environment = {
      STACK: "dev",
      OUTCOME: "failure",
      PULL_REQUEST: "12",
      GITHUB_REPOSITORY: "acme/roomcast",
    };

    async function comment(text: string, found = "") {
      const file = join(folder, "preview.txt");
      await writeFile(file, text);
      const calls = await run("comment-preview", [file], found, environment);
      return { calls, body: await readFile(join(folder, "body"), "utf8") };
    }

    it("posts a comment that it will know again by its stack", async () => {
      const { calls, body } = await comment("+ create\n");
      assert.deepEqual(calls, [
        'api --paginate repos/acme/roomcast/issues/12/comments --jq .[] | select(.user.login == "github-actions[bot]" and (.body | startswith("<!-- preview of dev -->"))) | .id',
        "api --silent --method POST repos/acme/roomcast/issues/12/comments --field body=@FILE",
      ]);
      assert.equal(
        body,
        "<!-- preview of dev -->\n### Preview of `dev`: failure\n\n````\n+ create\n\n````\n",
      );
    });

    it("edits that comment from then on", async () => {
      const { calls } = await comment("+ create\n", "41\\n42\\n");
      assert.equal(
        calls.at(-1),
        "api --silent --method PATCH repos/acme/roomcast/issues/comments/42 --field body=@FILE",
      );
    });

    it("keeps the end of what is too long for GitHub", async () => {
      const { body } = await comment(`${"x".repeat(100_000)}the end`);
      assert.ok(body.includes("The end of it; the whole is in the log of the run."));
      assert.ok(body.endsWith("xthe end\n````\n"), body.slice(-50));
      assert.ok(body.length < 65_536, String(body.length));
    });

    it("lets nothing out of its block", async () => {
      const { body } = await comment("a ```` b ``` c $(id) `whoami`\n");
      assert.ok(body.endsWith("````\na   b   c $(id) `whoami`\n\n````\n"), body);
      const { body: lines } = await comment("a\n```````\n````sh\n`````");
      assert.ok(lines.endsWith("\n\n````\na\n \n sh\n \n````\n"), lines);
    });

    it("masks account numbers, wherever they stand", async () => {
      const { body } = await comment(
        "999988887777 arn:aws:iam::999988887777:role/a [999988887777:888877776666]\nid 1234567890123, 12345678901\n",
      );
      const mask = "*".repeat(12);
      const masked = `${mask} arn:aws:iam::${mask}:role/a [${mask}:${mask}]\nid 1234567890123, 12345678901\n`;
      assert.ok(body.endsWith(`\`\`\`\`\n${masked}\n\`\`\`\`\n`), body);
    });

    it("leaves no part of an account number where it cuts", async () => {
      const { body } = await comment(`999988887777 ${"x".repeat(59_993)}`);
      assert.ok(body.includes(`\`\`\`\`\n${"*".repeat(6)} xxx`), body.slice(0, 200));
    });
  });

  describe("require-head-of-main", () => {
    const environment = { GITHUB_REPOSITORY: "acme/roomcast", GITHUB_SHA: "abc1" };
    const question = "api repos/acme/roomcast/git/ref/heads/main --jq .object.sha";

    it("lets the newest commit of main pass", async () => {
      assert.deepEqual(await runToEnd("require-head-of-main", [], "abc1\\n", environment), {
        status: 0,
        stdout: "",
        stderr: "",
        calls: [question],
      });
    });

    it("stops any other, and says which one it is", async () => {
      assert.deepEqual(await runToEnd("require-head-of-main", [], "def2\\n", environment), {
        status: 1,
        stdout:
          "::error::abc1 is no longer the head of main, def2 is. Let the run of that commit deploy; to go back to older code, revert on main.\n",
        stderr: "",
        calls: [question],
      });
    });
  });

  describe("report-nightly", () => {
    const environment = { GH_REPO: "acme/roomcast", RUN_URL: "https://github.com/run/1" };
    const title = "Nightly: a stack has drifted, or its state breaks a policy";
    const body = `The checks of last night have failed: https://github.com/run/1. What to do: docs/operations.md, "Drift".`;
    const question = `issue list --state open --limit 1000 --json number,title --jq map(select(.title == "${title}"))[0].number // empty`;

    it("opens an issue", async () => {
      assert.deepEqual(await run("report-nightly", [], "", environment), [
        question,
        `issue create --title ${title} --body ${body}`,
      ]);
    });

    it("adds to the one that is open", async () => {
      assert.deepEqual(await run("report-nightly", [], "7", environment), [
        question,
        `issue comment 7 --body ${body}`,
      ]);
    });
  });
});
