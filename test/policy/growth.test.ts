import assert from "node:assert/strict";
import type { PolicyResource } from "@pulumi/policy";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { isDeadLetterQueue } from "../../policy/lib/dead-letters.ts";
import { queuesReadBy } from "../../policy/lib/event-sources.ts";
import { Graph } from "../../policy/lib/graph.ts";
import { foreign } from "../support/policy.ts";
import { linked } from "../support/policy-arguments.ts";

const mappingType = "aws:lambda/eventSourceMapping:EventSourceMapping";

describe("a stack of twice the size", () => {
  it("takes little more than four times the reading, as each may name each", () => {
    const [once, twice] = [readsOf(20), readsOf(40)];
    assert.ok(twice < 5 * once, `${twice} reads after ${once}`);
  });
});

/** How often properties are read to judge queues that name each other by literals. */
function readsOf(queues: number): number {
  let reads = 0;
  const resources = Array.from({ length: queues }, (_, index) => stackOf(index)).flat();
  const counted = linked(resources).map((resource) => {
    const props = new Proxy(resource.props, {
      get(target, key) {
        reads += 1;
        return Reflect.get(target, key);
      },
    });
    return { ...resource, props } as PolicyResource;
  });
  const graph = new Graph(counted);
  for (const queue of graph.ofType("aws:sqs/queue:Queue")) {
    isDeadLetterQueue(queue, graph);
    for (const mapping of graph.ofType(mappingType)) {
      queuesReadBy(mapping, graph).includes(queue);
    }
  }
  return reads;
}

/** A queue, its dead-letter queue, and who reads it. */
function stackOf(index: number): RecordedResource[] {
  const arnOf = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:${name}-${index}`;
  const queue = (name: string, inputs = {}) =>
    foreign("aws:sqs/queue:Queue", `${name}-${index}`, inputs, {}, { arn: arnOf(name) });
  const redrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf("dead"), maxReceiveCount: 5 });
  return [
    queue("dead"),
    queue("orders", { redrivePolicy }),
    foreign(mappingType, `reader-${index}`, { eventSourceArn: arnOf("orders") }),
  ];
}
