import assert from "node:assert/strict";
import { Laptop } from "../support/laptop.ts";
import { RepositoryCopy } from "../support/repository-copy.ts";
import { RoomClient } from "../support/room-client.ts";

describe("a change while the stack runs", function () {
  this.timeout(60_000);
  let copy: RepositoryCopy;
  let laptop: Laptop;
  let alice: RoomClient;

  before(async () => {
    copy = await RepositoryCopy.create();
    laptop = await Laptop.start({ folder: copy.folder });
    alice = await RoomClient.join(laptop.ready.url, { token: laptop.ready.tokens.alice });
  });

  after(async () => {
    await alice?.close();
    await laptop?.stop();
    await copy?.remove();
  });

  it("of a handler reloads that handler, and keeps connections", async () => {
    await copy.change(
      "handlers/lib/fan-out/room-event.ts",
      "room: groupOf(record),",
      'room: "changed",',
    );
    await laptop.lines.find(/Reloaded fan-out; connections stay/);
    alice.send("hello");
    assert.equal((await alice.next("message")).room, "changed");
  });

  it("of a handler that does not build leaves the former one", async () => {
    await copy.change("handlers/fan-out.ts", "export const handler", "export const (");
    await laptop.lines.find(/The handlers do not build/);
    alice.send("hello again");
    assert.equal((await alice.next("message")).data, "hello again");
    await copy.change("handlers/fan-out.ts", "export const (", "export const handler");
    await laptop.lines.find(/Reloaded fan-out/);
  });

  it("of the program starts the stack again at the same address, and says so", async () => {
    const from = laptop.lines.all.length;
    await copy.change(
      "components/templates.ts",
      '{"type":"pong",',
      '{"type":"pong","changed":true,',
    );
    await laptop.lines.find(/The program has changed: the stack starts again/, from);
    await laptop.lines.find(/^Roomcast runs at/, from);
    const again = await RoomClient.join(laptop.ready.url, { token: laptop.ready.tokens.alice });
    again.send({ action: "ping" });
    assert.deepEqual(Object.keys(await again.next("pong")), ["type", "changed", "at"]);
    await again.close();
  });
});
