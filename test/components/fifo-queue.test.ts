import assert from "node:assert/strict";
import { FifoQueue, type FifoQueueArgs } from "../../components/fifo-queue.ts";
import { recordComponent } from "../support/program.ts";
import { alarmBy, alarmTopicArn, assertRefused } from "./fixtures.ts";

const queueType = "aws:sqs/queue:Queue";
const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";

const policyType = "aws:sqs/queuePolicy:QueuePolicy";

const recordQueue = (args: Partial<FifoQueueArgs> = {}) =>
  recordComponent(
    () => new FifoQueue("chat", { consumerTimeoutSeconds: 30, alarmTopicArn, ...args }),
  );

describe("FifoQueue", () => {
  it("is a queue, its dead-letter queue, their policies and alarms", async () => {
    const program = await recordQueue();
    assert.deepEqual(program.children("roomcast:index:FifoQueue", "chat"), [
      [alarmType, "chat-age-alarm"],
      [alarmType, "chat-dead-letters-alarm"],
      [queueType, "chat-dead-letters"],
      [queueType, "chat-queue"],
      [policyType, "chat-dead-letters-policy"],
      [policyType, "chat-queue-policy"],
      ["aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "chat-dead-letters-source"],
    ]);
  });

  it("has high throughput, one order per group, and six times its consumer's timeout", async () => {
    const program = await recordQueue();
    assert.deepEqual(program.inputs(queueType, "chat-queue"), {
      fifoQueue: true,
      sqsManagedSseEnabled: true,
      deduplicationScope: "messageGroup",
      fifoThroughputLimit: "perMessageGroupId",
      visibilityTimeoutSeconds: 180,
      messageRetentionSeconds: 345_600,
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: program.state(queueType, "chat-dead-letters")["arn"],
        maxReceiveCount: 10,
      }),
    });
  });

  it("keeps dead letters for two weeks in a FIFO queue that only this queue may use", async () => {
    const program = await recordQueue();
    assert.deepEqual(program.inputs(queueType, "chat-dead-letters"), {
      fifoQueue: true,
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 1_209_600,
    });
    const policy = program.inputs(
      "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
      "chat-dead-letters-source",
    );
    assert.deepEqual(policy, {
      queueUrl: program.state(queueType, "chat-dead-letters")["url"],
      redriveAllowPolicy: JSON.stringify({
        redrivePermission: "byQueue",
        sourceQueueArns: [program.state(queueType, "chat-queue")["arn"]],
      }),
    });
  });

  it("takes calls by TLS only, at both queues", async () => {
    const program = await recordQueue();
    for (const [policy, queue] of [
      ["chat-queue-policy", "chat-queue"],
      ["chat-dead-letters-policy", "chat-dead-letters"],
    ] as const) {
      const { arn, url } = program.state(queueType, queue);
      const { policy: document, ...others } = program.inputs(policyType, policy);
      assert.deepEqual(others, { queueUrl: url });
      assert.deepEqual(JSON.parse(document), {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "sqs:*",
            Resource: arn,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      });
    }
  });

  it("alarms at the first dead letter", async () => {
    const program = await recordQueue();
    assert.deepEqual(program.inputs(alarmType, "chat-dead-letters-alarm"), {
      ...alarmBy(
        "Messages could not be delivered and lie in the dead-letter queue.",
        "dead-letters",
      ),
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: program.state(queueType, "chat-dead-letters")["name"] },
      statistic: "Maximum",
      threshold: 0,
      evaluationPeriods: 1,
    });
  });

  it("alarms when the oldest message has waited for two minutes, three minutes long", async () => {
    const program = await recordQueue();
    assert.deepEqual(program.inputs(alarmType, "chat-age-alarm"), {
      ...alarmBy(
        "Messages wait too long: their consumer fails, or cannot keep up.",
        "age-of-oldest-message",
      ),
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: program.state(queueType, "chat-queue")["name"] },
      statistic: "Maximum",
      threshold: 120,
      evaluationPeriods: 3,
    });
  });

  it("takes its numbers from its arguments", async () => {
    const program = await recordQueue({
      consumerTimeoutSeconds: 5,
      maximumReceives: 3,
      retentionSeconds: 10_800,
      ageAlarmSeconds: 60,
    });
    const queue = program.inputs(queueType, "chat-queue");
    assert.equal(queue["visibilityTimeoutSeconds"], 30);
    assert.equal(queue["messageRetentionSeconds"], 10_800);
    assert.equal(JSON.parse(queue["redrivePolicy"]).maxReceiveCount, 3);
    assert.equal(program.inputs(alarmType, "chat-age-alarm")["threshold"], 60);
  });

  it("protects both queues only where it is told to", async () => {
    for (const protect of [true, false]) {
      const program = await recordQueue({ protect });
      assert.deepEqual(
        program.ofType(queueType).map(({ options }) => options.protect),
        [protect, protect],
      );
    }
    const program = await recordQueue();
    assert.equal(program.find(queueType, "chat-queue").options.protect, false);
  });

  it("registers its outputs", async () => {
    const program = await recordQueue();
    const queue = program.state(queueType, "chat-queue");
    const deadLetters = program.state(queueType, "chat-dead-letters");
    assert.deepEqual(program.find("roomcast:index:FifoQueue", "chat").outputs, {
      arn: queue["arn"],
      name: queue["name"],
      url: queue["url"],
      deadLetterName: deadLetters["name"],
      deadLetterUrl: deadLetters["url"],
    });
  });

  for (const consumerTimeoutSeconds of [0, 901, 1.5, Number.NaN]) {
    it(`refuses a consumer timeout of ${consumerTimeoutSeconds}`, () =>
      assertRefused(
        () => new FifoQueue("chat", { consumerTimeoutSeconds, alarmTopicArn }),
        `FifoQueue "chat": "consumerTimeoutSeconds" must be a whole number from 1 to 900, not ${consumerTimeoutSeconds}. Set a number in that range.`,
      ));
  }

  for (const retentionSeconds of [59, 1_209_601, 60.5]) {
    it(`refuses a retention of ${retentionSeconds} s`, () =>
      assertRefused(
        () =>
          new FifoQueue("chat", { consumerTimeoutSeconds: 30, retentionSeconds, alarmTopicArn }),
        `FifoQueue "chat": "retentionSeconds" must be a whole number from 60 to 1209600, not ${retentionSeconds}. Set a number in that range.`,
      ));
  }

  it("keeps dead letters for two weeks, however short it keeps messages", async () => {
    const program = await recordQueue({ retentionSeconds: 60 });
    assert.deepEqual(
      ["chat-queue", "chat-dead-letters"].map(
        (name) => program.inputs(queueType, name)["messageRetentionSeconds"],
      ),
      [60, 1_209_600],
    );
  });

  for (const maximumReceives of [0, 1001]) {
    it(`refuses ${maximumReceives} receives`, () =>
      assertRefused(
        () => new FifoQueue("chat", { consumerTimeoutSeconds: 30, maximumReceives, alarmTopicArn }),
        `FifoQueue "chat": "maximumReceives" must be a whole number from 1 to 1000, not ${maximumReceives}. Set a number in that range.`,
      ));
  }
});
