import assert from "node:assert/strict";
import { seededBugs } from "./catalogue.ts";
import { patched } from "./patched-copy.ts";

describe("the seeded bugs", () => {
  it("are at least twelve, each with a name of its own", () => {
    assert.ok(seededBugs.length >= 12);
    assert.equal(new Set(seededBugs.map(({ name }) => name)).size, seededBugs.length);
  });

  for (const bug of seededBugs) {
    it(`still apply: ${bug.name}`, async () => {
      assert.ok((await patched(bug)).includes(bug.replacement));
    });
  }

  it("do not apply to a text that is not there", async () => {
    const [bug] = seededBugs;
    assert.ok(bug);
    await assert.rejects(patched({ ...bug, find: "no such text" }), {
      message: `${bug.file} has the text to replace 0 times, not once.`,
    });
  });

  it("do not apply when they change nothing", async () => {
    const [bug] = seededBugs;
    assert.ok(bug);
    await assert.rejects(patched({ ...bug, replacement: bug.find }), {
      message: `The patch of ${bug.file} changes nothing.`,
    });
  });
});
