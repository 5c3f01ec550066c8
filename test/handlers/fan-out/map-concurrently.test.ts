import assert from "node:assert/strict";
import { mapConcurrently } from "../../../handlers/lib/fan-out/map-concurrently.ts";
import { settle } from "../../support/manual-clock.ts";

describe("mapConcurrently", () => {
  it("keeps the order of the items, whatever ends first", async () => {
    const ends = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const results = mapConcurrently([0, 1], 2, async (item) => {
      await ends[item]?.promise;
      return `result ${item}`;
    });
    ends[1]?.resolve();
    await settle();
    ends[0]?.resolve();
    assert.deepEqual(await results, ["result 0", "result 1"]);
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

  it("takes items that are still coming in, and asks for no more than it has calls for", async () => {
    const asked: number[] = [];
    async function* items() {
      for (const item of [0, 1, 2]) {
        asked.push(item);
        yield item;
      }
    }
    const ends = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    const results = mapConcurrently(items(), 1, async (item) => {
      await ends[item]?.promise;
      return item * 10;
    });
    await settle();
    assert.deepEqual(asked, [0]);
    for (const { resolve } of ends) {
      resolve();
    }
    assert.deepEqual(await results, [0, 10, 20]);
  });

  it("rejects when the items do", async () => {
    const failure = new Error("no more to be had");
    async function* items() {
      yield 0;
      throw failure;
    }
    await assert.rejects(
      mapConcurrently(items(), 2, (item) => Promise.resolve(item)),
      failure,
    );
  });

  it("rejects only when the calls that are under way have ended", async () => {
    const failure = new Error("no more to be had");
    async function* items() {
      yield 0;
      throw failure;
    }
    const end = Promise.withResolvers<void>();
    let hasRejected = false;
    const results = mapConcurrently(items(), 2, () => end.promise);
    const rejected = assert.rejects(results, failure).then(() => {
      hasRejected = true;
    });
    await settle();
    assert.equal(hasRejected, false);
    end.resolve();
    await rejected;
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
