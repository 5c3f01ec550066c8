import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ManualClock } from "../../support/manual-clock.ts";
import { closeAll, poolOf } from "./bundle.ts";

describe("a clock that is moved by hand", () => {
  afterEach(closeAll);

  it("waits for a request in flight, however long its answer takes", async () => {
    const server = createServer((_request, response) => {
      // Long after the event loops have come to rest.
      setTimeout(() => response.end("answer"), 100);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const clock = new ManualClock();
    const { pool } = await poolOf(
      `export const handler = async (port) => {
        const response = await fetch("http://127.0.0.1:" + port);
        await new Promise((resolve) => setTimeout(resolve, 1000));
        return [await response.text(), Date.now()];
      };`,
      {},
      { clock },
    );
    const start = clock.now();
    const invocation = pool.invoke((server.address() as AddressInfo).port);
    await clock.advance(1000);
    assert.deepEqual(await invocation, { ok: true, payload: ["answer", start + 1000] });
    server.close();
    server.closeAllConnections();
  });

  it("does not wait for a request that a server lets hang, until it is to be answered", async () => {
    const clock = new ManualClock();
    const hanging: { release: () => void; answer: () => void }[] = [];
    const server = createServer((request, response) => {
      const release = clock.virtual.hold(request.socket.remotePort ?? 0);
      hanging.push({ release, answer: () => response.end("late") });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { pool } = await poolOf(
      `import { request } from "node:http";
      export const handler = ({ port, patience }) => new Promise((resolve) => {
        const signal = AbortSignal.timeout(patience);
        const call = request({ port, host: "127.0.0.1", signal }, (response) => {
          response.on("data", (text) => resolve([String(text), Date.now()]));
        });
        call.on("error", (error) => resolve([error.name, Date.now()])).end();
      });`,
      { timeout: 900 },
      { clock },
    );
    const { port } = server.address() as AddressInfo;
    const start = clock.now();
    const impatient = await clock.until(pool.invoke({ port, patience: 2500 }));
    assert.deepEqual(impatient, { ok: true, payload: ["AbortError", start + 2500] });

    const patient = pool.invoke({ port, patience: 60_000 });
    await clock.advance(30_000);
    hanging[1]?.release();
    hanging[1]?.answer();
    await clock.advance(1000);
    assert.deepEqual(await patient, { ok: true, payload: ["late", start + 32_500] });
    server.close();
    server.closeAllConnections();
  });

  it("lets two hours pass in several functions, step by step and in order", async () => {
    const clock = new ManualClock();
    const seen: string[] = [];
    const minutes = 60_000;
    const pools = await Promise.all(
      [20, 30].map((period) =>
        poolOf(
          `import { setTimeout as sleep } from "node:timers/promises";
          export const handler = async () => {
            for (let i = 0; i < ${120 / period}; i++) { await sleep(${period * minutes}); console.log(Date.now()); }
          };`,
          { timeout: 3 * 3600 },
          {
            clock,
            emit: (event) => {
              if (event.type !== "log") return;
              assert.equal(Number(event.line), clock.now());
              seen.push(`${period}: ${(clock.now() - start) / minutes}`);
            },
          },
        ),
      ),
    );
    const start = clock.now();
    const invocations = pools.map(({ pool }) => pool.invoke({}));
    await clock.advance(120 * minutes);
    await Promise.all(invocations);
    assert.deepEqual(seen, [
      "20: 20",
      "30: 30",
      "20: 40",
      "20: 60",
      "30: 60",
      "20: 80",
      "30: 90",
      "20: 100",
      "20: 120",
      "30: 120",
    ]);
  });

  it("tells who keeps the time from passing", async () => {
    const clock = new ManualClock(0, { settleLimit: 200 });
    const { pool } = await poolOf(
      "export const handler = async () => { for (;;); };",
      {},
      { clock },
    );
    const invocation = pool.invoke({});
    await assert.rejects(
      clock.advance(1),
      /^Error: Time stands still: function echo did not settle in 200 ms\.$/,
    );
    await pool.close();
    const result = await invocation;
    assert.equal(result.ok || result.errorType, "Runtime.ExitError");
  });

  it("lets no more time pass than something needs", async () => {
    const clock = new ManualClock(0);
    const { promise, resolve } = Promise.withResolvers<string>();
    clock.after(5000, () => {});
    clock.after(1000, () => resolve("done"));
    assert.equal(await clock.until(promise), "done");
    assert.equal(clock.now(), 1000);
  });

  it("rejects as what it waits for", async () => {
    const clock = new ManualClock(0);
    await assert.rejects(clock.until(Promise.reject(new Error("refused"))), /refused/);
    assert.equal(clock.now(), 0);
  });
});
