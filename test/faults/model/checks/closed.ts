import { closings } from "../../../../handlers/protocol/index.ts";
import type { Check, ConnectionFacts, LogEntry } from "../facts.ts";

/** API Gateway's own closing of who was idle for ten minutes, or connected for two hours. */
const timeIsUp = 1001;
const shortestLife = 10 * 60_000;
/** What a flooder sends at least, and how long others wait for it, milliseconds (docs/protocol.md). */
const leastOfFlooder = 5;
const waitOfFlooded = 60_000;

/**
 * Who is closed is told why, unless the post that would have told it went wrong; who is told ends;
 * and nobody is closed but for a reason.
 */
export const closed: Check = ({ connections, rooms }) =>
  connections.flatMap(
    ({ name, heard, closed: close, ended, endedAt, treatment, ...connection }) => {
      const log = rooms.get(connection.room) ?? [];
      const told = heard.filter((event) => event.type === "closing");
      const violations: string[] = [];
      if (told.length > 0 && endedAt === Number.POSITIVE_INFINITY) {
        violations.push(`${name} was told that it would be closed, and is open.`);
      }
      for (const { code, heardAt } of told) {
        if (code === closings.tokenExpired.code && heardAt < connection.expiresAt) {
          violations.push(`${name} was told that its token had expired, and it had not.`);
        }
        if (code === closings.rateLimited.code && !isFlooder(connection, heardAt, log)) {
          violations.push(`${name} was told that it sends too much, and nobody waited for it.`);
        }
      }
      if (close === undefined || ended !== undefined) return violations;
      const isTimeUp = close.code === timeIsUp && close.at - connection.startedAt >= shortestLife;
      if (!isTimeUp && treatment.deletions === 0) {
        violations.push(`${name} was closed with ${close.code} for no reason.`);
      }
      if (!isTimeUp && told.length === 0 && !treatment.closingStruck) {
        violations.push(`${name} was closed without being told why.`);
      }
      return violations;
    },
  );

/** Whether it had sent as much as a flooder does, long enough before for others to wait. */
function isFlooder(
  { connectionId }: Pick<ConnectionFacts, "connectionId">,
  closedAt: number,
  log: readonly LogEntry[],
): boolean {
  const waiting = log.filter(
    ({ message }) =>
      message.attributes["connectionId"] === connectionId &&
      message.sentAt < closedAt - waitOfFlooded,
  );
  return waiting.length >= leastOfFlooder;
}
