import { sourceKind } from "../lib/event-sources.ts";
import type { Graph } from "../lib/graph.ts";
import { isSet, numberOf, objectOf } from "../lib/inputs.ts";
import { functionType, mappingType, permissionType } from "../lib/lambda-types.ts";
import { known, type Observed } from "../lib/observed.ts";
import { stackRule } from "../lib/rule.ts";
import { cfnNag, checkov, ours, serverlessRules } from "../lib/sources.ts";
import { integrationType } from "../lib/websocket.ts";

const invokeConfigType = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";

/** By type, the property that names a function which the resource invokes without waiting for it. */
const invokers: readonly [type: string, property: string][] = [
  [integrationType, "integrationUri"],
  ["aws:sns/topicSubscription:TopicSubscription", "endpoint"],
  ["aws:cloudwatch/eventTarget:EventTarget", "arn"],
  ["aws:s3/bucketNotification:BucketNotification", "lambdaFunctions"],
  ["aws:scheduler/schedule:Schedule", "target"],
  ["aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "destinationArn"],
  ["aws:iot/topicRule:TopicRule", "lambdas"],
  [permissionType, "function"],
];

/** Services that invoke a function and do not wait for it. */
const invokingServices = [
  "cloudformation",
  "codecommit",
  "config",
  "events",
  "iot",
  "lambda.alarms.cloudwatch",
  "logs",
  "s3",
  "scheduler",
  "secretsmanager",
  "ses",
  "sns",
];

export const lambdaInvocationRules = [
  stackRule<{ mayReserve: string[] }>({
    name: "function-concurrency-is-bounded",
    description:
      "Queue consumers run a bounded number of times at once, and functions take from the account's concurrency only where that is meant.",
    level: "advisory",
    severity: "medium",
    sources: [ours, checkov("CKV_AWS_115"), cfnNag("W92")],
    remedy: "Set scalingConfig.maximumConcurrency to 2 or more.",
    decidedBy: "links",
    types: [mappingType, functionType],
    settings: {
      mayReserve: {
        type: "array",
        items: { type: "string" },
        description: "Logical names of functions that may reserve concurrency.",
        default: [],
      },
    },
    checks: [
      function* (mapping, { graph }) {
        if (
          mapping.type !== mappingType ||
          sourceKind(mapping, graph) !== "queue" ||
          // These bound it in another way, and Lambda refuses both.
          isSet(mapping, "provisionedPollerConfig")
        ) {
          return;
        }
        const maximum = numberOf(mapping.props["scalingConfig"]?.maximumConcurrency);
        if (Number.isNaN(maximum)) {
          yield "scalingConfig.maximumConcurrency is not set";
        } else if (maximum < 2) {
          yield "scalingConfig.maximumConcurrency is less than 2, the least that Lambda takes";
        }
      },
      function* (lambda, { settings }) {
        if (reservedBy(lambda) > 0 && !settings.mayReserve.includes(lambda.name)) {
          yield {
            fault: "reservedConcurrentExecutions takes concurrency from the rest of the account",
            remedy: "Leave it out, or add the function to the rule's setting mayReserve.",
          };
        }
      },
      function* (lambda, { graph }) {
        const reserved = reservedBy(lambda);
        if (reserved <= 0) {
          return;
        }
        const mappings = graph.users(lambda, mappingType, "functionName");
        const most = mappings
          .map(({ props }) => numberOf(props["scalingConfig"]?.maximumConcurrency))
          .reduce((sum, maximum) => sum + (maximum || 0), 0);
        if (most > reserved) {
          yield {
            fault:
              "reservedConcurrentExecutions is less than the maximumConcurrency of its queues together",
            remedy: "Raise it, or lower scalingConfig.maximumConcurrency.",
          };
        }
      },
    ],
  }),

  stackRule({
    name: "async-function-has-failure-destination",
    description:
      "Functions that are invoked by events, and nobody waits for, say where failed events go.",
    level: "mandatory",
    severity: "medium",
    sources: [serverlessRules("ES1007"), checkov("CKV_AWS_116")],
    remedy:
      "Add a FunctionEventInvokeConfig with destinationConfig.onFailure, or set deadLetterConfig.",
    decidedBy: "links",
    types: [functionType],
    checks: [
      function* (lambda, { graph }) {
        if (hasValue(lambda.props["deadLetterConfig"], "targetArn")) {
          return;
        }
        const isInvoked = invokers.some(([type, property]) =>
          graph
            .ofType(type)
            .some((user) => names(graph, user, property, lambda) && isAsynchronous(user)),
        );
        if (!isInvoked) {
          return;
        }
        const hasDestination = graph
          .ofType(invokeConfigType)
          .some(
            (config) =>
              names(graph, config, "functionName", lambda) &&
              hasValue(config.props["destinationConfig"]?.onFailure, "destination"),
          );
        if (!hasDestination) {
          yield "it is invoked asynchronously, and a failed event is lost";
        }
      },
    ],
  }),
];

/** Negative for what reserves none; a function with none of its own, 0, is stopped on purpose. */
function reservedBy({ type, props }: Observed): number {
  const reserved = type === functionType ? numberOf(props["reservedConcurrentExecutions"]) : -1;
  return Number.isNaN(reserved) ? -1 : reserved;
}

function hasValue(block: unknown, property: string): boolean {
  return isSet({ props: objectOf(block) }, property);
}

/** Whether a property names a function; what is not known yet and not computed from one does not. */
function names(graph: Graph, resource: Observed, property: string, lambda: Observed): boolean {
  const targets = known(() => graph.targets(resource, property, functionType)) ?? [];
  return targets.includes(lambda);
}

function isAsynchronous({ type, props }: Observed): boolean {
  if (type === permissionType) {
    return invokingServices.includes(serviceIn(props["principal"]));
  }
  if (type === integrationType) {
    const parameters = objectOf(known(() => props["requestParameters"]));
    return Object.keys(parameters).some(
      (name) =>
        name.toLowerCase() === invocationType && known(() => parameters[name]) === "'Event'",
    );
  }
  // A subscription may be to a queue or an address as well.
  return !type.startsWith("aws:sns/") || props["protocol"] === "lambda";
}

/** API Gateway Developer Guide, "Set up asynchronous integration of a Lambda function". */
const invocationType = "integration.request.header.x-amz-invocation-type";

/** For instance `logs` of `logs.eu-west-1.amazonaws.com`. */
function serviceIn(principal: unknown): string {
  const [, service = ""] =
    /^([a-z0-9.]+?)(?:\.[a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com(?:\.cn)?$/.exec(
      String(principal),
    ) ?? [];
  return service;
}
