import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Laptop, repository } from "../support/laptop.ts";

/** One of them that has the library; the first may be another than the system's. */
const python = ["python3", "/usr/bin/python3"].find(
  (program) => spawnSync(program, ["-c", "import websockets"]).status === 0,
);

/** What a reader copies from the documents does what they say. */
describe("the examples of the documents", function () {
  this.timeout(60_000);

  let laptop: Laptop;
  let folder: string;

  before(async () => {
    laptop = await Laptop.start();
    folder = await mkdtemp(join(tmpdir(), "roomcast-"));
  });

  after(async () => {
    await laptop?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The blocks of a language in a document. */
  async function blocks(page: string, language: string): Promise<string[]> {
    const text = await readFile(join(repository, page), "utf8");
    return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map(
      ([, block]) => block ?? "",
    );
  }

  /** Runs a program with a stack's address and a token of alice's. @throws Error when it fails */
  async function run(program: string, options: string[]): Promise<string> {
    const { url, tokens } = laptop.ready;
    const env = { ...process.env, ROOMCAST_URL: url, ROOMCAST_TOKEN: tokens.alice };
    return await new Promise((resolve, reject) => {
      execFile(program, options, { cwd: repository, env }, (error, output, errors) => {
        if (error) reject(new Error(`${error.message}\n${errors}`));
        else resolve(output);
      });
    });
  }

  it("client.md: each prints what stands below it", async () => {
    const examples = await blocks("docs/client.md", "js");
    assert.equal(examples.length, 3);
    for (const [index, example] of examples.entries()) {
      const client = pathToFileURL(join(repository, "client/index.ts")).href;
      const file = join(folder, `example-${index}.mjs`);
      await writeFile(file, example.replace('"../client/index.ts"', JSON.stringify(client)));
      const expected = [...example.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line);
      assert.ok(expected.length > 0);
      const output = await run(process.execPath, [file]);
      assert.deepEqual(output.trimEnd().split("\n"), expected, example);
    }
  });

  it("protocol.md: wscat says something, and hears it", async () => {
    const [command = ""] = await blocks("docs/protocol.md", "sh");
    const output = await run("sh", ["-c", command]);
    assert.match(output, /"type":"ack"/);
    assert.match(output, /"type":"message".*"id":"w1".*"from":"alice".*"data":"hello"/);
  });

  it(`protocol.md: Python says something, and hears it${
    python === undefined
      ? ": there is none with websockets (apt-get install -y python3-websockets)"
      : ""
  }`, async function () {
    if (python === undefined) {
      if (process.env["REQUIRE_PYTHON"]) throw new Error("REQUIRE_PYTHON is set.");
      this.skip();
    }
    const [example = ""] = await blocks("docs/protocol.md", "python");
    const file = join(folder, "example.py");
    await writeFile(file, example);
    assert.equal(await run(python, [file]), "alice says {'text': 'hello'}\n");
  });
});
