import assert from "node:assert/strict";
import { access, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Laptop, runNpm } from "../support/laptop.ts";
import { RoomClient } from "../support/room-client.ts";

describe("the commands", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomcast-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  describe("npm start", function () {
    this.timeout(60_000);

    it("names a taken port, and the option", async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      const { port } = server.address() as { port: number };
      const { code, output } = await runNpm(["start", "--", "--port", `${port}`], {
        localFolder: folder,
      });
      server.close();
      assert.equal(code, 1);
      assert.match(output, new RegExp(`Port ${port} is taken\\. .*--port N`));
    });

    it("names an option or a stack that there is not", async () => {
      const options = [
        ["--prot", "1"],
        ["--port", "http"],
        ["--stack", "staging"],
      ];
      const answers = await Promise.all(
        options.map((option) => runNpm(["start", "--", ...option], { localFolder: folder })),
      );
      assert.deepEqual(
        answers.map(({ code }) => code),
        [1, 1, 1],
      );
      const [unknown, port, stack] = answers.map(({ output }) => output);
      assert.match(
        unknown ?? "",
        /--prot.*Options: --port, --page-port, --stack, --ready-file, --gateway-process/,
      );
      assert.match(port ?? "", /--port must be a number from 0 to 65535, not "http"/);
      assert.match(stack ?? "", /There is no Pulumi\.staging\.yaml/);
    });

    it("names a ready file that cannot be written, and leaves nothing behind", async () => {
      const { code, output } = await runNpm(
        ["start", "--", "--port", "0", "--ready-file", folder],
        {
          localFolder: folder,
        },
      );
      assert.equal(code, 1);
      assert.ok(output.includes(`${folder} cannot be written`), output);
      assert.deepEqual(await readdir(folder), ["signing-key.json"]);
    });

    it("writes the ready file and removes it, ends all its processes by SIGTERM, and runs prod", async () => {
      const readyFile = join(folder, "nested", "ready.json");
      const laptop = await Laptop.start({
        options: ["--port", "0", "--stack", "prod", "--ready-file", readyFile],
      });
      const children = await descendants(laptop.processId ?? 0);
      assert.ok(children.length >= 3, "npm has the starter, the stack and the engine below it");

      const ready = JSON.parse(await readFile(readyFile, "utf8"));
      assert.deepEqual(ready, laptop.ready);
      assert.deepEqual(Object.keys(ready), [
        "url",
        "managementUrl",
        "jwksUrl",
        "pageUrl",
        "tokens",
      ]);
      assert.match(ready.url, /^ws:\/\/127\.0\.0\.1:\d+\/prod$/);
      assert.equal(ready.managementUrl, ready.url.replace("ws", "http"));
      const answer = await fetch(ready.jwksUrl);
      const keySet = (await answer.json()) as { keys: [object] };
      assert.deepEqual(Object.keys(keySet.keys[0]).sort(), [
        "alg",
        "crv",
        "kid",
        "kty",
        "use",
        "x",
        "y",
      ]);
      const alice = await RoomClient.join(ready.url, { token: ready.tokens.alice });

      await laptop.stop("SIGTERM");
      assert.equal(alice.socket.readyState, alice.socket.CLOSED);
      await assert.rejects(access(readyFile));
      assert.deepEqual((await Promise.all(children.map(isRunning))).filter(Boolean), []);
    });
  });

  describe("npm run token", () => {
    it("prints a JWT and nothing else", async () => {
      const { code, output } = await runNpm(
        ["run", "-s", "token", "--", "--user", "carol", "--rooms", "lobby,news-*"],
        { localFolder: folder },
      );
      assert.equal(code, 0);
      assert.match(output, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
      const claims = JSON.parse(Buffer.from(output.split(".")[1] ?? "", "base64url").toString());
      assert.equal(claims.sub, "carol");
      assert.deepEqual(claims.rooms, {
        lobby: ["subscribe", "publish"],
        "news-*": ["subscribe", "publish"],
      });
    }).timeout(20_000);

    it("refuses what could never connect", async () => {
      const answers = await Promise.all(
        [
          ["--user", "x".repeat(257), "--rooms", "lobby"],
          ["--user", "carol", "--rooms", "a b"],
          ["--user", "carol", "--rooms", "lobby", "--rights", "fly"],
        ].map((options) =>
          runNpm(["run", "-s", "token", "--", ...options], { localFolder: folder }),
        ),
      );
      assert.deepEqual(
        answers.map(({ code }) => code),
        [1, 1, 1],
      );
      assert.match(answers[0]?.output ?? "", /--user is longer than 256 bytes/);
      assert.match(answers[1]?.output ?? "", /--rooms has "a b"/);
      assert.match(answers[2]?.output ?? "", /--rights has "fly"/);
    }).timeout(20_000);
  });

  describe("npm run publish", () => {
    it("says what is wrong, and queues nothing", async () => {
      const publish = async (...options: string[]) => {
        const { code, output } = await runNpm(["run", "-s", "publish", "--", ...options], {
          localFolder: folder,
        });
        assert.equal(code, 1);
        return output;
      };
      const [data, room, running] = await Promise.all([
        publish("--room", "lobby", "--data", "hello"),
        publish("--room", "a b", "--data", "1"),
        publish("--room", "lobby", "--data", "1"),
      ]);
      assert.match(data ?? "", /--data must be JSON/);
      assert.match(room ?? "", /--room takes 1 to 100 characters/);
      assert.match(running ?? "", /Nothing runs on this laptop/);
    }).timeout(30_000);
  });

  describe("npm run disconnect", () => {
    it("says what is wrong, and closes nothing", async () => {
      const disconnect = async (...options: string[]) => {
        const { code, output } = await runNpm(["run", "-s", "disconnect", "--", ...options], {
          localFolder: folder,
        });
        assert.equal(code, 1);
        return output;
      };
      const answers = await Promise.all([
        disconnect("--room", "lobby"),
        disconnect("--room", "a b", "--user", "mallory"),
        disconnect("--room", "lobby", "--user", "x".repeat(257)),
        disconnect("--room", "lobby", "--user", "mallory"),
        disconnect("--room", "lobby", "--user", "mallory", "--outputs", "nowhere.json"),
      ]);
      assert.deepEqual(answers, [
        "--room and --user are needed, for instance --room lobby --user mallory.",
        "--room takes 1 to 100 characters of A-Z a-z 0-9 _ - . :",
        "--user is longer than 256 bytes.",
        "Nothing runs on this laptop: npm start first.",
        "nowhere.json cannot be read.",
      ]);
    }).timeout(40_000);
  });
});

/** Ids of a process's children, and theirs, as Linux lists them. */
async function descendants(id: number): Promise<number[]> {
  const text = await readFile(`/proc/${id}/task/${id}/children`, "utf8");
  const children = text.trim().split(" ").filter(Boolean).map(Number);
  return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}

async function isRunning(id: number): Promise<number | undefined> {
  const state = await readFile(`/proc/${id}/stat`, "utf8").catch(() => undefined);
  // A zombie has ended; it only waits for its parent to look.
  return state === undefined || state.split(") ")[1]?.startsWith("Z") ? undefined : id;
}
