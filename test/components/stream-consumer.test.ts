import assert from "node:assert/strict";
import { ConnectionsTable } from "../../components/connections-table.ts";
import { StreamConsumer, streamConsumerStatements } from "../../components/stream-consumer.ts";
import { recordComponent } from "../support/program.ts";
import { createFunction } from "./fixtures.ts";

const mappingType = "aws:lambda/eventSourceMapping:EventSourceMapping";

function createConsumer(): StreamConsumer {
  const table = new ConnectionsTable("members", { protect: false });
  const worker = createFunction("work", { statements: streamConsumerStatements(table) });
  return new StreamConsumer("read", { table, function: worker, eventNames: ["INSERT", "REMOVE"] });
}

describe("StreamConsumer", () => {
  it("is a mapping that lets no record block its shard", async () => {
    const program = await recordComponent(createConsumer);
    assert.deepEqual(program.children("roomcast:index:StreamConsumer", "read"), [
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
      filterCriteria: { filters: [{ pattern: '{"eventName":["INSERT","REMOVE"]}' }] },
    });
  });

  it("has a function that may read the stream", async () => {
    const program = await recordComponent(createConsumer);
    const { policy } = program.inputs("aws:iam/rolePolicy:RolePolicy", "work-execution-policy");
    assert.deepEqual(JSON.parse(policy).Statement.slice(1), [
      {
        Effect: "Allow",
        Action: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        Resource: [program.state("aws:dynamodb/table:Table", "members-table")["streamArn"]],
      },
      { Effect: "Allow", Action: ["dynamodb:ListStreams"], Resource: ["*"] },
    ]);
  });

  it("registers its outputs", async () => {
    const program = await recordComponent(createConsumer);
    assert.deepEqual(program.find("roomcast:index:StreamConsumer", "read").outputs, {});
  });
});
