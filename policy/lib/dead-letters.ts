import { anyOf, search } from "./each.ts";
import type { Graph } from "./graph.ts";
import { isSet, objectOf } from "./inputs.ts";
import { known, type Observed } from "./observed.ts";
import {
  queuesIn,
  queuesNamed,
  queueType,
  redriveAllowPolicyType,
  redrivePolicyType,
} from "./queues.ts";

/** Where it is said that failures go to a queue. */
interface FailureLink {
  type: string;
  property: string;
  /** Where the property names what takes failures, if it may name something else, too. */
  among?: { failures: readonly string[]; others: readonly string[] };
}

const failureLinks: readonly FailureLink[] = [
  { type: queueType, property: "redrivePolicy" },
  { type: redrivePolicyType, property: "redrivePolicy" },
  { type: "aws:lambda/eventSourceMapping:EventSourceMapping", property: "destinationConfig" },
  {
    type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    property: "destinationConfig",
    among: { failures: ["onFailure", "destination"], others: ["onSuccess", "destination"] },
  },
  { type: "aws:lambda/function:Function", property: "deadLetterConfig" },
  { type: "aws:sns/topicSubscription:TopicSubscription", property: "redrivePolicy" },
  { type: "aws:cloudwatch/eventBus:EventBus", property: "deadLetterConfig" },
  { type: "aws:cloudwatch/eventTarget:EventTarget", property: "deadLetterConfig" },
  // Of a stream that a pipe reads; its other parameters name no queue.
  { type: "aws:pipes/pipe:Pipe", property: "sourceParameters" },
  {
    type: "aws:scheduler/schedule:Schedule",
    property: "target",
    among: { failures: ["deadLetterConfig", "arn"], others: ["arn"] },
  },
];

/** What has the queue's `redrivePolicy`: the queue, or a resource of its own for that. */
export function redriveOf(queue: Observed, graph: Graph): Observed | undefined {
  return holderOf(queue, "redrivePolicy", redrivePolicyType, graph);
}

/** What has the queue's `redriveAllowPolicy`: the queue, or a resource of its own for that. */
export function redriveAllowanceOf(queue: Observed, graph: Graph): Observed | undefined {
  return holderOf(queue, "redriveAllowPolicy", redriveAllowPolicyType, graph);
}

/** Other queues of the stack that take what nobody could process of `queue`. */
export function deadLetterQueuesOf(queue: Observed, graph: Graph): Observed[] {
  const redrive = redriveOf(queue, graph);
  return redrive === undefined
    ? []
    : queuesIn(redrive, "redrivePolicy", graph).filter((other) => other !== queue);
}

/**
 * Whether failures end in the queue: those of another queue, of a function or of whatever else
 * sends them, or, by its `redriveAllowPolicy`, those of queues outside the stack that it names.
 */
export function isDeadLetterQueue(queue: Observed, graph: Graph): boolean {
  return graph.once(`takes failures ${queue.urn}`, () => {
    const isNamed = anyOf(failureLinks, (link) =>
      anyOf(graph.ofType(link.type), (user) => sendsFailuresTo(queue, user, link, graph)),
    );
    if (isNamed) {
      return true;
    }
    // That all queues may send theirs says nothing: so it is where nobody has decided.
    const allowance = redriveAllowanceOf(queue, graph);
    return objectOf(allowance?.props["redriveAllowPolicy"])["redrivePermission"] === "byQueue";
  });
}

function sendsFailuresTo(
  queue: Observed,
  user: Observed,
  { property, among }: FailureLink,
  graph: Graph,
): boolean {
  if (!queuesIn(user, property, graph).includes(queue) || redriveOf(queue, graph) === user) {
    return false;
  }
  if (among === undefined) {
    return true;
  }
  // Links do not tell the destinations in one property apart, but the value of one of them does.
  const isIt = (path: readonly string[]) => {
    const value: unknown = path.reduce(
      (within: unknown, key) => objectOf(within)[key],
      user.props[property],
    );
    return typeof value === "string" && queuesNamed([value], graph).includes(queue);
  };
  const isForOthers = known(() => isIt(among.others));
  return known(() => isIt(among.failures)) ?? (isForOthers === false || isIt(among.failures));
}

function holderOf(
  queue: Observed,
  property: string,
  type: string,
  graph: Graph,
): Observed | undefined {
  return graph.once(`${property} of ${queue.urn}`, () =>
    isSet(queue, property)
      ? queue
      : search(graph.ofType(type), (holder) => queuesIn(holder, "queueUrl", graph).includes(queue)),
  );
}
