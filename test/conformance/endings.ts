import type { Client } from "./client.ts";
import { named } from "./frames.ts";
import type { FixtureTarget } from "./target.ts";

/** What `$disconnect` is told when a connection ends like this. */
export async function told(
  target: FixtureTarget,
  end: (client: Client) => unknown,
): Promise<[code: number, reason: string]> {
  const { name, client } = await named(target);
  await end(client);
  await client.closed;
  const { requestContext } = (await target.report(name, "disconnect")).event;
  return [requestContext.disconnectStatusCode, requestContext.disconnectReason];
}

/** The management API of the stage. */
export function managed(target: FixtureTarget) {
  return target.management(target.outputs.stages.main.management);
}
