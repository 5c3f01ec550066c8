import assert from "node:assert/strict";
import { ConnectionsTable, type ConnectionsTableArgs } from "../../components/connections-table.ts";
import { recordComponent } from "../support/program.ts";

const tableType = "aws:dynamodb/table:Table";
const recordTable = (protect: boolean) =>
  recordComponent(() => new ConnectionsTable("members", { protect }));

describe("ConnectionsTable", () => {
  it("is a table and nothing else", async () => {
    const program = await recordTable(false);
    assert.deepEqual(program.children("roomcast:index:ConnectionsTable", "members"), [
      [tableType, "members-table"],
    ]);
  });

  it("is keyed by room and member, expires rows, and streams keys", async () => {
    const program = await recordTable(false);
    assert.deepEqual(program.inputs(tableType, "members-table"), {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "room",
      rangeKey: "member",
      attributes: [
        { name: "room", type: "S" },
        { name: "member", type: "S" },
      ],
      ttl: { enabled: true, attributeName: "expiresAt" },
      streamEnabled: true,
      streamViewType: "KEYS_ONLY",
      serverSideEncryption: { enabled: true },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: false,
    });
  });

  it("bills as much as is asked for, unless it is told a limit", async () => {
    const limitOf = async (limits: Partial<ConnectionsTableArgs>) => {
      const program = await recordComponent(
        () => new ConnectionsTable("members", { protect: false, ...limits }),
      );
      return program.inputs(tableType, "members-table")["onDemandThroughput"];
    };
    assert.equal(await limitOf({}), undefined);
    assert.deepEqual(await limitOf({ maximumReadRequestUnits: 10, maximumWriteRequestUnits: 5 }), {
      maxReadRequestUnits: 10,
      maxWriteRequestUnits: 5,
    });
    assert.deepEqual(await limitOf({ maximumReadRequestUnits: 10 }), { maxReadRequestUnits: 10 });
    assert.deepEqual(await limitOf({ maximumWriteRequestUnits: 5 }), { maxWriteRequestUnits: 5 });
  });

  it("is protected in AWS and in Pulumi, or in neither", async () => {
    for (const protect of [true, false]) {
      const table = (await recordTable(protect)).find(tableType, "members-table");
      assert.equal(table.options.protect, protect);
      assert.equal(table.inputs["deletionProtectionEnabled"], protect);
    }
  });

  it("registers its outputs", async () => {
    const program = await recordTable(false);
    const { arn, name, streamArn } = program.state(tableType, "members-table");
    const component = program.find("roomcast:index:ConnectionsTable", "members");
    assert.deepEqual(component.outputs, { arn, name, streamArn });
  });
});
