import {
  readsFifoQueue,
  reportsItemFailures,
  sourceKind,
  takesOneAtATime,
} from "../lib/event-sources.ts";
import { isSet, isTrue, numberOf, objectOf } from "../lib/inputs.ts";
import { mappingType } from "../lib/lambda-types.ts";
import type { Observed } from "../lib/observed.ts";
import { type Finding, type StackContext, stackRule } from "../lib/rule.ts";
import { awsDocumentation, cdkNag, ours, serverlessRules } from "../lib/sources.ts";

/** The most that Lambda takes from a FIFO queue at once. */
const largestFifoBatch = 10;

export const eventSourceRules = [
  stackRule({
    name: "queue-consumer-reports-item-failures",
    description:
      "Functions that read a FIFO queue, or another one in batches, say which messages failed, so that one bad message does not repeat the others.",
    level: "mandatory",
    severity: "high",
    sources: [
      awsDocumentation('Lambda Developer Guide, "Handling errors for an SQS event source"'),
      ours,
    ],
    remedy: "Add ReportBatchItemFailures to functionResponseTypes, and return batchItemFailures.",
    decidedBy: "links",
    types: [mappingType],
    checks: [
      function* (mapping, { graph }) {
        if (
          sourceKind(mapping, graph) === "queue" &&
          !reportsItemFailures(mapping) &&
          (!takesOneAtATime(mapping) || readsFifoQueue(mapping, graph))
        ) {
          yield "functionResponseTypes does not include ReportBatchItemFailures";
        }
      },
    ],
  }),

  stackRule({
    name: "fifo-consumer-batch-is-valid",
    description: "Functions take at most 10 messages at once from a FIFO queue, without a window.",
    level: "mandatory",
    severity: "medium",
    sources: [awsDocumentation('Lambda API Reference, "CreateEventSourceMapping"'), ours],
    remedy: `Set batchSize to ${largestFifoBatch} at most, and take maximumBatchingWindowInSeconds away.`,
    decidedBy: "links",
    types: [mappingType],
    checks: [
      function* (mapping, { graph }) {
        if (
          numberOf(mapping.props["batchSize"]) > largestFifoBatch &&
          readsFifoQueue(mapping, graph)
        ) {
          yield `batchSize is more than ${largestFifoBatch}`;
        }
      },
      function* (mapping, { graph }) {
        if (
          numberOf(mapping.props["maximumBatchingWindowInSeconds"]) > 0 &&
          readsFifoQueue(mapping, graph)
        ) {
          yield "maximumBatchingWindowInSeconds is set";
        }
      },
    ],
  }),

  stackRule({
    name: "stream-consumer-is-bounded",
    description:
      "Functions that read a stream give up a bad record after finite attempts and time, isolate it, and tell a failure destination.",
    level: "mandatory",
    severity: "high",
    sources: [serverlessRules("ES1001"), cdkNag("LambdaEventSourceMappingDestination"), ours],
    remedy: "Bound what a bad record can hold up: by default it blocks its shard until it expires.",
    decidedBy: "links",
    types: [mappingType],
    checks: [
      ofStreams(function* ({ props }) {
        if (numberOf(props["maximumRetryAttempts"], -1) < 0) {
          yield {
            fault: "maximumRetryAttempts is not finite",
            remedy: "Set maximumRetryAttempts to 0 or more.",
          };
        }
      }),
      ofStreams(function* ({ props }) {
        if (numberOf(props["maximumRecordAgeInSeconds"], -1) < 0) {
          yield {
            fault: "maximumRecordAgeInSeconds is not finite",
            remedy: "Set maximumRecordAgeInSeconds to 60 or more.",
          };
        }
      }),
      ofStreams(function* (mapping) {
        if (!isTrue(mapping.props["bisectBatchOnFunctionError"]) && !takesOneAtATime(mapping)) {
          yield {
            fault: "bisectBatchOnFunctionError is not true",
            remedy: "Set bisectBatchOnFunctionError to true.",
          };
        }
      }),
      ofStreams(function* (mapping) {
        if (!reportsItemFailures(mapping) && !takesOneAtATime(mapping)) {
          yield {
            fault: "functionResponseTypes does not include ReportBatchItemFailures",
            remedy:
              "Add ReportBatchItemFailures to functionResponseTypes, and return batchItemFailures.",
          };
        }
      }),
      ofStreams(function* ({ props }) {
        const onFailure = objectOf(objectOf(props["destinationConfig"])["onFailure"]);
        if (!isSet({ props: onFailure }, "destinationArn")) {
          yield {
            fault: "destinationConfig has no onFailure",
            remedy: "Set destinationConfig.onFailure to a queue, a topic or a bucket.",
          };
        }
      }),
    ],
  }),
];

/** A check of mappings that read a stream of DynamoDB or Kinesis. */
function ofStreams(check: (mapping: Observed) => Iterable<Finding>) {
  return function* (mapping: Observed, { graph }: StackContext<unknown>) {
    if (sourceKind(mapping, graph) === "stream") {
      yield* check(mapping);
    }
  };
}
