import assert from "node:assert/strict";
import { backoffMs, renewalMs } from "../../client/lib/backoff.ts";
import { SeededRandom } from "../faults/in-process/seeded-random.ts";
import { RoomInTest } from "./room-in-test.ts";

/** The most of these times, in milliseconds, that fall into one window of that length. */
function mostIn(windowMs: number, times: number[]): number {
  const windows = Map.groupBy(times, (time) => Math.floor(time / windowMs));
  return Math.max(...[...windows.values()].map(({ length }) => length));
}

describe("a thousand clients that lose their connections at once", () => {
  const defaults = { backoffBaseMs: 2000, backoffCapMs: 30_000 };
  const pauses = (failures: number) => {
    const random = new SeededRandom(`crowd/${failures}`);
    return Array.from({ length: 1000 }, () => backoffMs(failures, defaults, random.next()));
  };

  it("come back over two seconds, no more than 80 in a tenth of one", () => {
    const first = pauses(0);
    assert.ok(Math.min(...first) < 20 && Math.max(...first) > 1980);
    assert.ok(mostIn(100, first) <= 80, `${mostIn(100, first)}`);
  });

  it("and, refused, over more and more, up to half a minute", () => {
    const spans = [1, 2, 3, 4, 10].map((failures) => Math.max(...pauses(failures)));
    for (const [index, bound] of [4000, 8000, 16_000, 30_000, 30_000].entries()) {
      const span = spans[index] ?? 0;
      assert.ok(span < bound && span > bound * 0.98, `${span} of ${bound}`);
    }
    assert.ok(mostIn(1000, pauses(4)) <= 55, `${mostIn(1000, pauses(4))}`);
  });

  it("do so for real: each by a chance of its own", async () => {
    const random = new SeededRandom("clients");
    const clients = await Promise.all(
      Array.from({ length: 1000 }, async () => {
        const test = new RoomInTest();
        await test.welcome();
        test.platform.chances = [random.next()];
        test.socket.end();
        return test.pause ?? 0;
      }),
    );
    // Lost within half a minute of the welcome, so that it counts as a failure.
    assert.ok(Math.max(...clients) > 3900 && Math.max(...clients) < 4000);
    assert.ok(mostIn(100, clients) <= 45, `${mostIn(100, clients)}`);
  });
});

describe("a thousand connections of the same age", () => {
  it("are renewed over eighteen minutes, no more than 80 in one", () => {
    const random = new SeededRandom("ages");
    const times = Array.from({ length: 1000 }, () =>
      renewalMs(Number.POSITIVE_INFINITY, random.next()),
    );
    assert.ok(Math.min(...times) >= 90 * 60_000 && Math.max(...times) < 108 * 60_000);
    assert.ok(Math.max(...times) - Math.min(...times) > 17.9 * 60_000);
    assert.ok(mostIn(60_000, times) <= 80, `${mostIn(60_000, times)}`);
  });

  it("with tokens for ten minutes, over ninety seconds", () => {
    const random = new SeededRandom("tokens");
    const times = Array.from({ length: 1000 }, () => renewalMs(600_000, random.next()));
    assert.ok(Math.min(...times) >= 450_000 && Math.max(...times) < 540_000);
    assert.ok(mostIn(1000, times) <= 25, `${mostIn(1000, times)}`);
  });

  it("are never renewed within ten seconds", () => {
    assert.equal(renewalMs(1000, 0), 10_000);
    assert.equal(renewalMs(0, 0.5), 10_000);
  });
});
