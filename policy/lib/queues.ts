import type { Graph } from "./graph.ts";
import { known, type Observed } from "./observed.ts";

export const queueType = "aws:sqs/queue:Queue";
export const queuePolicyType = "aws:sqs/queuePolicy:QueuePolicy";
export const redrivePolicyType = "aws:sqs/redrivePolicy:RedrivePolicy";
export const redriveAllowPolicyType = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy";

/** A queue in an ARN or a URL. */
const queueNames =
  /(?:arn:[^:"\s]+:sqs:[^:"\s]*:[^:"\s]*:|https:\/\/sqs\.[^/"\s]+\/\d+\/)([\w.-]+)/g;

/**
 * Queues of the stack that a property names: by links and by values.
 *
 * @throws Undecided when nothing says so and the property is not known yet.
 */
export function queuesIn(resource: Observed, property: string, graph: Graph): Observed[] {
  return graph.once(`queues ${resource.urn} ${property}`, () => {
    const found = graph.targets(resource, property, queueType);
    const texts = () => graph.textsIn(resource, property);
    const more = toExist(found.length > 0 ? (known(texts) ?? []) : texts(), graph);
    return [...new Set([...found, ...more])];
  });
}

/** Queues of the stack that one of some texts names. */
export function queuesNamed(texts: readonly string[], graph: Graph): Observed[] {
  return [...graph.named(texts, queueType), ...toExist(texts, graph)];
}

/** Undefined until it is known. */
export function arnOf(queue: Observed): string | undefined {
  const arn: unknown = known(() => queue.props["arn"]);
  return typeof arn === "string" && arn !== "" ? arn : undefined;
}

/** What the ARN of a queue says; undefined for anything else. */
export function partsOf(
  arn: unknown,
): { region: string; account: string; name: string } | undefined {
  const match = /^arn:[^:]+:sqs:([^:]+):([^:]+):([\w.-]+)$/.exec(String(arn));
  const [, region, account, name] = match ?? [];
  return region && account && name ? { region, account, name } : undefined;
}

/** Before the ARN of a queue is known: those whose name is in an ARN or URL that is a literal. */
function toExist(texts: readonly string[], graph: Graph): Observed[] {
  const found = texts.flatMap((text) => [...text.matchAll(queueNames)].map(([, name]) => name));
  if (found.length === 0) {
    return [];
  }
  const names: unknown[] = found;
  return graph
    .ofType(queueType)
    .filter(
      (queue) => arnOf(queue) === undefined && names.includes(known(() => queue.props["name"])),
    );
}
