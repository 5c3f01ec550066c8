import assert from "node:assert/strict";
import { runStories } from "./run-stories.ts";

/** Fixed, so that a run fails for a change and not by chance. */
const firstSeed = 2_000_000;
const stories = 25;

describe("the client library under faults", function () {
  this.timeout(180_000);

  it(`keeps its promises in ${stories} stories`, async () => {
    const { figures, failures } = await runStories(firstSeed, stories);
    assert.deepEqual(failures, []);
    // That something has happened in them.
    assert.ok(figures.publishes.delivered > 250, JSON.stringify(figures));
    assert.ok(figures.gaps > 250 && figures.faults > 250, JSON.stringify(figures));
  });
});
