import { allowedAccountsOf } from "../lib/accounts.ts";
import {
  deadLetterQueuesOf,
  isDeadLetterQueue,
  redriveAllowanceOf,
  redriveOf,
} from "../lib/dead-letters.ts";
import { anyOf } from "../lib/each.ts";
import { isEventSource } from "../lib/event-sources.ts";
import type { Graph } from "../lib/graph.ts";
import { isSet, isTrue, numberOf, objectOf, textsIn } from "../lib/inputs.ts";
import { known, labelOf, type Observed } from "../lib/observed.ts";
import { arnOf, partsOf, queuesIn, queueType } from "../lib/queues.ts";
import { type Finding, stackRule } from "../lib/rule.ts";
import { awsDocumentation, cdkNag, ours, serverlessRules } from "../lib/sources.ts";

/** What SQS gives a queue that does not say: 4 days. */
const defaultRetentionSeconds = 345_600;
/** The longest that SQS keeps a message: 14 days. */
const longestRetentionSeconds = 1_209_600;

/** What to do about a queue and its dead-letter queue that differ. */
const alike = {
  fifoQueue: "Set fifoQueue on both queues, or on neither.",
  region: "Create both queues in one region.",
  account: "Create both queues in one account.",
};

export const deadLetterRules = [
  stackRule<{ minimumReceives: number; maximumReceives: number }>({
    name: "queue-has-dead-letter-queue",
    description:
      "Queues put aside what nobody could process, after enough attempts; dead-letter queues themselves need not.",
    level: "mandatory",
    severity: "high",
    sources: [cdkNag("AwsSolutions-SQS3"), serverlessRules("ES6000"), ours],
    remedy: "Set redrivePolicy with the ARN of a dead-letter queue.",
    decidedBy: "links",
    types: [queueType],
    settings: {
      minimumReceives: {
        type: "integer",
        minimum: 1,
        maximum: 1000,
        description:
          "The least maxReceiveCount: with fewer attempts, throttling alone sends messages away.",
        default: 5,
      },
      maximumReceives: {
        type: "integer",
        minimum: 1,
        maximum: 1000,
        description: "The greatest maxReceiveCount: until then a message holds up its group.",
        default: 20,
      },
    },
    checks: [
      function* (queue, { graph }) {
        const isNeedless = () => isDeadLetterQueue(queue, graph) || waitsForPeople(queue, graph);
        if (redriveOf(queue, graph) === undefined && !isNeedless()) {
          yield "has no redrivePolicy";
        }
      },
      function* (queue, { graph }) {
        const redrive = redriveOf(queue, graph);
        if (redrive === undefined) {
          return;
        }
        if (queuesIn(redrive, "redrivePolicy", graph).includes(queue)) {
          yield { fault: "redrivePolicy names the queue itself", about: redrive };
        }
        // While that is not known, it was computed from a queue, or the next check says it.
        const policy = known(() => objectOf(redrive.props["redrivePolicy"]));
        if (policy !== undefined && !isSet({ props: policy }, "deadLetterTargetArn")) {
          yield { fault: "redrivePolicy has no deadLetterTargetArn", about: redrive };
        }
      },
      function* (queue, { graph, settings: { minimumReceives, maximumReceives } }) {
        const redrive = redriveOf(queue, graph);
        if (redrive === undefined) {
          return;
        }
        const { maxReceiveCount } = objectOf(redrive.props["redrivePolicy"]);
        const receives = numberOf(maxReceiveCount);
        if (!(receives >= minimumReceives && receives <= maximumReceives)) {
          const fault = `maxReceiveCount of redrivePolicy is not between ${minimumReceives} and ${maximumReceives}`;
          yield { fault, about: redrive, remedy: "Set maxReceiveCount within these limits." };
        }
      },
    ],
  }),

  stackRule<{ minimumRetentionSeconds: number }>({
    name: "dead-letter-queue-fits-its-source",
    description:
      "Dead-letter queues are FIFO as their source is, stand in its region, name it in redriveAllowPolicy, keep messages longest, and are read by people only.",
    level: "mandatory",
    severity: "high",
    sources: [awsDocumentation('SQS Developer Guide, "Using dead-letter queues"'), ours],
    remedy: "Make the dead-letter queue fit its source.",
    decidedBy: "links",
    types: [queueType],
    settings: {
      minimumRetentionSeconds: {
        type: "integer",
        minimum: 60,
        maximum: longestRetentionSeconds,
        description: "How long a dead-letter queue keeps messages at least.",
        default: longestRetentionSeconds,
      },
    },
    checks: [
      function* (source, { graph }) {
        for (const about of deadLetterQueuesOf(source, graph)) {
          if (isTrue(about.props["fifoQueue"]) !== isTrue(source.props["fifoQueue"])) {
            const fault = `fifoQueue differs from that of its source ${labelOf(source)}`;
            yield { fault, about, remedy: alike.fifoQueue };
          }
        }
      },
      function* (source, { graph }) {
        for (const about of deadLetterQueuesOf(source, graph)) {
          const regions = [regionOf(about), regionOf(source)];
          if (regions.every((region) => region !== undefined) && regions[0] !== regions[1]) {
            const fault = `its region differs from that of its source ${labelOf(source)}`;
            yield { fault, about, remedy: alike.region };
          }
        }
      },
      function* (source, { graph }) {
        yield* faultsOutside(source, graph);
      },
      function* (queue, { graph, settings: { minimumRetentionSeconds } }) {
        const retention = retentionOf(queue);
        if (retention < minimumRetentionSeconds && isDeadLetterQueue(queue, graph)) {
          const fault = `messageRetentionSeconds is less than ${minimumRetentionSeconds}`;
          yield { fault, remedy: "Raise messageRetentionSeconds." };
        }
      },
      function* (source, { graph, settings: { minimumRetentionSeconds } }) {
        for (const about of deadLetterQueuesOf(source, graph)) {
          const retention = retentionOf(about);
          // But for FIFO a message keeps the age of its source, and may have no time left here.
          if (retention >= minimumRetentionSeconds && retention <= retentionOf(source)) {
            const fault = `messageRetentionSeconds is not longer than that of its source ${labelOf(source)}`;
            const remedy = "Shorten messageRetentionSeconds of the source, or raise that one.";
            yield { fault, about, remedy };
          }
        }
      },
      function* (source, { graph }) {
        for (const about of deadLetterQueuesOf(source, graph)) {
          if (!allowsByName(about, source, graph)) {
            const fault = `redriveAllowPolicy does not name its source ${labelOf(source)}`;
            const remedy =
              "Set redrivePermission to byQueue and sourceQueueArns to the queues that may send dead letters.";
            yield { fault, about, remedy };
          }
        }
      },
      function* (queue, { graph }) {
        if (isEventSource(queue, graph) && isDeadLetterQueue(queue, graph)) {
          const remedy =
            "Take the event source mapping away, and redrive messages to their source.";
          yield { fault: "is an event source, though a dead-letter queue", remedy };
        }
      },
    ],
  }),
];

