import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Laptop, repository } from "../support/laptop.ts";
import { RoomClient } from "../support/room-client.ts";

/** Not copied: what is large, generated, or none of the stack's business. */
const leftOut = /^(node_modules|dist|\.local|\.git|test|docs)(\/|$)/;

describe("a change while the stack runs", function () {
  this.timeout(60_000);
  let folder: string;
  let laptop: Laptop;
  let alice: RoomClient;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomcast-clone-"));
    await cp(repository, folder, {
      recursive: true,
      preserveTimestamps: true,
      filter: (source) => !leftOut.test(relative(repository, source)),
    });
    await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
    laptop = await Laptop.start({ folder });
    alice = await RoomClient.join(laptop.ready.url, { token: laptop.ready.tokens.alice });
  });

  after(async () => {
    await alice?.close();
    await laptop?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("of a handler reloads that handler, and keeps connections", async () => {
    await change("handlers/lib/fan-out/room-event.ts", "room: roomOf(record),", 'room: "changed",');
    await laptop.lines.find(/Reloaded fan-out; connections stay/);
    alice.send("hello");
    assert.equal((await alice.next("message")).room, "changed");
  });

  it("of a handler that does not build leaves the former one", async () => {
    await change("handlers/fan-out.ts", "export const handler", "export const (");
    await laptop.lines.find(/The handlers do not build/);
    alice.send("hello again");
    assert.equal((await alice.next("message")).data, "hello again");
    await change("handlers/fan-out.ts", "export const (", "export const handler");
    await laptop.lines.find(/Reloaded fan-out/);
  });

  it("of the program starts the stack again at the same address, and says so", async () => {
    const from = laptop.lines.all.length;
    await change("components/templates.ts", '{"type":"pong",', '{"type":"pong","changed":true,');
    await laptop.lines.find(/The program has changed: the stack starts again/, from);
    await laptop.lines.find(/^Roomcast runs at/, from);
    const again = await RoomClient.join(laptop.ready.url, { token: laptop.ready.tokens.alice });
    again.send({ action: "ping" });
    assert.deepEqual(Object.keys(await again.next("pong")), ["type", "changed", "at"]);
    await again.close();
  });

  async function change(file: string, from: string, to: string): Promise<void> {
    const path = join(folder, file);
    const text = await readFile(path, "utf8");
    assert.ok(text.includes(from), `${file} has no ${from}`);
    await writeFile(path, text.replace(from, to));
  }
});
