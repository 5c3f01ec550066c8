import type { Check, LogEntry } from "../facts.ts";
import { type LaneTask, laneOfUser } from "../lane-tasks.ts";

/** The lanes' queue keeps a task for three hours; half an hour less, since a batch may wait before it is served. */
const taskLifetime = 2.5 * 3600_000;

/**
 * A room that was served in lanes stays so as long as a lane may hold a task: what is delivered past it
 * could overtake it. And what concerns one connection alone goes by its user's lane, or two lanes would
 * post to it at the same time.
 */
export const lanes: Check = ({ rooms, laneTasks }) =>
  [...rooms].flatMap(([room, log]) => {
    const tasks = laneTasks.filter((task) => task.room === room);
    return [
      ...pastLanes(log, tasks).map(
        ({ seq }) => `Message ${seq} of ${room} went past its lanes, which may hold earlier ones.`,
      ),
      ...astray(tasks).map(
        ({ seq, kind, user, lane }) =>
          `What ${seq} of ${room} is to ${user} (${kind}) went to lane ${lane}, another one's.`,
      ),
    ];
  });

function astray(tasks: readonly LaneTask[]) {
  return tasks.flatMap(({ lane, lanes, events }) =>
    events
      .filter(({ user }) => user !== undefined && laneOfUser(user, lanes) !== lane)
      .map((event) => ({ ...event, lane })),
  );
}

function pastLanes(log: readonly LogEntry[], tasks: readonly LaneTask[]): LogEntry[] {
  const inLanes = new Map<string, number>();
  for (const { events, sentAt } of tasks) {
    for (const { seq } of events) inLanes.set(seq, Math.max(sentAt, inLanes.get(seq) ?? 0));
  }
  const queuedAt: number[] = [];
  return log.filter(({ seq, meaning, message, isDead }) => {
    const sentAt = inLanes.get(seq);
    if (sentAt !== undefined) {
      queuedAt.push(sentAt);
      return false;
    }
    // What comes again may find lanes that were not there when what is behind it was delivered.
    const isInLane = (at: number) => at <= message.sentAt && message.sentAt < at + taskLifetime;
    return meaning.kind === "message" && !isDead && queuedAt.some(isInLane);
  });
}
