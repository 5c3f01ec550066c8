import { isDeadLetterQueue } from "../lib/dead-letters.ts";
import { anyOf } from "../lib/each.ts";
import { isEventSource, sourceKind } from "../lib/event-sources.ts";
import type { Graph } from "../lib/graph.ts";
import { objectOf, recordsIn } from "../lib/inputs.ts";
import { functionType, mappingType } from "../lib/lambda-types.ts";
import { textsWithin } from "../lib/naming.ts";
import { known, type Observed } from "../lib/observed.ts";
import { queueType } from "../lib/queues.ts";
import { type StackContext, stackRule } from "../lib/rule.ts";
import { checkov, ours, securityHub } from "../lib/sources.ts";
import { apiType, isWebSocketApi } from "../lib/websocket.ts";

const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
const compositeAlarmType = "aws:cloudwatch/compositeAlarm:CompositeAlarm";

/** A metric that somebody must be told about. */
interface Watched {
  /** Of the resources that have it. */
  type: string;
  namespace: string;
  metricName: string;
  /** Which of these resources. */
  concerns(resource: Observed, graph: Graph): boolean;
}

const watchedMetrics: readonly Watched[] = [
  {
    type: queueType,
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    concerns: isDeadLetterQueue,
  },
  {
    type: queueType,
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    concerns: isEventSource,
  },
  {
    type: functionType,
    namespace: "AWS/Lambda",
    metricName: "Errors",
    concerns: () => true,
  },
  {
    type: functionType,
    namespace: "AWS/Lambda",
    metricName: "Throttles",
    concerns: () => true,
  },
  {
    type: functionType,
    namespace: "AWS/Lambda",
    metricName: "IteratorAge",
    concerns: (consumer, graph) =>
      anyOf(
        graph.ofType(mappingType),
        (mapping) =>
          sourceKind(mapping, graph) === "stream" &&
          graph.targets(mapping, "functionName", functionType).includes(consumer),
      ),
  },
  {
    type: apiType,
    namespace: "AWS/ApiGateway",
    metricName: "IntegrationError",
    concerns: isWebSocketApi,
  },
];

export const alarmRules = [
  stackRule({
    name: "alarms-cover-failures",
    description:
      "Somebody is told of dead letters, of old messages and records, of functions that fail or are throttled, and of failing integrations.",
    level: "mandatory",
    severity: "medium",
    sources: [
      securityHub("CloudWatch.15"),
      securityHub("CloudWatch.17"),
      checkov("CKV_AWS_319"),
      ours,
    ],
    remedy: "Create a MetricAlarm with the resource in its dimensions, and with alarmActions.",
    decidedBy: "links",
    types: [...new Set(watchedMetrics.map(({ type }) => type))],
    checks: watchedMetrics.map(
      (watched) =>
        function* (resource: Observed, { graph }: StackContext<unknown>) {
          if (resource.type !== watched.type || !watched.concerns(resource, graph)) {
            return;
          }
          const alarms = graph.ofType(alarmType);
          const isOnIt = (alarm: Observed) => watches(alarm, watched, resource, graph);
          if (!anyOf(alarms, (alarm) => isOnIt(alarm) && tellsSomebody(alarm, graph))) {
            yield anyOf(alarms, isOnIt)
              ? `its alarm on ${watched.metricName} tells nobody`
              : `has no alarm on ${watched.metricName}`;
          }
        },
    ),
  }),
];

/** By a metric of its own, or by one of those that it computes with. */
function watches(alarm: Observed, watched: Watched, resource: Observed, graph: Graph): boolean {
  const links = (property: string) =>
    graph.targets(alarm, property, watched.type).includes(resource);
  return (
    (isMetric(alarm.props, watched) && links("dimensions")) ||
    anyOf(recordsIn(alarm.props["metricQueries"]), (query) => {
      const metric = objectOf(query["metric"]);
      if (!isMetric(metric, watched)) {
        return false;
      }
      // Links are those of all queries together: which one is of what, only values tell.
      const texts = known(() => textsWithin(metric["dimensions"]));
      return texts === undefined
        ? links("metricQueries")
        : graph.named(texts, watched.type).includes(resource);
    })
  );
}

function isMetric(metric: Record<string, unknown>, { namespace, metricName }: Watched): boolean {
  return metric["namespace"] === namespace && metric["metricName"] === metricName;
}

/** Itself, or by an alarm that it is a part of. */
function tellsSomebody(alarm: Observed, graph: Graph): boolean {
  return (
    hasActions(alarm) ||
    anyOf(
      graph.ofType(compositeAlarmType),
      (composite) => hasActions(composite) && isPartOf(alarm, composite, graph),
    )
  );
}

function hasActions({ props }: Observed): boolean {
  const isOff = props["actionsEnabled"] === false || props["actionsEnabled"] === "false";
  const actions: unknown = props["alarmActions"];
  return !isOff && Array.isArray(actions) && actions.length > 0;
}

/** A rule names alarms by ARN, or as in `ALARM("name")`. */
function isPartOf(alarm: Observed, composite: Observed, graph: Graph): boolean {
  if (graph.targets(composite, "alarmRule", alarmType).includes(alarm)) {
    return true;
  }
  const name: unknown = known(() => alarm.props["name"]);
  const named = String(composite.props["alarmRule"]).matchAll(/\(\s*"?([^"()]+?)"?\s*\)/g);
  return [...named].some(([, text]) => text === name);
}
