import assert from "node:assert/strict";
import { PackProcess } from "../../scripts/lib/policy/pack-process.ts";

describe("the policy pack by Pulumi's own runner", () => {
  it("starts in under three seconds", async () => {
    const pack = await PackProcess.start();
    await pack.stop();
    assert.ok(pack.startedInMs < 3000, `${pack.startedInMs} ms`);
  }).timeout(30_000);
});
