import assert from "node:assert/strict";
import { ConnectionsTable } from "../../components/connections-table.ts";
import { StreamConsumer, streamConsumerStatements } from "../../components/stream-consumer.ts";
import { recordComponent } from "../support/program.ts";
import { alarmBy, alarmTopicArn, createFailures, createFunction } from "./fixtures.ts";

const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
const mappingType = "aws:lambda/eventSourceMapping:EventSourceMapping";

function createConsumer(): StreamConsumer {
  const table = new ConnectionsTable("members", { protect: false });
  const failures = createFailures("lost");
  const worker = createFunction("work", { statements: streamConsumerStatements(table, failures) });
  return new StreamConsumer("read", {
    table,
    function: worker,
    failures,
    eventNames: ["INSERT", "REMOVE"],
    alarmTopicArn,
  });
}

describe("StreamConsumer", () => {
  it("is a mapping that lets no record block its shard", async () => {
    const program = await recordComponent(createConsumer);
    assert.deepEqual(program.children("roomcast:index:StreamConsumer", "read"), [
      [alarmType, "read-iterator-age-alarm"],
      [mappingType, "read-mapping"],
    ]);
    assert.deepEqual(program.inputs(mappingType, "read-mapping"), {
      eventSourceArn: program.state("aws:dynamodb/table:Table", "members-table")["streamArn"],
      functionName: program.state("aws:lambda/function:Function", "work-function")["arn"],
      startingPosition: "TRIM_HORIZON",
      batchSize: 100,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumRetryAttempts: 10,
      maximumRecordAgeInSeconds: 3600,
      destinationConfig: {
        onFailure: { destinationArn: program.state("aws:sqs/queue:Queue", "lost")["arn"] },
      },
      filterCriteria: { filters: [{ pattern: '{"eventName":["INSERT","REMOVE"]}' }] },
    });
  });

  it("alarms when records have waited for a minute, three minutes long", async () => {
    const program = await recordComponent(createConsumer);
    const worker = program.state("aws:lambda/function:Function", "work-function");
    assert.deepEqual(program.inputs(alarmType, "read-iterator-age-alarm"), {
      ...alarmBy(
        "Records of the stream wait too long: their function fails, or cannot keep up.",
        "iterator-age",
      ),
      namespace: "AWS/Lambda",
      metricName: "IteratorAge",
      dimensions: { FunctionName: worker["name"] },
      statistic: "Maximum",
      threshold: 60_000,
      evaluationPeriods: 3,
    });
  });

  it("has a function that may read the stream and tell what it gave up", async () => {
    const program = await recordComponent(createConsumer);
    const { policy } = program.inputs("aws:iam/rolePolicy:RolePolicy", "work-execution-policy");
    assert.deepEqual(JSON.parse(policy).Statement.slice(2), [
      {
        Effect: "Allow",
        Action: [
          "dynamodb:DescribeStream",
          "dynamodb:GetRecords",
          "dynamodb:GetShardIterator",
          "dynamodb:ListStreams",
        ],
        Resource: [`${program.state("aws:dynamodb/table:Table", "members-table")["arn"]}/stream/*`],
      },
      {
        Effect: "Allow",
        Action: ["sqs:SendMessage"],
        Resource: [program.state("aws:sqs/queue:Queue", "lost")["arn"]],
      },
    ]);
  });

  it("registers its outputs", async () => {
    const program = await recordComponent(createConsumer);
    assert.deepEqual(program.find("roomcast:index:StreamConsumer", "read").outputs, {});
  });
});
