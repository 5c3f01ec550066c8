import assert from "node:assert/strict";
import type { Context } from "aws-lambda";
import { FunctionLog } from "../../handlers/lib/function-log.ts";
import type { LogEntry } from "../../handlers/lib/log.ts";
import { settle } from "../support/manual-clock.ts";
import { capturedOutput } from "./captured-output.ts";

const invocation = (awsRequestId: string) => ({ awsRequestId }) as Context;

/** The lines that are written meanwhile, without their time. */
async function linesOf(run: () => Promise<unknown> | unknown): Promise<Record<string, unknown>[]> {
  return (await capturedOutput(run)).map((line) => {
    const { timestamp, ...rest } = JSON.parse(line);
    assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    return rest;
  });
}

describe("FunctionLog", () => {
  it("writes a line of JSON: the same first, then what happened, then the details", async () => {
    const log = new FunctionLog("roomcast-dev");
    const handler = log.handler(async (room: string) => {
      log.warn({ event: "records postponed", room, records: 2, isLast: false, seconds: undefined });
    });
    const before = Date.now();
    const [line = "", ...others] = await capturedOutput(() => handler("lobby", invocation("r-1")));
    const { timestamp } = JSON.parse(line);
    assert.ok(Date.parse(timestamp) >= before && Date.parse(timestamp) <= Date.now());
    assert.equal(
      line,
      `{"level":"WARN","timestamp":"${timestamp}","service":"roomcast-dev","requestId":"r-1","event":"records postponed","room":"lobby","records":2,"isLast":false}`,
    );
    assert.deepEqual(others, []);
  });

  it("has a level for each method, and no request id before the first invocation", async () => {
    const log = new FunctionLog("s");
    const lines = await linesOf(() => {
      log.info({ event: "a" });
      log.warn({ event: "b" });
      log.error({ event: "c" });
    });
    assert.deepEqual(lines, [
      { level: "INFO", service: "s", event: "a" },
      { level: "WARN", service: "s", event: "b" },
      { level: "ERROR", service: "s", event: "c" },
    ]);
  });

  it("goes by the invocation in hand: for all that run in it at once, and when it is reused", async () => {
    const log = new FunctionLog("s");
    const answers = new Map(["red", "green"].map((room) => [room, Promise.withResolvers<void>()]));
    const handler = log.handler(async (rooms: string[]) => {
      log.info({ event: "begun" });
      await Promise.all(
        rooms.map(async (room) => {
          await answers.get(room)?.promise;
          log.info({ event: "done", room });
        }),
      );
      return rooms.length;
    });
    const lines = await linesOf(async () => {
      const first = handler(["red", "green"], invocation("r-1"));
      answers.get("green")?.resolve();
      await settle();
      answers.get("red")?.resolve();
      assert.equal(await first, 2);
      assert.equal(await handler(["blue"], invocation("r-2")), 1);
    });
    assert.deepEqual(
      lines.map(({ requestId, event, room }) => [requestId, event, room]),
      [
        ["r-1", "begun", undefined],
        ["r-1", "done", "green"],
        ["r-1", "done", "red"],
        ["r-2", "begun", undefined],
        ["r-2", "done", "blue"],
      ],
    );
  });

  it("passes on what a handler rejects with, and writes nothing of it", async () => {
    const log = new FunctionLog("s");
    const error = new RangeError("a secret");
    const handler = log.handler(() => Promise.reject(error));
    const lines = await capturedOutput(() =>
      assert.rejects(
        handler({ secret: "in the event" }, invocation("r")),
        (thrown) => thrown === error,
      ),
    );
    assert.deepEqual(lines, []);
  });

  it("writes of an error that got into a line the name only", async () => {
    const log = new FunctionLog("s");
    const error = Object.assign(new RangeError("a secret"), {
      token: "a secret",
      cause: "a secret",
    });
    const entry = { event: "failed", error } as unknown as LogEntry;
    assert.deepEqual(await linesOf(() => log.error(entry)), [
      { level: "ERROR", service: "s", event: "failed", error: { name: "RangeError" } },
    ]);
  });

  describe("with variables that its library reads", () => {
    const set = (variables: Record<string, string>) => Object.assign(process.env, variables);
    const before = { ...process.env };
    afterEach(() => {
      for (const name of Object.keys(process.env)) {
        delete process.env[name];
      }
      set(before as Record<string, string>);
    });

    async function events(): Promise<unknown[]> {
      const lines = await linesOf(() => {
        const log = new FunctionLog("s");
        const handler = log.handler(async (_event: unknown) => {
          log.info({ event: "a" });
          log.warn({ event: "b" });
        });
        return handler({ data: "a secret" }, invocation("r"));
      });
      return lines.map(({ event }) => event);
    }

    it("stays at its level, samples nothing and logs no event", async () => {
      set({
        POWERTOOLS_LOG_LEVEL: "SILENT",
        LOG_LEVEL: "SILENT",
        POWERTOOLS_LOGGER_SAMPLE_RATE: "1",
        POWERTOOLS_LOGGER_LOG_EVENT: "true",
      });
      assert.deepEqual(await events(), ["a", "b"]);
      set({ POWERTOOLS_LOG_LEVEL: "TRACE", LOG_LEVEL: "TRACE" });
      assert.deepEqual(await events(), ["a", "b"]);
    });

    it("follows Lambda's own setting of the level", async () => {
      set({ AWS_LAMBDA_LOG_LEVEL: "WARN" });
      const written = await events();
      assert.equal(written.at(-1), "b");
      assert.equal(written.includes("a"), false);
    });
  });
});
