import type { Client } from "./client.ts";
import type { FixtureTarget } from "./target.ts";

/** A connection, by the name under which it is reported, and its id. */
export async function connected(target: FixtureTarget) {
  const name = target.unique();
  const client = await target.open({ name });
  const { event } = await target.report(name, "connect");
  const id: string = event.requestContext.connectionId;
  return { name, client, id };
}

/** What `$disconnect` is told when a connection ends like this. */
export async function told(
  target: FixtureTarget,
  end: (client: Client) => unknown,
): Promise<[code: number, reason: string]> {
  const { name, client } = await connected(target);
  await end(client);
  await client.closed;
  const { requestContext } = (await target.report(name, "disconnect")).event;
  return [requestContext.disconnectStatusCode, requestContext.disconnectReason];
}

/** The management API of the stage. */
export function managed(target: FixtureTarget) {
  return target.management(target.outputs.stages.main.management);
}
