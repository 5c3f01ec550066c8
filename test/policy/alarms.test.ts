import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { foreign, messagesBy, unknownValue } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";
import { alarms } from "./mutations/alarms.ts";

const rule = "alarms-cover-failures";
const remedy = "Create a MetricAlarm with the resource in its dimensions, and with alarmActions.";

describe(rule, () => {
  it("is tested with every alarm of the program", async () => {
    const program = await recordStack("prod");
    const names = program.ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ name }) => name);
    assert.deepEqual(names.sort(), alarms.map(([name]) => name).sort());
  });
});

describe(`${rule}, in other programs`, () => {
  const lambda = foreign("aws:lambda/function:Function", "ship", { name: "ship-1" });

  function alarm(name: string, inputs: Properties, links: Record<string, RecordedResource[]> = {}) {
    return foreign("aws:cloudwatch/metricAlarm:MetricAlarm", name, inputs, links);
  }

  const throttles = alarm("throttles", {
    namespace: "AWS/Lambda",
    metricName: "Throttles",
    dimensions: { FunctionName: "ship-1" },
    alarmActions: ["arn:aws:sns:eu-west-1:111122223333:on-call"],
  });
  const errors = {
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: "ship-1" },
  };

  /** What is said of the function, which has an alarm on throttles. */
  function saidOfErrors(...resources: RecordedResource[]): string[] {
    return messagesBy(rule, [lambda, throttles, ...resources]);
  }

  const missing = `Function "ship": has no alarm on Errors. ${remedy}`;
  const silent = `Function "ship": its alarm on Errors tells nobody. ${remedy}`;
  const actions = { alarmActions: [unknownValue] };

  it("takes dimensions that are literals, or lead over an alias", () => {
    assert.deepEqual(saidOfErrors(alarm("errors", { ...errors, ...actions })), []);
    const alias = foreign("aws:lambda/alias:Alias", "live", {}, { functionName: [lambda] });
    const byAlias = { ...errors, ...actions, dimensions: { FunctionName: unknownValue } };
    assert.deepEqual(saidOfErrors(alias, alarm("errors", byAlias, { dimensions: [alias] })), []);
  });

  it("takes an alarm that computes with the metric", () => {
    const { dimensions, ...metric } = errors;
    const queries = (query: Properties) => ({
      ...actions,
      metricQueries: [
        { id: "rate", expression: "e / i" },
        { id: "e", ...query },
      ],
    });
    assert.deepEqual(
      saidOfErrors(alarm("rate", queries({ metric: { ...metric, dimensions } }))),
      [],
    );
    assert.deepEqual(saidOfErrors(alarm("rate", queries({ metric }))), [missing]);
    assert.deepEqual(saidOfErrors(alarm("rate", queries({}))), [missing]);
  });

  it("takes each metric that an alarm computes with for its own resource only", () => {
    const other = foreign("aws:lambda/function:Function", "pack", { name: "pack-1" });
    const queries = (namesOfErrors: string, namesOfThrottles: string, links = {}) =>
      alarm(
        "both",
        {
          ...actions,
          metricQueries: [
            ["Errors", namesOfErrors],
            ["Throttles", namesOfThrottles],
          ].map(([metricName, FunctionName], index) => ({
            id: `m${index}`,
            metric: { namespace: "AWS/Lambda", metricName, dimensions: { FunctionName } },
          })),
        },
        links,
      );
    const missingOf = (name: string, metric: string) =>
      `Function "${name}": has no alarm on ${metric}. ${remedy}`;
    assert.deepEqual(messagesBy(rule, [lambda, other, throttles, queries("pack-1", "ship-1")]), [
      missingOf("ship", "Errors"),
      missingOf("pack", "Throttles"),
    ]);
    // Before either has a name, nobody can tell.
    const links = { metricQueries: [lambda, other] };
    const open = queries(unknownValue, unknownValue, links);
    assert.deepEqual(messagesBy(rule, [lambda, other, open]), []);
  });

  it("takes an API by its stage, before either exists", () => {
    const api = foreign("aws:apigatewayv2/api:Api", "chat", { protocolType: "WEBSOCKET" });
    const stage = foreign(
      "aws:apigatewayv2/stage:Stage",
      "live",
      { apiId: unknownValue },
      { apiId: [api] },
    );
    const inputs = {
      ...actions,
      namespace: "AWS/ApiGateway",
      metricName: "IntegrationError",
      dimensions: { ApiId: unknownValue, Stage: unknownValue },
    };
    const failures = alarm("failures", inputs, { dimensions: [stage] });
    assert.deepEqual(messagesBy(rule, [api, stage, failures]), []);
    assert.deepEqual(messagesBy(rule, [api, stage]), [
      `Api "chat": has no alarm on IntegrationError. ${remedy}`,
    ]);
  });

  it("takes an alarm that tells somebody by another one", () => {
    const part = alarm("errors", { ...errors, name: "ship errors" });
    const composite = (inputs: Properties, links: Record<string, RecordedResource[]> = {}) =>
      foreign("aws:cloudwatch/compositeAlarm:CompositeAlarm", "all", inputs, links);
    const byName = { alarmRule: 'ALARM("other") OR ALARM("ship errors")' };
    const byLink = { alarmRule: unknownValue };

    assert.deepEqual(saidOfErrors(part), [silent]);
    assert.deepEqual(saidOfErrors(part, composite({ ...byName, ...actions })), []);
    assert.deepEqual(
      saidOfErrors(part, composite({ ...byLink, ...actions }, { alarmRule: [part] })),
      [],
    );
    assert.deepEqual(saidOfErrors(part, composite(byName)), [silent]);
    assert.deepEqual(saidOfErrors(part, composite({ alarmRule: 'ALARM("ship")', ...actions })), [
      silent,
    ]);
  });

  it("leaves open what is not known yet, unless another alarm is on it for sure", () => {
    const somewhere = alarm("errors", {
      ...errors,
      ...actions,
      dimensions: { FunctionName: unknownValue },
    });
    assert.deepEqual(saidOfErrors(somewhere), [
      'Not decided before the deployment, since not known yet: "dimensions.FunctionName" of MetricAlarm "errors".',
    ]);
    assert.deepEqual(saidOfErrors(somewhere, alarm("sure", { ...errors, ...actions })), []);
  });

  it("asks nothing of HTTP APIs, or of queues that nobody reads", () => {
    const api = foreign("aws:apigatewayv2/api:Api", "web", { protocolType: "HTTP" });
    const queue = foreign("aws:sqs/queue:Queue", "orders");
    assert.deepEqual(messagesBy(rule, [api, queue]), []);
  });

  it("takes what is of a wrong type for nothing", () => {
    for (const broken of [null, 7, "text", [], {}, [null]]) {
      const odd = alarm("errors", {
        ...errors,
        ...actions,
        dimensions: broken,
        metricQueries: broken,
      });
      assert.deepEqual(saidOfErrors(odd), [missing]);
    }
    assert.deepEqual(saidOfErrors(alarm("errors", { ...errors, alarmActions: "topic" })), [silent]);
  });
});
