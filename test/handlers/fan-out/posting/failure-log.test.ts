import assert from "node:assert/strict";
import { FailureLog } from "../../../../handlers/lib/fan-out/posting/failure-log.ts";
import { RecordedLog } from "../../support.ts";

describe("FailureLog", () => {
  it("writes one line a second", () => {
    const log = new RecordedLog();
    let now = 0;
    const failures = new FailureLog(log, () => now);
    for (now of [0, 0, 999, 1000, 1999, 5000, 5001]) {
      failures.write({ event: "failed", connectionId: `${now}`, status: 500, error: "Error" });
    }
    assert.deepEqual(
      log.lines.map(({ connectionId }) => connectionId),
      ["0", "1000", "5000"],
    );
    const [line] = log.lines;
    const expected = { event: "failed", connectionId: "0", status: 500, error: "Error" };
    assert.deepEqual(line, { level: "warn", ...expected });
  });
});
