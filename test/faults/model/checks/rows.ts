import type { Check } from "../facts.ts";

/**
 * At the end the table has a row for each open connection, and no other. Only the row of one who may
 * not subscribe may stay behind until it expires: nobody posts to it, so nobody finds that it is gone.
 */
export const rows: Check = ({ connections, history }) => {
  const { open } = history;
  const rowIds = new Set(history.rows.map(({ connectionId }) => connectionId));
  const isPublisherOnly = (row: { user: string; room: string }) =>
    history.connections.some(
      ({ plan }) => plan.user === row.user && plan.room === row.room && !plan.rights.subscribe,
    );
  return [
    ...history.rows
      .filter((row) => !open.has(row.connectionId) && !isPublisherOnly(row))
      .map(({ user, room }) => `${user} has a row in ${room} without a connection.`),
    ...connections
      .filter(({ connectionId = "" }) => open.has(connectionId) && !rowIds.has(connectionId))
      .map(({ name, room }) => `${name} is connected to ${room} and has no row.`),
    ...connections
      .filter(
        ({ connectionId = "", endedAt }) =>
          (endedAt === Number.POSITIVE_INFINITY) !== open.has(connectionId),
      )
      .map(({ name }) => `${name} and the gateway do not agree whether it is open.`),
  ];
};
