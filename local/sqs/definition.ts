import type { RecordedResource } from "../recording/resource.ts";
import type { DeduplicationScope } from "./deduplication.ts";
import * as limits from "./limits.ts";
import type { RedriveAllowPolicy, RedrivePolicy } from "./redrive.ts";
import { parseRedriveAllowPolicy, parseRedrivePolicy } from "./redrive-settings.ts";
import { Settings } from "./settings.ts";

/** A queue as its Pulumi resource describes it, defaults filled in. */
export interface QueueDefinition {
  name: string;
  arn: string;
  url: string;
  fifo: boolean;
  /** 0 to 43 200 seconds, 30 by default. */
  visibilityTimeoutSeconds: number;
  /** 60 to 1 209 600 seconds, 345 600 (four days) by default. */
  messageRetentionSeconds: number;
  /** 0 to 900 seconds, 0 by default. */
  delaySeconds: number;
  /** 0 to 20 seconds, 0 by default. */
  receiveWaitTimeSeconds: number;
  /** 1 024 to 1 048 576 bytes, the latter by default. */
  maxMessageSize: number;
  contentBasedDeduplication: boolean;
  deduplicationScope: DeduplicationScope;
  fifoThroughputLimit: "perQueue" | "perMessageGroupId";
  redrivePolicy: RedrivePolicy | undefined;
  redriveAllowPolicy: RedriveAllowPolicy | undefined;
}

const FIFO_SUFFIX = ".fifo";
const QUEUE_NAME = /^[A-Za-z0-9_-]{1,80}$/;
const FIFO_QUEUE_NAME = /^[A-Za-z0-9_-]{1,75}\.fifo$/;
const FIFO_ONLY = ["contentBasedDeduplication", "deduplicationScope", "fifoThroughputLimit"];
/** Read below, or without effect on a laptop. */
const KNOWN = new Set([
  ...FIFO_ONLY,
  "delaySeconds",
  "fifoQueue",
  "kmsDataKeyReusePeriodSeconds",
  "kmsMasterKeyId",
  "maxMessageSize",
  "messageRetentionSeconds",
  "name",
  "namePrefix",
  "policy",
  "receiveWaitTimeSeconds",
  "redriveAllowPolicy",
  "redrivePolicy",
  "region",
  "sqsManagedSseEnabled",
  "tags",
  "tagsAll",
  "visibilityTimeoutSeconds",
]);

/**
 * Reads a recorded `aws:sqs/queue:Queue`. Throws an error that names the resource and the property
 * for what the local queue does not know, and for what SQS refuses.
 */
export function queueDefinition(resource: RecordedResource): QueueDefinition {
  const settings = new Settings(resource);
  settings.refuseUnknown(KNOWN);
  const { name, arn, url } = resource.state;
  const fifo = settings.boolean("fifoQueue");
  checkName(settings, name, fifo);
  checkCombinations(settings, fifo);
  return {
    name,
    arn,
    url,
    fifo,
    visibilityTimeoutSeconds: settings.integer(
      "visibilityTimeoutSeconds",
      { least: 0, most: limits.MAX_VISIBILITY_SECONDS },
      limits.DEFAULT_VISIBILITY_SECONDS,
    ),
    messageRetentionSeconds: settings.integer(
      "messageRetentionSeconds",
      { least: limits.MIN_RETENTION_SECONDS, most: limits.MAX_RETENTION_SECONDS },
      limits.DEFAULT_RETENTION_SECONDS,
    ),
    delaySeconds: settings.integer("delaySeconds", { least: 0, most: limits.MAX_DELAY_SECONDS }, 0),
    receiveWaitTimeSeconds: settings.integer(
      "receiveWaitTimeSeconds",
      { least: 0, most: limits.MAX_WAIT_SECONDS },
      0,
    ),
    maxMessageSize: settings.integer(
      "maxMessageSize",
      { least: limits.MIN_MESSAGE_BYTES_SETTING, most: limits.MAX_MESSAGE_BYTES },
      limits.MAX_MESSAGE_BYTES,
    ),
    contentBasedDeduplication: settings.boolean("contentBasedDeduplication"),
    deduplicationScope: settings.oneOf("deduplicationScope", ["queue", "messageGroup"]),
    fifoThroughputLimit: settings.oneOf("fifoThroughputLimit", ["perQueue", "perMessageGroupId"]),
    redrivePolicy: parseRedrivePolicy(settings, { arn, fifo }),
    redriveAllowPolicy: parseRedriveAllowPolicy(settings),
  };
}

function checkName(settings: Settings, name: unknown, fifo: boolean): void {
  const valid = typeof name === "string" && (fifo ? FIFO_QUEUE_NAME : QUEUE_NAME).test(name);
  if (valid) return;
  settings.refuse(
    "name",
    fifo
      ? `the name of a FIFO queue is 1 to 80 letters, digits, hyphens and underscores, and ends with ${FIFO_SUFFIX}`
      : "the name of a standard queue is 1 to 80 letters, digits, hyphens and underscores",
  );
}

function checkCombinations(settings: Settings, fifo: boolean): void {
  for (const property of FIFO_ONLY) {
    const value = settings.value(property);
    if (!fifo && value !== undefined && value !== false) {
      settings.refuse(property, "only a FIFO queue takes it");
    }
  }
  if (
    settings.value("fifoThroughputLimit") === "perMessageGroupId" &&
    settings.value("deduplicationScope") !== "messageGroup"
  ) {
    settings.refuse(
      "fifoThroughputLimit",
      "perMessageGroupId is allowed only when deduplicationScope is messageGroup",
    );
  }
  if (settings.boolean("sqsManagedSseEnabled") && settings.value("kmsMasterKeyId") !== undefined) {
    settings.refuse("sqsManagedSseEnabled", "a queue has one type of server-side encryption");
  }
}
