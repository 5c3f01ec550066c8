import { bundleWay } from "../ways/bundle.ts";
import type { Contestant } from "./contestant.ts";
import type { Deployment } from "./deployment.ts";
import { Environments } from "./environments.ts";

export const otherWays = ["usual", "tuned-sdk", "floor"] as const;

export type OtherWay = (typeof otherWays)[number];

/** The longest that an invocation may take: for a way beside ours, what Lambda allows at most. */
const timeoutSeconds = 900;

/** A way beside ours: invoked with the whole burst, in one process. */
export async function otherWay(
  name: OtherWay,
  deployment: Deployment,
  tableName: string,
): Promise<Contestant> {
  const environments = new Environments({
    file: await bundleWay(name),
    variables: deployment.fanOutVariables(tableName),
    timeoutSeconds,
    memoryMegabytes: deployment.fanOutMemoryMegabytes,
  });
  return {
    async broadcast(room, messages) {
      await environments.invoke({ room, messages });
    },
    takeTotals: () => environments.takeTotals(),
    close: () => environments.close(),
  };
}
