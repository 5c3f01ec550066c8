import { queuesReadBy } from "../lib/event-sources.ts";
import { isLeftOut, isSet, isTrue, numberOf } from "../lib/inputs.ts";
import { functionType, mappingType } from "../lib/lambda-types.ts";
import { labelOf } from "../lib/observed.ts";
import { queueType } from "../lib/queues.ts";
import { resourceRule, stackRule } from "../lib/rule.ts";
import { awsDocumentation, cdkNag, cfnNag, checkov, ours, securityHub } from "../lib/sources.ts";
import { deadLetterRules } from "./sqs-dead-letters.ts";
import { queuePolicyRules } from "./sqs-policy.ts";

/** What Lambda gives a function that does not say. */
const defaultFunctionTimeoutSeconds = 3;
/** What SQS gives a queue that does not say. */
const defaultVisibilityTimeoutSeconds = 30;

/** The values by which SQS makes a FIFO queue one of high throughput, which need each other. */
const highThroughput = {
  deduplicationScope: "messageGroup",
  fifoThroughputLimit: "perMessageGroupId",
};

export const sqsRules = [
  stackRule({
    name: "queue-visibility-outlasts-consumer",
    description:
      "Messages in hand stay invisible for six times the consumer's timeout and the batching window.",
    level: "mandatory",
    severity: "high",
    sources: [cdkNag("LambdaEventSourceSQSVisibilityTimeout"), ours],
    remedy: "Raise visibilityTimeoutSeconds, or shorten the function's timeout.",
    decidedBy: "links",
    types: [mappingType],
    checks: [
      function* (mapping, { graph }) {
        for (const queue of queuesReadBy(mapping, graph)) {
          for (const consumer of graph.targets(mapping, "functionName", functionType)) {
            const given = numberOf(mapping.props["maximumBatchingWindowInSeconds"], 0);
            // That a FIFO queue takes none is another rule's.
            const window = given > 0 && isTrue(queue.props["fifoQueue"]) ? 0 : given;
            const timeout = numberOf(consumer.props["timeout"], defaultFunctionTimeoutSeconds);
            const visibility = numberOf(
              queue.props["visibilityTimeoutSeconds"],
              defaultVisibilityTimeoutSeconds,
            );
            if (visibility < 6 * timeout + window) {
              const fault = `visibilityTimeoutSeconds is less than six times the timeout of ${labelOf(consumer)} plus the batching window`;
              yield { fault, about: queue };
            }
          }
        }
      },
    ],
  }),

  ...deadLetterRules,

  resourceRule({
    name: "queue-is-encrypted",
    description: "Queues are encrypted at rest, by SQS or by a key of KMS.",
    level: "remediate",
    severity: "high",
    sources: [
      securityHub("SQS.1"),
      checkov("CKV_AWS_27"),
      cdkNag("AwsSolutions-SQS2"),
      cfnNag("W48"),
    ],
    remedy: "Set sqsManagedSseEnabled to true, or kmsMasterKeyId.",
    decidedBy: "inputs",
    types: [queueType],
    checks: [
      function* (queue) {
        if (!isSet(queue, "kmsMasterKeyId") && !isTrue(queue.props["sqsManagedSseEnabled"])) {
          yield "is not encrypted at rest";
        }
      },
    ],
    remediate({ props }) {
      // Where somebody has decided, be it wrongly, it would not be additive.
      const isOpen = ["kmsMasterKeyId", "sqsManagedSseEnabled"].every((key) =>
        isLeftOut(props, key),
      );
      if (isOpen) {
        props["sqsManagedSseEnabled"] = true;
      }
      return isOpen;
    },
  }),

  ...queuePolicyRules,

  resourceRule({
    name: "fifo-throughput-is-consistent",
    description:
      "FIFO queues set both halves of high throughput or none, and other queues nothing that is only for FIFO.",
    level: "mandatory",
    severity: "low",
    sources: [awsDocumentation('SQS Developer Guide, "High throughput for FIFO queues"'), ours],
    remedy:
      "Set deduplicationScope to messageGroup and fifoThroughputLimit to perMessageGroupId, or take both away.",
    decidedBy: "inputs",
    types: [queueType],
    checks: [
      function* ({ props }) {
        const entries = Object.entries(highThroughput);
        const halves = entries.filter(([property, value]) => props[property] === value);
        if (halves.length === 1) {
          const [missing] = entries.find((entry) => entry !== halves[0]) ?? [];
          yield `${missing} is missing for high throughput, which needs it beside ${halves[0]?.[0]}`;
        }
      },
      function* (queue) {
        if (isTrue(queue.props["fifoQueue"])) {
          return;
        }
        const remedy = "Set fifoQueue to true, or take the property away.";
        for (const property of Object.keys(highThroughput)) {
          if (isSet(queue, property)) {
            yield { fault: `${property} is set, but fifoQueue is not true`, remedy };
          }
        }
        if (isTrue(queue.props["contentBasedDeduplication"])) {
          yield { fault: "contentBasedDeduplication is set, but fifoQueue is not true", remedy };
        }
      },
    ],
  }),

  resourceRule({
    name: "fifo-name-ends-in-fifo",
    description:
      "A queue that is given a name has one that ends in .fifo if it is a FIFO queue, and only then.",
    level: "mandatory",
    severity: "low",
    sources: [awsDocumentation('SQS API Reference, "CreateQueue"'), ours],
    remedy: "Leave the name to Pulumi, or let it end in .fifo exactly if fifoQueue is true.",
    decidedBy: "inputs",
    types: [queueType],
    checks: [
      function* ({ props }) {
        const name: unknown = props["name"];
        if (typeof name !== "string" || name === "") {
          return;
        }
        const isFifo = isTrue(props["fifoQueue"]);
        if (name.endsWith(".fifo") !== isFifo) {
          yield isFifo
            ? "name does not end in .fifo"
            : "name ends in .fifo, but fifoQueue is not true";
        }
      },
    ],
  }),
];
