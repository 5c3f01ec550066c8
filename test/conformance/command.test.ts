import assert from "node:assert/strict";
import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repository } from "../support/laptop.ts";

const command = join(repository, "scripts/conformance.ts");
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

interface Run {
  code: unknown;
  output: string;
  complaint: string;
}

async function run(options: string[], env: Record<string, string> = {}): Promise<Run> {
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      [command, ...options],
      { cwd: repository, env: { ...process.env, ...env } },
      (error, output, complaint) => resolve({ code: error?.code ?? 0, output, complaint }),
    );
  });
}

/** The counts of a row: cases, passed, failed, differs, skipped. */
function counts(output: string, name: string): number[] {
  const line = output.split("\n").find((candidate) => candidate.startsWith(`${name} `)) ?? "";
  return line.slice(14).trim().split(/ +/).map(Number);
}

describe("npm run conformance against stacks that run somewhere else", function () {
  this.timeout(120_000);
  let folder: string;
  let stacks: ChildProcess;
  let env: Record<string, string>;
  let tokenCommand: string;
  const file = (name: string) => join(folder, `${name}.json`);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "conformance-"));
    stacks = fork(here("serve.ts"), [folder]);
    const [ready] = (await once(stacks, "message")) as [{ dynamoDbEndpoint: string }];
    env = { AWS_ENDPOINT_URL_DYNAMODB: ready.dynamoDbEndpoint };
    tokenCommand = `"${process.execPath}" "${here("token.ts")}" "${file("key")}"`;
  });

  after(async () => {
    const ended = once(stacks, "exit");
    stacks.disconnect();
    await ended;
    await rm(folder, { recursive: true });
  });

  it("runs both stacks' cases, and skips those that need the laptop's clock", async () => {
    const options = ["--outputs", file("roomcast"), "--outputs", file("fixture")];
    const { code, output } = await run(
      [...options, "--token-command", tokenCommand, "--only", "disconnect"],
      env,
    );
    assert.equal(code, 0, output);
    const [cases = 0, passed = 0, failed, differs, skipped = 0] = counts(output, "all");
    assert.deepEqual([failed, differs], [0, 0]);
    assert.equal(counts(output, "laptop clock").at(-1), skipped);
    assert.ok(skipped > 0 && passed > 10 && cases === passed + skipped);
    assert.match(output, /skipped: only the laptop's clock can be moved\./);
  });

  it("takes Roomcast alone, with tokens from the command", async () => {
    const options = ["--outputs", file("roomcast"), "--token-command", tokenCommand];
    const { code, output } = await run([...options, "--only", "roomcast-4"]);
    assert.equal(code, 0, output);
    assert.deepEqual(counts(output, "all"), [3, 3, 0, 0, 0]);
  });

  it("skips the cases of a stack that was not given, and needs no token for the fixture", async () => {
    const { code, output } = await run(["--outputs", file("fixture"), "--only", "401"], env);
    assert.equal(code, 0, output);
    assert.match(output, /2 skipped: the outputs of the stack roomcast were not given\./);
  });

  it("exits with 1 and says what failed, and only tells what was unconfirmed", async () => {
    const odd = file("odd");
    // Another stage where the case expects the one without routes of the kind.
    const { stages, ...rest } = await outputsOf("fixture");
    const mixed = { ...rest, stages: { ...stages, mockConnect: stages.bare, bare: stages.main } };
    await writeFile(odd, JSON.stringify(mixed));
    const { code, output } = await run(["--outputs", odd, "--only", "connect"], env);
    assert.equal(code, 1, output);
    assert.match(output, /FAILED handshake: no-connect-route-lets-everyone-in\n {2}An API without/);
    assert.match(output, /DIFFERS \(unconfirmed\) handshake: mock-connect-decides-by-its-status/);
    assert.match(
      output,
      / {2}API Gateway Developer Guide, .+ \(https:\/\/docs\.aws\.amazon\.com\//,
    );
    assert.match(output, / {2}\| the handshake was answered by 401/);
  });

  it("tells in one line of a token command that fails or prints no token", async () => {
    const options = ["--outputs", file("roomcast"), "--token-command"];
    const failing = await run([...options, "echo nobody is there >&2; exit 3"]);
    const expected = "The token command failed with 3: nobody is there\n";
    assert.deepEqual([failing.code, failing.complaint], [2, expected]);
    const empty = await run([...options, "true"]);
    const empty2 = "The token command printed something else than a JWT.\n";
    assert.deepEqual([empty.code, empty.complaint], [2, empty2]);
  });

  async function outputsOf(name: string) {
    return (await import(file(name), { with: { type: "json" } })).default;
  }
});

describe("npm run conformance with bad input", function () {
  this.timeout(30_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "conformance-"));
    await writeFile(join(folder, "text.json"), "not JSON");
    await writeFile(join(folder, "other.json"), '{"bucket":"b"}');
    await writeFile(join(folder, "list.json"), "null");
    const keys = ["url", "managementEndpoint", "tableName", "queueUrl", "deadLetterQueueUrl"];
    const outputs = Object.fromEntries(keys.map((key) => [key, "https://sqs.eu-west-1.example/1"]));
    const roomcast = { ...outputs, presenceFailureQueueUrl: "https://sqs.eu-west-1.example/2" };
    await writeFile(join(folder, "roomcast.json"), JSON.stringify(roomcast));
  });

  after(() => rm(folder, { recursive: true }));

  const inputs: [what: string, files: string[], more: string[], complaint: RegExp][] = [
    ["no file", ["none.json"], [], /none\.json cannot be read\.$/],
    ["a file that is not JSON", ["text.json"], [], /text\.json is not JSON; .+--json$/],
    ["other outputs", ["other.json"], [], /other\.json holds neither Roomcast's outputs nor/],
    ["no object", ["list.json"], [], /list\.json holds neither Roomcast's outputs nor/],
    ["a stack twice", ["roomcast.json", "roomcast.json"], [], /second file .+ roomcast program\.$/],
    ["no token command", ["roomcast.json"], [], /^Roomcast's outputs need a --token-command/],
    ["a token command alone", [], ["--token-command", "x"], /^--token-command needs --outputs/],
    ["an unknown option", [], ["--output", "x"], /^Unknown option '--output'/],
    ["a case that there is not", [], ["--only", "zzz"], /^No case has "zzz" in its id or area\.$/],
  ];
  for (const [what, files, more, complaint] of inputs) {
    it(`exits with 2 and one line for ${what}`, async () => {
      const options = files.flatMap((file) => ["--outputs", join(folder, file)]);
      const result = await run([...options, ...more]);
      assert.equal(result.code, 2);
      assert.equal(result.output, "");
      assert.match(result.complaint.trimEnd(), complaint);
      assert.equal(result.complaint.trimEnd().split("\n").length, 1);
    });
  }
});
