import assert from "node:assert/strict";
import { recordStack } from "../support/program.ts";
import type { RecordedProgram } from "../support/recorded-program.ts";

type Metric = [namespace: string, name: string, ...rest: unknown[]];

interface Widget {
  type: string;
  properties: { alarms?: string[]; region?: string; metrics?: Metric[] };
}

for (const stack of ["dev", "prod"] as const) {
  describe(`The dashboard, stack ${stack}`, () => {
    let program: RecordedProgram;
    let widgets: Widget[];

    before(async () => {
      program = await recordStack(stack);
      const dashboards = program.ofType("aws:cloudwatch/dashboard:Dashboard");
      assert.equal(dashboards.length, 1);
      widgets = JSON.parse(dashboards[0]?.inputs["dashboardBody"]).widgets;
    });

    it("shows the state of every alarm", () => {
      const alarms = program
        .ofType("aws:cloudwatch/metricAlarm:MetricAlarm")
        .map(({ state }) => state["arn"]);
      assert.deepEqual(widgets[0]?.properties.alarms?.toSorted(), alarms.sort());
      assert.equal(alarms.length, 17);
    });

    it("charts the stack's own resources only, and all of them", () => {
      const names = (type: string) => program.ofType(type).map(({ state }) => state["name"]);
      const api = program.find("aws:apigatewayv2/api:Api", "roomcast-gateway-api");
      const known: Record<string, string[]> = {
        "AWS/ApiGateway": [`ApiId=${api.id},Stage=${stack}`],
        "AWS/DynamoDB": names("aws:dynamodb/table:Table").map((name) => `TableName=${name}`),
        "AWS/Lambda": names("aws:lambda/function:Function").map((name) => `FunctionName=${name}`),
        "AWS/SQS": names("aws:sqs/queue:Queue").map((name) => `QueueName=${name}`),
        Roomcast: [`service=roomcast-${stack}`],
      };
      const charted: Record<string, Set<string>> = {};
      for (const [namespace, , ...rest] of widgets.flatMap((widget) => metricsOf(widget))) {
        charted[namespace] ??= new Set();
        charted[namespace].add(dimensionsOf(rest));
      }
      const sorted = (record: Record<string, Iterable<string>>) =>
        Object.fromEntries(Object.entries(record).map(([key, list]) => [key, [...list].sort()]));
      assert.deepEqual(sorted(charted), sorted(known));
    });

    it("is of the region of the stack", () => {
      const regions = widgets.filter(({ type }) => type === "metric").map(regionOf);
      assert.deepEqual([...new Set(regions)], ["eu-west-1"]);
    });
  });
}

function metricsOf({ properties }: Widget): Metric[] {
  return properties.metrics ?? [];
}

function regionOf({ properties }: Widget): string | undefined {
  return properties.region;
}

/** Names and values in turn; the last one are the settings of the line. */
function dimensionsOf(rest: unknown[]): string {
  const texts = rest.slice(0, -1);
  return texts
    .map((text, index) => `${text}${index % 2 === 0 ? "=" : ","}`)
    .join("")
    .slice(0, -1);
}
