import assert from "node:assert/strict";
import { FifoQueue } from "../../components/fifo-queue.ts";
import { LambdaFunction, type LambdaFunctionArgs } from "../../components/lambda-function.ts";
import { ServiceRole } from "../../components/service-role.ts";
import type { StageSettings } from "../../components/websocket-stage.ts";
import { recordComponent } from "../support/program.ts";

/** Neighbours of the component under test, with arguments that are right. */

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
    ...overrides,
  });
}

export function createQueue(name: string): FifoQueue {
  return new FifoQueue(name, { consumerTimeoutSeconds: 30 });
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
