import type { RecordedResource } from "../recording/resource.ts";
import { queueDefinition } from "./definition.ts";
import type { SqsService } from "./service.ts";

/**
 * Creates the program's queues: those without a dead-letter queue first, since it must exist before
 * a queue can refer to it. A redrive allow policy may be a resource of its own.
 */
export function createQueues(resources: readonly RecordedResource[], service: SqsService): void {
  const allowPolicies = new Map<string, string>(
    resources
      .filter(({ type }) => type === "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy")
      .map(({ inputs }) => [inputs["queueUrl"], inputs["redriveAllowPolicy"]]),
  );
  const queues = resources.filter(({ type }) => type === "aws:sqs/queue:Queue");
  const hasDeadLetters = ({ inputs }: RecordedResource) => inputs["redrivePolicy"] !== undefined;
  for (const resource of [
    ...queues.filter((queue) => !hasDeadLetters(queue)),
    ...queues.filter(hasDeadLetters),
  ]) {
    const redriveAllowPolicy = allowPolicies.get(resource.state["url"]);
    const inputs = { ...resource.inputs, ...(redriveAllowPolicy ? { redriveAllowPolicy } : {}) };
    service.createQueue(queueDefinition({ ...resource, inputs }));
  }
}
