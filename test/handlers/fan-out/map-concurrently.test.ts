import assert from "node:assert/strict";
import { mapConcurrently } from "../../../handlers/lib/fan-out/map-concurrently.ts";
import { settle } from "../../support/manual-clock.ts";

describe("mapConcurrently", () => {
  it("keeps the order of the items, whatever ends first", async () => {
    const ends = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const results = mapConcurrently(["a", "b"], 2, async (item, index) => {
      await ends[index]?.promise;
      return `${item}${index}`;
    });
    ends[1]?.resolve();
    await settle();
    ends[0]?.resolve();
    assert.deepEqual(await results, ["a0", "b1"]);
  });

  it("has as many calls under way as allowed, and begins the next when one ends", async () => {
    const begun: number[] = [];
    const ends = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
    const results = mapConcurrently([0, 1, 2, 3, 4], 2, async (item) => {
      begun.push(item);
      await ends[item]?.promise;
    });
    await settle();
    assert.deepEqual(begun, [0, 1]);
    ends[1]?.resolve();
    await settle();
    assert.deepEqual(begun, [0, 1, 2]);
    for (const { resolve } of ends) {
      resolve();
    }
    await results;
    assert.deepEqual(begun, [0, 1, 2, 3, 4]);
  });

  it("makes nothing of nothing", async () => {
    assert.deepEqual(await mapConcurrently([], 2, () => assert.fail()), []);
  });

  it("rejects when a call does", async () => {
    const failure = new Error("one failed");
    const map = (item: number) => (item === 1 ? Promise.reject(failure) : Promise.resolve(item));
    await assert.rejects(mapConcurrently([0, 1, 2], 1, map), failure);
  });
});
