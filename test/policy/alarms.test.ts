import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { alarmRules } from "../../policy/rules/alarms.ts";
import { eventSourceRules } from "../../policy/rules/event-sources.ts";
import { sqsRules } from "../../policy/rules/sqs.ts";
import { changed, foreign, judge, unknownValue, without } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";

const rules = [...sqsRules, ...eventSourceRules, ...alarmRules];

const rule = "alarms-cover-failures";
const remedy = "Create a MetricAlarm with the resource in its dimensions, and with alarmActions.";

/** Each alarm of the program, and whom the rule speaks about without it. */
const alarms: [alarm: string, type: string, about: string, metric: string][] = [
  [
    "roomcast-rooms-dead-letters-alarm",
    "Queue",
    "roomcast-rooms-dead-letters",
    "ApproximateNumberOfMessagesVisible",
  ],
  [
    "roomcast-presence-failures-alarm",
    "Queue",
    "roomcast-presence-failures",
    "ApproximateNumberOfMessagesVisible",
  ],
  ["roomcast-rooms-age-alarm", "Queue", "roomcast-rooms-queue", "ApproximateAgeOfOldestMessage"],
  [
    "roomcast-presence-stream-iterator-age-alarm",
    "Function",
    "roomcast-presence-function",
    "IteratorAge",
  ],
  ...["authorize", "connect", "disconnect", "fan-out", "presence"].flatMap(
    (handler): typeof alarms => [
      [`roomcast-${handler}-errors-alarm`, "Function", `roomcast-${handler}-function`, "Errors"],
      [
        `roomcast-${handler}-throttles-alarm`,
        "Function",
        `roomcast-${handler}-function`,
        "Throttles",
      ],
    ],
  ),
  ["roomcast-gateway-integration-errors-alarm", "Api", "roomcast-gateway-api", "IntegrationError"],
];

describe(rule, () => {
  let program: readonly RecordedResource[];
  let preview: readonly RecordedResource[];

  before(async () => {
    ({ resources: program } = await recordStack("dev"));
    ({ resources: preview } = await recordStack("dev", { preview: true }));
  });

  /** What is said for sure, by all of these rules. */
  const verdictsOn = (resources: readonly RecordedResource[]) =>
    judge(resources, {}, rules).filter(({ advisory }) => !advisory);

  for (const [alarm, type, about, metric] of alarms) {
    it(`misses ${alarm}, before the deployment too`, () => {
      for (const resources of [program, preview]) {
        const mutant = without(resources, ({ name }) => name === alarm);
        assert.deepEqual(verdictsOn(mutant), [
          {
            rule,
            resource: about,
            message: `${type} "${about}": has no alarm on ${metric}. ${remedy}`,
          },
        ]);
      }
    });
  }

  it("knows every alarm of the program", () => {
    const ofProgram = program.filter(({ type }) => type.endsWith(":MetricAlarm"));
    assert.deepEqual(ofProgram.map(({ name }) => name).sort(), alarms.map(([name]) => name).sort());
  });

  const breaks: [what: string, change: (properties: Properties) => void, fault: string][] = [
    [
      "has no action",
      (properties) => {
        properties["alarmActions"] = [];
      },
      "its alarm on Errors tells nobody",
    ],
    [
      "is switched off",
      (properties) => {
        properties["actionsEnabled"] = false;
      },
      "its alarm on Errors tells nobody",
    ],
    [
      "is on another metric",
      (properties) => {
        properties["metricName"] = "Invocations";
      },
      "has no alarm on Errors",
    ],
    [
      "is on another service",
      (properties) => {
        properties["namespace"] = "AWS/States";
      },
      "has no alarm on Errors",
    ],
  ];
  for (const [what, change, fault] of breaks) {
    it(`finds an alarm that ${what}`, () => {
      const mutant = changed(program, "roomcast-connect-errors-alarm", change);
      assert.deepEqual(judge(mutant, {}, rules), [
        {
          rule,
          resource: "roomcast-connect-function",
          message: `Function "roomcast-connect-function": ${fault}. ${remedy}`,
        },
      ]);
    });
  }
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
    return judge([lambda, throttles, ...resources], {}, alarmRules).map(({ message }) => message);
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
    assert.deepEqual(judge([api, queue], {}, alarmRules), []);
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
