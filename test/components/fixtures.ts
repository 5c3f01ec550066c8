import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { createFailureQueue, type FailureQueue } from "../../components/failure-queue.ts";
import { FifoQueue } from "../../components/fifo-queue.ts";
import { LambdaFunction, type LambdaFunctionArgs } from "../../components/lambda-function.ts";
import { ServiceRole } from "../../components/service-role.ts";
import type { StageSettings } from "../../components/websocket-stage.ts";
import { recordComponent } from "../support/program.ts";

/** Neighbours of the component under test, with arguments that are right. */

export const alarmTopicArn = "arn:aws:sns:eu-west-1:000000000000:alarms";

/** What every alarm has beside its metric. */
export function alarmBy(description: string, section: string) {
  return {
    alarmDescription: `${description} What to do: docs/operations.md#${section}`,
    comparisonOperator: "GreaterThanThreshold",
    period: 60,
    treatMissingData: "notBreaching",
    alarmActions: [alarmTopicArn],
    okActions: [alarmTopicArn],
  };
}

export function createFunction(
  name: string,
  overrides: Partial<LambdaFunctionArgs> = {},
): LambdaFunction {
  return new LambdaFunction(name, {
    bundle: "dist/handlers/connect",
    timeoutSeconds: 10,
    memoryMegabytes: 256,
    environment: {},
    statements: [],
    logRetentionDays: 7,
    alarmTopicArn,
    ...overrides,
  });
}

export function createQueue(name: string): FifoQueue {
  return new FifoQueue(name, { consumerTimeoutSeconds: 30, alarmTopicArn });
}

export function createFailures(name: string): FailureQueue {
  const alarm = {
    description: "Bad.",
    section: "presence-failures",
    topicArn: alarmTopicArn,
  } as const;
  const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
  return createFailureQueue(name, { fifo: false, alarm, protect: false }, parent);
}

export function createRole(name: string): ServiceRole {
  return new ServiceRole(name, {
    service: "apigateway.amazonaws.com",
    statements: [{ actions: ["sqs:SendMessage"], resources: ["*"] }],
  });
}

export const stageSettings: StageSettings = {
  stageName: "dev",
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10_000,
  executionLogLevel: "ERROR",
  dataTrace: false,
  logRetentionDays: 7,
};

/** A component refuses its arguments with exactly this message. */
export async function assertRefused(create: () => unknown, message: string): Promise<void> {
  await assert.rejects(recordComponent(create), {
    name: "ArgumentError",
    code: "INVALID_ARGUMENT",
    message: `INVALID_ARGUMENT: ${message}`,
  });
}
