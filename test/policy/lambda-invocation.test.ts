import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { mappingType } from "../../policy/lib/lambda-types.ts";
import { foreign, messagesBy, unknownValue } from "../support/policy.ts";
import { foreignFunction, nonsense } from "./lambda-fixtures.ts";

const rule = {
  concurrency: "function-concurrency-is-bounded",
  failures: "async-function-has-failure-destination",
};
const arn = "arn:aws:lambda:eu-west-1:123456789012:function:worker";

function withArn(inputs: Properties = {}): RecordedResource {
  const lambda = foreignFunction(inputs);
  lambda.wire.state["arn"] = arn;
  return lambda;
}

describe(rule.concurrency, () => {
  const remedy = "Set scalingConfig.maximumConcurrency to 2 or more.";

  const queue = "arn:aws:sqs:eu-west-1:123456789012:orders";
  const stream = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/a";

  function mapping(
    inputs: Properties,
    links: Record<string, RecordedResource[]> = {},
    name = "orders",
  ) {
    return foreign(mappingType, name, { functionName: "worker", ...inputs }, links);
  }

  it("knows the mapping of a queue by its ARN", () => {
    assert.deepEqual(messagesBy(rule.concurrency, [mapping({ eventSourceArn: queue })]), [
      `EventSourceMapping "orders": scalingConfig.maximumConcurrency is not set. ${remedy}`,
    ]);
  });

  it("says nothing of other mappings, and of those with pollers of their own", () => {
    const table = foreign("aws:dynamodb/table:Table", "orders");
    const others = [
      mapping({ eventSourceArn: stream }),
      mapping(
        { eventSourceArn: unknownValue, startingPosition: "LATEST" },
        { eventSourceArn: [table] },
      ),
      mapping({ selfManagedEventSource: {}, topics: ["orders"] }),
      mapping({ eventSourceArn: queue, provisionedPollerConfig: { maximumPollers: 2 } }),
      ...nonsense.map((eventSourceArn) => mapping({ eventSourceArn })),
    ];
    for (const other of others) {
      assert.deepEqual(messagesBy(rule.concurrency, [table, other]), []);
    }
  });

  it("says nothing of a function that is stopped", () => {
    const stopped = withArn({ reservedConcurrentExecutions: 0 });
    const source = { eventSourceArn: queue, scalingConfig: { maximumConcurrency: 5 } };
    assert.deepEqual(
      messagesBy(rule.concurrency, [stopped, mapping({ ...source, functionName: arn })]),
      [],
    );
  });

  it("adds up what the mappings of a function may use, also through an alias", () => {
    const settings = { mayReserve: ["worker"] };
    const source = { eventSourceArn: queue, scalingConfig: { maximumConcurrency: "5" } };
    const verdict = (reservedConcurrentExecutions: unknown) => {
      const lambda = withArn({ reservedConcurrentExecutions });
      const alias = foreign(
        "aws:lambda/alias:Alias",
        "live",
        { functionName: arn },
        { functionName: [lambda] },
      );
      const second = mapping(
        { ...source, functionName: unknownValue },
        { functionName: [alias] },
        "second",
      );
      return messagesBy(
        rule.concurrency,
        [lambda, alias, mapping({ ...source, functionName: arn }), second],
        settings,
      );
    };
    assert.deepEqual(verdict(10), []);
    assert.deepEqual(verdict(-1), []);
    assert.deepEqual(verdict(null), []);
    assert.deepEqual(verdict(9), [
      'Function "worker": reservedConcurrentExecutions is less than the maximumConcurrency of its queues together. Raise it, or lower scalingConfig.maximumConcurrency.',
    ]);
  });
});

