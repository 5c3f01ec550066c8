import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { laneGroup } from "../members/lane.ts";
import type { LanesQueue, LaneTask } from "./lane-task.ts";

/** What SQS takes in one call (SQS Developer Guide, "Amazon SQS message quotas"). */
const maximumEntries = 10;
const maximumBytes = 1024 * 1024;

/** The lanes' queue: a message group for each lane of a room. */
export function sqsLanesQueue(client: SQSClient, queueUrl: string): LanesQueue {
  const send = async (room: string, tasks: readonly LaneTask[]) => {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: tasks.map(({ lane, deduplicationId, body }) => ({
          Id: String(lane),
          MessageGroupId: laneGroup(room, lane),
          MessageDeduplicationId: deduplicationId,
          MessageBody: body,
        })),
      }),
    );
    if (Failed.length > 0) {
      throw new Error(`SQS took all but ${Failed.length} of the lanes' tasks.`);
    }
  };
  return {
    async enqueue(room, tasks) {
      await Promise.all(packTasks(tasks).map((pack) => send(room, pack)));
    },
  };
}

/** Into as few calls as their bytes allow: the limit is on a call as a whole. */
export function packTasks(tasks: readonly LaneTask[]): LaneTask[][] {
  const packs: LaneTask[][] = [];
  let bytes = 0;
  for (const task of tasks) {
    const size = Buffer.byteLength(task.body);
    const pack = packs.at(-1);
    if (pack === undefined || pack.length === maximumEntries || bytes + size > maximumBytes) {
      packs.push([task]);
      bytes = size;
    } else {
      pack.push(task);
      bytes += size;
    }
  }
  return packs;
}