function allowsByName(deadLetterQueue: Observed, source: Observed, graph: Graph): boolean {
  const allowance = redriveAllowanceOf(deadLetterQueue, graph);
  if (
    allowance === undefined ||
    !queuesIn(allowance, "redriveAllowPolicy", graph).includes(source)
  ) {
    return false;
  }
  const { redrivePermission, sourceQueueArns } = objectOf(allowance.props["redriveAllowPolicy"]);
  const arn = arnOf(source);
  return (
    redrivePermission === "byQueue" && (arn === undefined || textsIn(sourceQueueArns).includes(arn))
  );
}

function retentionOf({ props }: Observed): number {
  return numberOf(props["messageRetentionSeconds"], defaultRetentionSeconds);
}

/** What the ARN of a dead-letter queue outside the stack tells. */
function* faultsOutside(source: Observed, graph: Graph): Generator<Finding> {
  const redrive = redriveOf(source, graph);
  if (redrive === undefined || queuesIn(redrive, "redrivePolicy", graph).length > 0) {
    return;
  }
  const target = partsOf(objectOf(redrive.props["redrivePolicy"])["deadLetterTargetArn"]);
  if (target === undefined) {
    return;
  }
  const fault = (what: string) => `its ${what} differs from that of its dead-letter queue`;
  if (target.name.endsWith(".fifo") !== isTrue(source.props["fifoQueue"])) {
    yield { fault: fault("fifoQueue"), remedy: alike.fifoQueue };
  }
  const region = regionOf(source);
  if (region !== undefined && target.region !== region) {
    yield { fault: fault("region"), remedy: alike.region };
  }
  const accounts = accountsOf(source);
  if (accounts.length > 0 && !accounts.includes(target.account)) {
    yield { fault: fault("account"), remedy: alike.account };
  }
}

/** The resource's own, or that of its provider. */
function regionOf(queue: Observed): string | undefined {
  const region: unknown = queue.props["region"] ?? queue.provider?.props["region"];
  return typeof region === "string" && region !== "" ? region : partsOf(arnOf(queue))?.region;
}

/** The one that its ARN names, or those that its provider may use. */
function accountsOf(queue: Observed): string[] {
  const own = partsOf(arnOf(queue))?.account;
  if (own !== undefined) {
    return [own];
  }
  return queue.provider === undefined ? [] : allowedAccountsOf(queue.provider);
}

/** Nobody in the stack reads it, and somebody is told of the first message: whatever goes there, it is a dead end on purpose. */
function waitsForPeople(queue: Observed, graph: Graph): boolean {
  return (
    !isEventSource(queue, graph) &&
    anyOf(
      graph.ofType("aws:cloudwatch/metricAlarm:MetricAlarm"),
      (alarm) =>
        alarm.props["metricName"] === "ApproximateNumberOfMessagesVisible" &&
        graph.targets(alarm, "dimensions", queueType).includes(queue),
    )
  );
}
