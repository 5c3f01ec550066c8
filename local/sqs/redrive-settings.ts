import { MAX_RECEIVE_COUNT_SETTING } from "./limits.ts";
import type { RedriveAllowPolicy, RedrivePolicy } from "./redrive.ts";
import type { Settings } from "./settings.ts";

const QUEUE_ARN = /^arn:[a-z-]+:sqs:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_-]{1,80}(?:\.fifo)?)$/;
const MAX_SOURCE_QUEUES = 10;
const PERMISSIONS = ["allowAll", "denyAll", "byQueue"] as const;

/**
 * Reads `redrivePolicy`. The dead-letter queue is of the same type, region and account as its
 * source (SQS Developer Guide, "Using dead-letter queues").
 */
export function parseRedrivePolicy(
  settings: Settings,
  source: { arn: string; fifo: boolean },
): RedrivePolicy | undefined {
  const policy = settings.jsonObject("redrivePolicy");
  if (policy === undefined) return undefined;
  const refuse = (reason: string) => settings.refuse("redrivePolicy", reason);
  const { deadLetterTargetArn, maxReceiveCount, ...rest } = policy;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) return refuse(`${unknown} is not part of a redrive policy`);
  const target = typeof deadLetterTargetArn === "string" && QUEUE_ARN.exec(deadLetterTargetArn);
  if (typeof deadLetterTargetArn !== "string" || !target) {
    return refuse("deadLetterTargetArn must be the ARN of a queue");
  }
  const [, region, account, name = ""] = target;
  if (name.endsWith(".fifo") !== source.fifo) {
    return refuse(
      "the dead-letter queue of a FIFO queue must be a FIFO queue, of a standard queue a standard queue",
    );
  }
  const own = QUEUE_ARN.exec(source.arn);
  if (own !== null && (own[1] !== region || own[2] !== account)) {
    return refuse("the dead-letter queue must be in the same region and account");
  }
  // The API takes the count as a number and as a string of digits.
  const count = typeof maxReceiveCount === "string" ? Number(maxReceiveCount) : maxReceiveCount;
  if (
    typeof count !== "number" ||
    !Number.isInteger(count) ||
    count < 1 ||
    count > MAX_RECEIVE_COUNT_SETTING
  ) {
    return refuse(`maxReceiveCount must be an integer from 1 to ${MAX_RECEIVE_COUNT_SETTING}`);
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

/** Reads `redriveAllowPolicy`: which queues may use this one as their dead-letter queue. */
export function parseRedriveAllowPolicy(settings: Settings): RedriveAllowPolicy | undefined {
  const policy = settings.jsonObject("redriveAllowPolicy");
  if (policy === undefined) return undefined;
  const refuse = (reason: string) => settings.refuse("redriveAllowPolicy", reason);
  const permission = PERMISSIONS.find((known) => known === policy["redrivePermission"]);
  if (permission === undefined) {
    return refuse(`redrivePermission must be ${PERMISSIONS.join(", ")}`);
  }
  const sources: unknown = policy["sourceQueueArns"];
  if (permission !== "byQueue") {
    if (sources !== undefined) return refuse("only byQueue takes sourceQueueArns");
    return { redrivePermission: permission, sourceQueueArns: [] };
  }
  if (
    !Array.isArray(sources) ||
    sources.length === 0 ||
    sources.length > MAX_SOURCE_QUEUES ||
    !sources.every((arn) => typeof arn === "string" && QUEUE_ARN.test(arn))
  ) {
    return refuse(`sourceQueueArns must be 1 to ${MAX_SOURCE_QUEUES} ARNs of queues`);
  }
  return { redrivePermission: permission, sourceQueueArns: sources };
}
