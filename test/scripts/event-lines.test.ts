import assert from "node:assert/strict";
import type { LogLevel } from "../../local/events.ts";
import { lineOf } from "../../scripts/lib/event-lines.ts";

function logLine(line: string, level: LogLevel = "warn"): string | undefined {
  return lineOf({ type: "log", functionName: "fan-out-1", level, line });
}

describe("a line of a function's log", () => {
  it("is shown without what is the same in each line", () => {
    const entry = {
      level: "WARN",
      timestamp: "2026-01-01T12:00:00.000Z",
      service: "roomcast-dev",
      requestId: "r-1",
      event: "connection refused",
      status: 401,
    };
    assert.equal(
      logLine(JSON.stringify(entry)),
      'log           fan-out-1         warn {"event":"connection refused","status":401}',
    );
  });

  it("is not shown when it is there for the metrics", () => {
    assert.equal(logLine('{"_aws":{"Timestamp":1},"Deliveries":1}', "info"), undefined);
  });

  for (const text of ["plain text", "[1]", "null", "{broken", '"_aws"']) {
    it(`is shown as it is: ${text}`, () => {
      assert.equal(logLine(text, "error"), `log           fan-out-1         error ${text}`);
    });
  }
});

describe("a line of a delivery", () => {
  it("tells the size of what is no frame", () => {
    for (const text of ["hello", "null", "[1,2]"]) {
      assert.equal(
        lineOf({ type: "sent", api: "a", connectionId: "c", text, at: 0 }),
        `delivery      c                 ${text.length} bytes`,
      );
    }
  });
});
