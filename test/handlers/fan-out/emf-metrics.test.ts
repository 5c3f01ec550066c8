import assert from "node:assert/strict";
import { EmfMetrics } from "../../../handlers/lib/fan-out/emf-metrics.ts";
import { noFigures, type RoomBatchFigures } from "../../../handlers/lib/fan-out/metrics.ts";
import { capturedOutput } from "../captured-output.ts";

// CloudWatch takes no time that is far from its own, so the library wants one of today.
const time = Date.now();

function emfMetrics(): EmfMetrics {
  return new EmfMetrics({ namespace: "Roomcast", service: "roomcast-dev", now: () => time });
}

const batch = (figures: Partial<RoomBatchFigures>): RoomBatchFigures => ({
  ...noFigures,
  ...figures,
});

const counts = ["Deliveries", "Gone", "Closed", "Failed"].map(
  (name) => `{"Name":"${name}","Unit":"Count"}`,
);
const milliseconds = '{"Name":"PublishToLastPost","Unit":"Milliseconds"}';

/** A line of the embedded metric format with these metrics and values. */
function line(definitions: string[], requestId: string, values: string): string {
  const where = `"Namespace":"Roomcast","Dimensions":[["service"]],"Metrics":[${definitions}]`;
  const aws = `{"Timestamp":${time},"CloudWatchMetrics":[{${where}}]}`;
  return `{"_aws":${aws},"requestId":"${requestId}","service":"roomcast-dev",${values}}`;
}

describe("EmfMetrics", () => {
  it("writes one line: counts as sums, the time of each room's batch", async () => {
    const lines = await capturedOutput(() =>
      emfMetrics()
        .of("r-1")
        .publish([
          { deliveries: 3, gone: 1, closed: 2, failed: 4, publishToLastPostMs: 120 },
          { deliveries: 30, gone: 10, closed: 20, failed: 40, publishToLastPostMs: undefined },
          { deliveries: 300, gone: 100, closed: 200, failed: 400, publishToLastPostMs: 0 },
        ]),
    );
    const values =
      '"Deliveries":333,"Gone":111,"Closed":222,"Failed":444,"PublishToLastPost":[120,0]';
    assert.deepEqual(lines, [line([...counts, milliseconds], "r-1", values)]);
  });

  it("writes counts of zero, but no time that there was not", async () => {
    for (const batches of [[noFigures], []]) {
      const lines = await capturedOutput(() => emfMetrics().of("r-1").publish(batches));
      const values = '"Deliveries":0,"Gone":0,"Closed":0,"Failed":0';
      assert.deepEqual(lines, [line(counts, "r-1", values)]);
    }
  });

  it("carries nothing over to the next invocation", async () => {
    const metrics = emfMetrics();
    const lines = await capturedOutput(() => {
      metrics.of("r-1").publish([batch({ deliveries: 5, publishToLastPostMs: 7 })]);
      metrics.of("r-2").publish([batch({ gone: 1 })]);
    });
    assert.equal(lines.length, 2);
    const values = '"Deliveries":0,"Gone":1,"Closed":0,"Failed":0';
    assert.equal(lines[1], line(counts, "r-2", values));
  });
});