describe(rule.failures, () => {
  const expected =
    'Function "worker": it is invoked asynchronously, and a failed event is lost. Add a FunctionEventInvokeConfig with destinationConfig.onFailure, or set deadLetterConfig.';
  const lambda = withArn();

  const invokers: [type: string, inputs: Properties, property: string][] = [
    [
      "aws:sns/topicSubscription:TopicSubscription",
      { protocol: "lambda", endpoint: arn },
      "endpoint",
    ],
    ["aws:cloudwatch/eventTarget:EventTarget", { arn }, "arn"],
    [
      "aws:s3/bucketNotification:BucketNotification",
      { lambdaFunctions: [{ lambdaFunctionArn: arn, events: [] }] },
      "lambdaFunctions",
    ],
    [
      "aws:scheduler/schedule:Schedule",
      { target: { arn, roleArn: "arn:aws:iam::1:role/a" } },
      "target",
    ],
    [
      "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
      { destinationArn: arn },
      "destinationArn",
    ],
    ["aws:iot/topicRule:TopicRule", { lambdas: [{ functionArn: arn }] }, "lambdas"],
    [
      "aws:apigatewayv2/integration:Integration",
      {
        integrationUri: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${arn}/invocations`,
        requestParameters: { "integration.request.header.X-Amz-Invocation-Type": "'Event'" },
      },
      "integrationUri",
    ],
    ...[
      ...["cloudformation", "codecommit", "config", "events", "iot", "logs", "logs.eu-west-1"],
      ...["lambda.alarms.cloudwatch", "s3", "scheduler", "secretsmanager", "ses", "sns"],
    ].map((service): [string, Properties, string] => [
      "aws:lambda/permission:Permission",
      { principal: `${service}.amazonaws.com`, function: arn },
      "function",
    ]),
  ];

  for (const [type, inputs, property] of invokers) {
    const label = `${type.split(":").at(-1)} ${inputs["principal"] ?? ""}`;

    it(`finds what a ${label} invokes, by value and by link`, () => {
      assert.deepEqual(messagesBy(rule.failures, [lambda, foreign(type, "a", inputs)]), [expected]);
      const unknown = { ...inputs, [property]: unknownValue };
      const linked = foreign(type, "a", unknown, { [property]: [lambda] });
      assert.deepEqual(messagesBy(rule.failures, [foreignFunction({}), linked]), [expected]);
    });

    it(`says nothing of what a ${label} invokes that is something else, known or not`, () => {
      const queue = foreign("aws:sqs/queue:Queue", "orders");
      const other = foreign(
        type,
        "a",
        { ...inputs, [property]: unknownValue },
        { [property]: [queue] },
      );
      assert.deepEqual(messagesBy(rule.failures, [lambda, queue, other]), []);
      for (const value of nonsense) {
        const strange = foreign(type, "a", { ...inputs, [property]: value });
        assert.deepEqual(messagesBy(rule.failures, [lambda, strange]), []);
      }
    });
  }

  it("says nothing of functions that somebody waits for", () => {
    const permission = foreign("aws:lambda/permission:Permission", "a", {
      principal: "apigateway.amazonaws.com",
      function: arn,
    });
    const toQueue = foreign("aws:sns/topicSubscription:TopicSubscription", "b", {
      protocol: "sqs",
      endpoint: arn,
    });
    const synchronous = foreign("aws:apigatewayv2/integration:Integration", "c", {
      integrationUri: arn,
      requestParameters: { "integration.request.header.X-Amz-Invocation-Type": unknownValue },
    });
    assert.deepEqual(messagesBy(rule.failures, [lambda, permission, toQueue, synchronous]), []);
  });

  describe("a function that a topic invokes", () => {
    const subscription = foreign(
      "aws:sns/topicSubscription:TopicSubscription",
      "a",
      { protocol: "lambda", endpoint: unknownValue },
      { endpoint: [lambda] },
    );

    function messagesWith(destinationConfig: unknown, links = { functionName: [lambda] }) {
      const config = foreign(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        "b",
        { functionName: unknownValue, destinationConfig },
        links,
      );
      return messagesBy(rule.failures, [lambda, subscription, config]);
    }

    it("may have a destination, be its ARN known or not", () => {
      assert.deepEqual(
        messagesWith({ onFailure: { destination: "arn:aws:sqs:eu-west-1:1:a" } }),
        [],
      );
      assert.deepEqual(messagesWith({ onFailure: { destination: unknownValue } }), []);
    });

    it("has none by a destination for successes, or of another function", () => {
      const destination = "arn:aws:sqs:eu-west-1:1:a";
      assert.deepEqual(messagesWith({ onSuccess: { destination } }), [expected]);
      const other = foreignFunction({}, {}, "other");
      assert.deepEqual(messagesWith({ onFailure: { destination } }, { functionName: [other] }), [
        expected,
      ]);
      for (const value of nonsense) {
        assert.deepEqual(messagesWith(value), [expected]);
        assert.deepEqual(messagesWith({ onFailure: value }), [expected]);
      }
    });

    it("is judged although the settings of another function are not known", () => {
      const other = foreignFunction({}, {}, "other");
      assert.deepEqual(messagesWith(unknownValue, { functionName: [other] }), [expected]);
    });

    it("may have a dead-letter queue", () => {
      const target = foreignFunction({ deadLetterConfig: { targetArn: unknownValue } });
      assert.deepEqual(messagesBy(rule.failures, [target, subscription]), []);
      const none = foreignFunction({ deadLetterConfig: {} });
      assert.deepEqual(messagesBy(rule.failures, [none, subscription]), [expected]);
    });
  });
});
