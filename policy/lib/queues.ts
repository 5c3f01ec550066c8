import { anyOf, search } from "./each.ts";
import type { Graph } from "./graph.ts";
import { isSet, objectOf } from "./inputs.ts";
import { known, type Observed } from "./observed.ts";

export const queueType = "aws:sqs/queue:Queue";
export const queuePolicyType = "aws:sqs/queuePolicy:QueuePolicy";
const redrivePolicyType = "aws:sqs/redrivePolicy:RedrivePolicy";
const redriveAllowPolicyType = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy";
const invokeConfigType = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";

/** Where it is said that failures go to a queue: types of resources, and their property. */
const failureLinks: readonly (readonly [type: string, property: string])[] = [
  [queueType, "redrivePolicy"],
  [redrivePolicyType, "redrivePolicy"],
  ["aws:lambda/eventSourceMapping:EventSourceMapping", "destinationConfig"],
  [invokeConfigType, "destinationConfig"],
  ["aws:lambda/function:Function", "deadLetterConfig"],
  ["aws:sns/topicSubscription:TopicSubscription", "redrivePolicy"],
  ["aws:cloudwatch/eventTarget:EventTarget", "deadLetterConfig"],
];

/** A queue in an ARN or a URL. */
const queueNames =
  /(?:arn:[^:"\s]+:sqs:[^:"\s]*:[^:"\s]*:|https:\/\/sqs\.[^/"\s]+\/\d+\/)([\w.-]+)/g;

/**
 * Queues of the stack that a property names: by links, by values, and before the queue's ARN is
 * known also by its name in an ARN or URL that is a literal.
 *
 * @throws Undecided when nothing says so and the property is not known yet.
 */
export function queuesIn(resource: Observed, property: string, graph: Graph): Observed[] {
  const linked = graph.targets(resource, property, queueType);
  if (linked.length > 0) {
    return linked;
  }
  const value: unknown = resource.props[property];
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const names = new Set([...text.matchAll(queueNames)].map(([, name]) => name));
  return graph
    .ofType(queueType)
    .filter((queue) => arnOf(queue) === undefined && names.has(known(() => queue.props["name"])));
}

/** Undefined until it is known. */
export function arnOf(queue: Observed): string | undefined {
  const arn: unknown = known(() => queue.props["arn"]);
  return typeof arn === "string" && arn !== "" ? arn : undefined;
}

/** What has the queue's `redrivePolicy`: the queue, or a resource of its own for that. */
export function redriveOf(queue: Observed, graph: Graph): Observed | undefined {
  return holderOf(queue, "redrivePolicy", redrivePolicyType, graph);
}

/** What has the queue's `redriveAllowPolicy`: the queue, or a resource of its own for that. */
export function redriveAllowanceOf(queue: Observed, graph: Graph): Observed | undefined {
  return holderOf(queue, "redriveAllowPolicy", redriveAllowPolicyType, graph);
}

/** Queues of the stack that take what nobody could process of `queue`. */
export function deadLetterQueuesOf(queue: Observed, graph: Graph): Observed[] {
  const redrive = redriveOf(queue, graph);
  return redrive === undefined ? [] : queuesIn(redrive, "redrivePolicy", graph);
}

/**
 * Whether failures end in the queue: those of another queue, of a function, a mapping or a
 * subscription, or, by its `redriveAllowPolicy`, those of queues outside the stack.
 */
export function isDeadLetterQueue(queue: Observed, graph: Graph): boolean {
  const isNamed = anyOf(failureLinks, ([type, property]) =>
    anyOf(graph.ofType(type), (user) => sendsFailuresTo(queue, user, property, graph)),
  );
  if (isNamed) {
    return true;
  }
  const allowance = redriveAllowanceOf(queue, graph);
  const { redrivePermission } = objectOf(allowance?.props["redriveAllowPolicy"]);
  return redrivePermission === "byQueue" || redrivePermission === "allowAll";
}

function sendsFailuresTo(queue: Observed, user: Observed, property: string, graph: Graph): boolean {
  if (!queuesIn(user, property, graph).includes(queue)) {
    return false;
  }
  const destinations = user.type === invokeConfigType ? objectOf(user.props[property]) : {};
  if (!isSet({ props: destinations }, "onSuccess")) {
    return true;
  }
  // Two destinations in one property: only values can tell which is which.
  const { destination } = objectOf(destinations["onFailure"]);
  return destination !== undefined && destination === queue.props["arn"];
}

function holderOf(
  queue: Observed,
  property: string,
  type: string,
  graph: Graph,
): Observed | undefined {
  return isSet(queue, property)
    ? queue
    : search(graph.ofType(type), (holder) => queuesIn(holder, "queueUrl", graph).includes(queue));
}
