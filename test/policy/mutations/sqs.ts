import { drop, edit, editJson, type Mutations, set } from "../../support/mutations.ts";

const queue = "roomcast-rooms-queue";
const dead = "roomcast-rooms-dead-letters";
const failures = "roomcast-presence-failures";
const policy = "roomcast-rooms-queue-policy";
const mapping = "roomcast-fan-out-queue-mapping";
const stream = "roomcast-presence-stream-mapping";
const otherQueue = "arn:aws:sqs:eu-west-1:000000000000:other.fifo";

const outlast =
  'visibilityTimeoutSeconds is less than six times the timeout of Function "roomcast-fan-out-function" plus the batching window. Raise visibilityTimeoutSeconds, or shorten the function\'s timeout.';
const bothLimits =
  "Set deduplicationScope to messageGroup and fifoThroughputLimit to perMessageGroupId, or take both away.";
const nameIt = "Leave the name to Pulumi, or let it end in .fifo exactly if fifoQueue is true.";
const attempts =
  "maxReceiveCount of redrivePolicy is not between 5 and 20. Set maxReceiveCount within these limits.";
const source = `its source Queue "${queue}"`;
const notAllowed = `redriveAllowPolicy does not name ${source}. Set redrivePermission to byQueue and sourceQueueArns to the queues that may send dead letters.`;
/** Whether the queue that is left without a source is for dead letters, its allowance will tell. */
const withoutSource = ["queue-has-dead-letter-queue", "alarms-cover-failures"].map(
  (rule) => `${rule}: "redriveAllowPolicy" of RedriveAllowPolicy "${dead}-source"`,
);
const denyPlain =
  "Deny sqs:* to Principal * where aws:SecureTransport is false, in a QueuePolicy of the queue.";
const report =
  "Add ReportBatchItemFailures to functionResponseTypes, and return batchItemFailures.";

export const queueMutations: Mutations = {
  "queue-visibility-outlasts-consumer": [
    {
      finds: "a queue whose messages reappear while they are in hand",
      by: set(queue, { visibilityTimeoutSeconds: 179 }),
      about: queue,
      says: outlast,
    },
    {
      finds: "a function that may take longer",
      // The other queue that it reads is told, this one forgotten.
      by: (resources) =>
        set("roomcast-lanes-queue", { visibilityTimeoutSeconds: 186 })(
          set("roomcast-fan-out-function", { timeout: 31 })(resources),
        ),
      about: queue,
      says: outlast,
    },
  ],
  "queue-is-encrypted": [
    {
      finds: "a queue whose encryption is switched off",
      by: set(queue, { sqsManagedSseEnabled: false }),
      about: queue,
      says: "is not encrypted at rest. Set sqsManagedSseEnabled to true, or kmsMasterKeyId.",
    },
  ],
  "fifo-throughput-is-consistent": [
    {
      finds: "a queue that deduplicates as a whole",
      by: set(queue, { deduplicationScope: undefined }),
      about: queue,
      says: `deduplicationScope is missing for high throughput, which needs it beside fifoThroughputLimit. ${bothLimits}`,
    },
    {
      finds: "a queue that is limited as a whole",
      by: set(queue, { fifoThroughputLimit: "perQueue" }),
      about: queue,
      says: `fifoThroughputLimit is missing for high throughput, which needs it beside deduplicationScope. ${bothLimits}`,
    },
  ],
  "fifo-name-ends-in-fifo": [
    {
      finds: "a FIFO queue that is named as a standard one",
      by: set(queue, { name: "rooms" }),
      about: queue,
      says: `name does not end in .fifo. ${nameIt}`,
    },
    {
      finds: "a standard queue that is named as a FIFO one",
      by: set(failures, { name: "failures.fifo" }),
      about: failures,
      says: `name ends in .fifo, but fifoQueue is not true. ${nameIt}`,
    },
  ],
  "queue-has-dead-letter-queue": [
    {
      finds: "a queue without a dead-letter queue",
      by: set(queue, { redrivePolicy: undefined }),
      about: queue,
      says: "has no redrivePolicy. Set redrivePolicy with the ARN of a dead-letter queue.",
      opens: withoutSource,
    },
    {
      finds: "a redrive policy that leads nowhere",
      by: edit(queue, (properties, { propertyDependencies }) => {
        properties["redrivePolicy"] = '{"maxReceiveCount":10}';
        delete propertyDependencies["redrivePolicy"];
      }),
      about: queue,
      says: "redrivePolicy has no deadLetterTargetArn. Set redrivePolicy with the ARN of a dead-letter queue.",
      opens: withoutSource,
    },
    {
      finds: "too few attempts",
      by: editJson(queue, "redrivePolicy", (redrive) => {
        redrive["maxReceiveCount"] = 4;
      }),
      about: queue,
      says: attempts,
      isLate: true,
    },
    {
      finds: "too many attempts",
      by: editJson(queue, "redrivePolicy", (redrive) => {
        redrive["maxReceiveCount"] = "21";
      }),
      about: queue,
      says: attempts,
      isLate: true,
    },
  ],
  "dead-letter-queue-fits-its-source": [
    {
      finds: "a standard queue for the dead letters of a FIFO queue",
      by: set(dead, { fifoQueue: undefined }),
      about: dead,
      says: `fifoQueue differs from that of ${source}. Set fifoQueue on both queues, or on neither.`,
    },
    {
      finds: "dead letters that are deleted early",
      by: set(dead, { messageRetentionSeconds: undefined }),
      about: dead,
      says: "messageRetentionSeconds is less than 1209600. Raise messageRetentionSeconds.",
    },
    {
      finds: "messages that live as long before they are dead letters",
      by: set(queue, { messageRetentionSeconds: 1_209_600 }),
      about: dead,
      says: `messageRetentionSeconds is not longer than that of ${source}. Shorten messageRetentionSeconds of the source, or raise that one.`,
    },
    {
      finds: "a dead-letter queue in another region",
      by: set(dead, { region: "us-east-1" }),
      settings: { "provider-is-pinned": { regions: ["eu-west-1", "us-east-1"] } },
      about: dead,
      says: `its region differs from that of ${source}. Create both queues in one region.`,
    },
    {
      finds: "a dead-letter queue that names no source",
      by: drop(`${dead}-source`),
      about: dead,
      says: notAllowed,
    },
    {
      finds: "a dead-letter queue that every queue may use",
      by: editJson(`${dead}-source`, "redriveAllowPolicy", (allowance) => {
        allowance["redrivePermission"] = "allowAll";
      }),
      about: dead,
      says: notAllowed,
      isLate: true,
    },
    {
      finds: "a dead-letter queue for another source",
      by: editJson(`${dead}-source`, "redriveAllowPolicy", (allowance) => {
        allowance["sourceQueueArns"] = [otherQueue];
      }),
      about: dead,
      says: notAllowed,
      isLate: true,
    },
  ],
  "queue-policy-requires-tls": [
    {
      finds: "a queue without a policy",
      by: drop(policy),
      about: queue,
      says: `has no policy. ${denyPlain}`,
    },
    {
      finds: "a policy that denies nothing",
      by: set(policy, { policy: '{"Statement":[]}' }),
      about: policy,
      says: `policy does not deny everybody calls without TLS. ${denyPlain}`,
    },
    {
      finds: "a policy that denies what is safe",
      by: editJson(policy, "policy", ({ Statement }) => {
        Statement[0].Condition = { Bool: { "aws:SecureTransport": "true" } };
      }),
      about: policy,
      says: `policy does not deny everybody calls without TLS. ${denyPlain}`,
      isLate: true,
    },
    {
      finds: "a policy for another queue",
      by: editJson(policy, "policy", ({ Statement }) => {
        Statement[0].Resource = otherQueue;
      }),
      about: policy,
      says: `policy does not deny everybody calls without TLS. ${denyPlain}`,
      isLate: true,
    },
  ],
};

