import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { createFailureQueue } from "../../components/failure-queue.ts";
import { recordComponent } from "../support/program.ts";
import { alarmBy, alarmTopicArn } from "./fixtures.ts";

const queueType = "aws:sqs/queue:Queue";
const policyType = "aws:sqs/queuePolicy:QueuePolicy";
const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";

const recordFailures = (settings: { fifo: boolean; protect: boolean }) =>
  recordComponent(() => {
    const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
    const alarm = {
      description: "Something was given up.",
      section: "presence-failures",
      topicArn: alarmTopicArn,
    } as const;
    createFailureQueue("lost", { ...settings, alarm }, parent);
  });

describe("A failure queue", () => {
  it("is a queue, its policy and its alarm", async () => {
    const program = await recordFailures({ fifo: false, protect: false });
    assert.deepEqual(program.children("test:index:Parent", "parent"), [
      [alarmType, "lost-alarm"],
      [queueType, "lost"],
      [policyType, "lost-policy"],
    ]);
  });

  it("keeps messages for two weeks, encrypted, as standard or FIFO queue", async () => {
    const settings = { sqsManagedSseEnabled: true, messageRetentionSeconds: 1_209_600 };
    const standard = await recordFailures({ fifo: false, protect: false });
    assert.deepEqual(standard.inputs(queueType, "lost"), settings);
    const fifo = await recordFailures({ fifo: true, protect: false });
    assert.deepEqual(fifo.inputs(queueType, "lost"), { fifoQueue: true, ...settings });
  });

  it("takes calls by TLS only", async () => {
    const program = await recordFailures({ fifo: false, protect: false });
    const { arn, url } = program.state(queueType, "lost");
    const { policy, ...others } = program.inputs(policyType, "lost-policy");
    assert.deepEqual(others, { queueUrl: url });
    const [statement, ...more] = JSON.parse(policy).Statement;
    assert.deepEqual([statement.Effect, statement.Resource, more], ["Deny", arn, []]);
  });

  it("alarms at the first message", async () => {
    const program = await recordFailures({ fifo: false, protect: false });
    assert.deepEqual(program.inputs(alarmType, "lost-alarm"), {
      ...alarmBy("Something was given up.", "presence-failures"),
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: program.state(queueType, "lost")["name"] },
      statistic: "Maximum",
      threshold: 0,
      evaluationPeriods: 1,
    });
  });

  it("is protected only where it is told to", async () => {
    for (const protect of [true, false]) {
      const program = await recordFailures({ fifo: false, protect });
      assert.equal(program.find(queueType, "lost").options.protect, protect);
    }
  });
});
