import type { Check } from "../facts.ts";
import { flightsOf, isRepeat } from "../sends.ts";

/** An acknowledged message lies on the queue, or is the repeat of one that does. */
export const acknowledged: Check = ({ connections, rooms }) =>
  connections.flatMap((connection) => {
    const log = rooms.get(connection.room) ?? [];
    return flightsOf(connection, log).flatMap(({ sends, answers }) => {
      const queued = new Set(sends.map(({ entry }) => entry?.message.attributes["requestId"]));
      const notQueued = answers.filter(
        (answer) => answer.type === "ack" && !queued.has(answer.requestId),
      );
      const repeats = sends.filter(
        (send) => send.entry === undefined && isRepeat(send, connection.user, log),
      );
      if (notQueued.length <= repeats.length) return [];
      const lost = sends.filter((send) => send.entry === undefined && !repeats.includes(send));
      const texts = lost.map(({ text }) => text.slice(0, 80)).join(", ");
      return [`${connection.name} was acknowledged ${texts}, which never came onto the queue.`];
    });
  });