export const eventSourceMutations: Mutations = {
  "queue-consumer-reports-item-failures": [
    {
      finds: "a consumer whose whole batch is repeated",
      by: set(mapping, { functionResponseTypes: [] }),
      about: mapping,
      says: `functionResponseTypes does not include ReportBatchItemFailures. ${report}`,
    },
  ],
  "fifo-consumer-batch-is-valid": [
    {
      finds: "a batch that AWS refuses",
      by: set(mapping, { batchSize: 11 }),
      about: mapping,
      says: "batchSize is more than 10. Set batchSize to 10 at most, and take maximumBatchingWindowInSeconds away.",
    },
    {
      finds: "a window that AWS refuses",
      by: set(mapping, { maximumBatchingWindowInSeconds: 1 }),
      about: mapping,
      says: "maximumBatchingWindowInSeconds is set. Set batchSize to 10 at most, and take maximumBatchingWindowInSeconds away.",
    },
  ],
  "stream-consumer-is-bounded": Object.entries({
    maximumRetryAttempts:
      "maximumRetryAttempts is not finite. Set maximumRetryAttempts to 0 or more.",
    maximumRecordAgeInSeconds:
      "maximumRecordAgeInSeconds is not finite. Set maximumRecordAgeInSeconds to 60 or more.",
    bisectBatchOnFunctionError:
      "bisectBatchOnFunctionError is not true. Set bisectBatchOnFunctionError to true.",
    functionResponseTypes: `functionResponseTypes does not include ReportBatchItemFailures. ${report}`,
    destinationConfig:
      "destinationConfig has no onFailure. Set destinationConfig.onFailure to a queue, a topic or a bucket.",
  }).map(([property, says]) => ({
    finds: `a stream's consumer without ${property}`,
    // Its links stay: else the queue that takes its failures would have no source.
    by: set(stream, { [property]: null }),
    about: stream,
    says,
  })),
};
