import type { Deployment } from "./deployment.ts";
import { messagesOf } from "./messages.ts";
import { otherWay } from "./other-way.ts";
import { roomcast } from "./roomcast.ts";
import type { Way } from "./scenarios.ts";

/** What one message to a room of 100 consumes, by how many connections there are in other rooms. */
export interface TableReads {
  way: Way;
  members: number;
  others: number;
  readUnits: number;
}

const members = 100;
const room = "room";
const tableName = "bench-reads";

export async function measureTableReads(
  deployment: Deployment,
  { quick }: { quick: boolean },
): Promise<TableReads[]> {
  await deployment.createTable(tableName, { [room]: members });
  const ways = {
    roomcast: roomcast(deployment, { tableName }),
    usual: await otherWay("usual", deployment, tableName),
  };
  const rows: TableReads[] = [];
  let others = 0;
  for (const target of quick ? [0, 1000, 5000] : [0, 1000, 10_000, 30_000]) {
    if (target > others) {
      await deployment.addRoom(tableName, `others-${target}`, target - others);
      others = target;
    }
    for (const [way, contestant] of Object.entries(ways)) {
      await deployment.resetPosts();
      await contestant.broadcast(room, messagesOf(100, 1));
      const { readUnits } = deployment.dynamoDb.takeFigures();
      rows.push({ way: way as keyof typeof ways, members, others, readUnits });
    }
  }
  await Promise.all(Object.values(ways).map((way) => way.close()));
  return rows;
}
