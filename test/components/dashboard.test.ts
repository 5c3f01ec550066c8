import assert from "node:assert/strict";
import { Dashboard } from "../../components/dashboard.ts";
import { type RecordingOptions, recordComponent } from "../support/program.ts";

const dashboardType = "aws:cloudwatch/dashboard:Dashboard";
const alarmArns = ["arn:aws:cloudwatch:eu-west-1:000000000000:alarm:one"];

interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  // biome-ignore lint/suspicious/noExplicitAny: each type of widget has properties of its own
  properties: any;
}

const recordDashboard = (options: RecordingOptions = {}) =>
  recordComponent(
    () =>
      new Dashboard("live", {
        alarmArns,
        apiId: "a1",
        stageName: "v1",
        functionNames: { connect: "connect-1", presence: "presence-1" },
        presenceFunctionName: "presence-1",
        queueName: "rooms.fifo",
        deadLetterQueueName: "dead.fifo",
        lanesQueueName: "lanes.fifo",
        lanesDeadLetterQueueName: "dead-lanes.fifo",
        presenceFailureQueueName: "lost",
        tableName: "members",
        serviceName: "roomcast-dev",
      }),
    options,
  );

async function widgets(): Promise<Widget[]> {
  const program = await recordDashboard();
  return JSON.parse(program.inputs(dashboardType, "live-dashboard")["dashboardBody"]).widgets;
}

async function chart(title: string): Promise<unknown> {
  const found = (await widgets()).filter(({ properties }) => properties.title === title);
  assert.equal(found.length, 1, title);
  return found[0]?.properties;
}

describe("Dashboard", () => {
  it("is a dashboard, called after the stack", async () => {
    const program = await recordDashboard();
    assert.deepEqual(program.children("roomcast:index:Dashboard", "live"), [
      [dashboardType, "live-dashboard"],
    ]);
    const { dashboardName } = program.inputs(dashboardType, "live-dashboard");
    assert.equal(dashboardName, "roomcast-dev-live");
  });

  it("has a name that CloudWatch takes, even if the stack's has a dot", async () => {
    const program = await recordDashboard({ stackName: "feature.1.2" });
    const { dashboardName } = program.inputs(dashboardType, "live-dashboard");
    assert.equal(dashboardName, "roomcast-feature-1-2-live");
  });

  it("shows the state of all alarms first", async () => {
    const [first] = await widgets();
    assert.deepEqual(first, {
      type: "alarm",
      ...{ x: 0, y: 0, width: 24, height: 4 },
      properties: { title: "Alarms", alarms: alarmArns },
    });
  });

  it("follows the way of a message, each row with a heading that says what to look for", async () => {
    const headings = (await widgets())
      .filter(({ type }) => type === "text")
      .map(({ properties }) => properties.markdown.split("\n"));
    assert.deepEqual(
      headings.map(([heading]) => heading),
      ["## Clients", "## Fan-out", "## Queues", "## Functions", "## Presence", "## Table"],
    );
    for (const [, text, ...more] of headings) {
      assert.match(text, /^[A-Z].+\.$/);
      assert.deepEqual(more, []);
    }
  });

  it("fills CloudWatch's grid without an overlap", async () => {
    const cells = (await widgets()).flatMap(({ x, y, width, height }) => {
      assert.ok(x + width <= 24);
      return Array.from({ length: width * height }, (_, cell) =>
        [x + (cell % width), y + Math.floor(cell / width)].join(),
      );
    });
    assert.equal(new Set(cells).size, cells.length);
    assert.equal(cells.length, 24 * (4 + 6 * (2 + 6)));
  });

  it("shows what clients feel, by API and stage", async () => {
    const line = (name: string, stat: string, label = name) => [
      ...["AWS/ApiGateway", name, "ApiId", "a1", "Stage", "v1"],
      { stat, label },
    ];
    const common = { view: "timeSeries", region: "eu-west-1", period: 60 };
    assert.deepEqual(await chart("Connects and messages a minute"), {
      title: "Connects and messages a minute",
      ...common,
      metrics: [line("ConnectCount", "Sum"), line("MessageCount", "Sum")],
    });
    assert.deepEqual(await chart("Integration latency, ms"), {
      title: "Integration latency, ms",
      ...common,
      metrics: [line("IntegrationLatency", "p50", "p50"), line("IntegrationLatency", "p99", "p99")],
    });
  });

  it("shows fan-out's own metrics by the service's name", async () => {
    const metrics = (await widgets())
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([namespace]) => namespace === "Roomcast");
    const line = (name: string, stat: string, label = name) => [
      ...["Roomcast", name, "service", "roomcast-dev"],
      { stat, label },
    ];
    assert.deepEqual(metrics, [
      line("Deliveries", "Sum"),
      line("Gone", "Sum"),
      line("Closed", "Sum"),
      line("Failed", "Sum"),
      line("PublishToLastPost", "p50", "p50"),
      line("PublishToLastPost", "p99", "p99"),
    ]);
  });

  it("shows each function by what it is called", async () => {
    const metrics = ["connect", "presence"].map((label) => [
      ...["AWS/Lambda", "Duration", "FunctionName", `${label}-1`],
      { stat: "p99", label },
    ]);
    const duration = (await chart("Duration p99, ms")) as { metrics: unknown };
    assert.deepEqual(duration.metrics, metrics);
  });

  it("registers its outputs", async () => {
    const program = await recordDashboard();
    const component = program.find("roomcast:index:Dashboard", "live");
    assert.deepEqual(component.outputs, { name: "roomcast-dev-live" });
  });
});
