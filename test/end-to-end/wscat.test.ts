import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Laptop, Lines } from "../support/laptop.ts";

const wscat = fileURLToPath(import.meta.resolve("wscat/bin/wscat"));

describe("two wscat sessions with the printed commands", () => {
  let laptop: Laptop;

  before(async function () {
    this.timeout(60_000);
    laptop = await Laptop.start();
  });

  after(async () => {
    await laptop?.stop();
  });

  it("exchange a text and a JSON message, and each gets the acknowledgement", async () => {
    const commands = await laptop.lines.findAll(/^npx wscat/, 2);
    const [alice, bob] = commands.map(startPrinted) as [Session, Session];
    await Promise.all([alice.lines.find(/"type":"welcome"/), bob.lines.find(/"type":"welcome"/)]);

    alice.type("hello");
    await alice.lines.find(/"type":"ack"/);
    await alice.lines.find(/"from":"alice".*"data":"hello"/);
    await bob.lines.find(/"from":"alice".*"data":"hello"/);

    bob.type('{"action":"message","id":"b1","data":{"a":[1,2]}}');
    await bob.lines.find(/"type":"ack"/);
    await bob.lines.find(/"id":"b1".*"from":"bob".*"data":\{"a":\[1,2\]\}/);
    await alice.lines.find(/"id":"b1".*"from":"bob".*"data":\{"a":\[1,2\]\}/);

    const deliveries = await laptop.lines.findAll(/delivery .* message from alice/, 2);
    assert.equal(deliveries.length, 2);
    await Promise.all([alice.end(), bob.end()]);
  }).timeout(30_000);
});

interface Session {
  lines: Lines;
  type(text: string): void;
  end(): Promise<void>;
}

/** Runs a printed command, with the project's own wscat in place of `npx wscat`. */
function startPrinted(command: string): Session {
  const options = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, word]) => quoted ?? word ?? "",
  );
  assert.deepEqual(options.slice(0, 2), ["npx", "wscat"]);
  const process: ChildProcess = spawn(globalThis.process.execPath, [wscat, ...options.slice(2)], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  return {
    lines: new Lines(process),
    type: (text) => process.stdin?.write(`${text}\n`),
    async end() {
      const ended = once(process, "close");
      process.kill("SIGTERM");
      await ended;
    },
  };
}
