import assert from "node:assert/strict";
import { deliverLaneBatch } from "../../../handlers/lib/fan-out/lane-batch.ts";
import { laneTasks } from "../../../handlers/lib/fan-out/lane-task.ts";
import { laneOf } from "../../../handlers/lib/members/lane.ts";
import { type Member, sortKeyOf } from "../../../handlers/lib/members/member.ts";
import { MemberTable } from "../../../handlers/lib/members/member-table.ts";
import { RoomItems } from "../../../handlers/lib/members/room-items.ts";
import type { DynamoDbEngine } from "../../../local/dynamodb/engine.ts";
import { DynamoDbService } from "../../../local/dynamodb/service.ts";
import { REGION, recordedTable } from "../../local/dynamodb/tables.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { startTestEngine } from "../../support/test-engine.ts";
import { messages, seqsIn } from "../fan-out/crowd.ts";
import { roomOf } from "../fan-out/room.ts";
import { member, noon, noonSeconds, queueRecord } from "../support.ts";

const lanes = 4;
const laneNumbers = Array.from({ length: lanes }, (_, lane) => lane);

/** What a fake cannot know: which queries DynamoDB takes. */
describe("the connections table on an engine", function () {
  this.timeout(20_000);
  const rows = Array.from({ length: 40 }, (_, n) =>
    member(`c${n}`, { user: `user-${n % 30}` }),
  ).sort((a, b) => (sortKeyOf(a) < sortKeyOf(b) ? -1 : 1));
  const keys = rows.map(sortKeyOf);
  const inLane = (lane: number) => rows.filter(({ userHash }) => laneOf(userHash, lanes) === lane);
  let engine: DynamoDbEngine;
  let service: DynamoDbService;
  let table: MemberTable;
  let items: RoomItems;

  before(async () => {
    engine = await startTestEngine();
    const clock = new ManualClock(noon);
    service = new DynamoDbService({
      ...{ engine, clock, region: REGION, replaceTables: true },
      emit() {},
    });
    await service.addTable(recordedTable("members", {}));
    const options = { client: service.client, tableName: "members", now: () => noon };
    table = new MemberTable(options);
    items = new RoomItems(options);
    await Promise.all(rows.map((row) => table.add(row)));
  });

  after(async () => {
    await service.close();
    await engine.close();
  });

  async function read(pages: AsyncIterable<Member[]>): Promise<Member[]> {
    const members: Member[] = [];
    for await (const page of pages) {
      members.push(...page);
    }
    return members;
  }

  it("has every member in one lane, in order", async () => {
    const slices = await Promise.all(
      laneNumbers.map((lane) => read(table.slice("lobby", { lane, lanes }))),
    );
    assert.deepEqual(slices, laneNumbers.map(inLane));
    assert.deepEqual(slices.flat(), rows);
  });

  it("begins a lane behind any member of it, the last included", async () => {
    for (const lane of laneNumbers) {
      const own = inLane(lane);
      assert.ok(own.length > 2);
      for (const [position, row] of own.entries()) {
        const rest = await read(table.slice("lobby", { lane, lanes }, sortKeyOf(row)));
        assert.deepEqual(rest, own.slice(position + 1));
      }
    }
  });

  it("begins a lane behind a member that has left since", async () => {
    const [first, second] = inLane(1);
    assert.ok(first && second);
    await table.remove(first);
    const rest = await read(table.slice("lobby", { lane: 1, lanes }, sortKeyOf(first)));
    assert.deepEqual(rest[0], second);
    await table.add(first);
  });

  it("shows the marks to whoever lists members, and to no lane", async () => {
    await items.writeCursor("lobby", undefined, { seq: "1", member: "~" });
    await items.writeCursor("lobby", 0, { seq: "1", member: keys[0] ?? "" });
    await items.keepPresence("lobby", "off");
    await items.keepLarge("lobby", lanes, undefined);
    for (const [limit, isCut] of [
      [1, true],
      [39, true],
      [40, false],
      [1000, false],
    ] as const) {
      assert.deepEqual(await table.list("lobby", limit), {
        ...{ members: rows.slice(0, limit), isCut },
        ...{ mark: { lanes, expiresAt: noonSeconds + 21_600 }, presenceTold: "off" },
      });
    }
    assert.deepEqual(await read(table.slice("lobby", { lane: 0, lanes })), inLane(0));
    await items.keepPresence("lobby", "on");
    assert.equal((await table.list("lobby", 1)).presenceTold, "on");
  });

  it("goes on from every cursor that a run can leave", async () => {
    const lane = 2;
    const own = inLane(lane);
    const task = (receiveCount: number, ...seqs: number[]) => {
      const found = laneTasks(messages(...seqs), lanes).find((one) => one.lane === lane);
      return queueRecord(found?.body ?? "", { room: `lobby#${lane}`, receiveCount });
    };
    for (const [position, { connectionId }] of own.entries()) {
      const seq = 10 * (position + 1);
      const stuckWith = (id: string) => {
        const room = roomOf([], { [id]: ["failed"] });
        room.connections.stuck.add(id);
        return { ...room, options: { ...room.options, members: table, roomItems: items } };
      };
      const heard = new Map(own.map((row): [string, string[]] => [row.connectionId, []]));
      /** @param stuck Who can be neither posted nor closed. */
      const run = async (stuck: string, receiveCount: number, tasks: number[][]) => {
        const { connections, options } = stuckWith(stuck);
        const records = tasks.map((seqs) => task(receiveCount, ...seqs));
        const { unfinished } = await deliverLaneBatch(records, options, noon + 60_000);
        for (const [id, seqs] of heard) {
          if (id !== stuck) {
            seqs.push(...seqsIn(connections.postsTo(id)));
          }
        }
        return unfinished.map((record) => records.indexOf(record));
      };
      const [first] = own;
      assert.ok(first);
      // One fails in the first run, and the very first with what is new in the second.
      assert.deepEqual(await run(connectionId, 1, [[seq]]), [0]);
      const left = await run(first.connectionId, 2, [[seq], [seq + 1]]);
      assert.deepEqual(left, position === 0 ? [0, 1] : [1]);
      // Also when what was finished comes again, since nobody heard so.
      assert.deepEqual(await run("nobody", 3, [[seq], [seq + 1]]), []);
      for (const [id, seqs] of heard) {
        assert.deepEqual([...new Set(seqs)], [String(seq), String(seq + 1)], id);
      }
    }
  });
});
