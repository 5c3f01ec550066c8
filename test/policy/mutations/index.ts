import { accessMutations } from "./access.ts";
import { alarmMutations } from "./alarms.ts";
import { entryMutations } from "./api-gateway-entry.ts";
import { routeMutations } from "./api-gateway-routes.ts";
import { stageMutations } from "./api-gateway-stage.ts";
import { dataMutations } from "./data.ts";
import { functionMutations } from "./lambda.ts";
import { invocationMutations } from "./lambda-invocation.ts";
import { eventSourceMutations, queueMutations } from "./sqs.ts";

/** Each rule of the pack with faults in the program after which it must speak, and no other. */
export const mutations = [
  routeMutations,
  stageMutations,
  entryMutations,
  functionMutations,
  invocationMutations,
  queueMutations,
  eventSourceMutations,
  alarmMutations,
  dataMutations,
  accessMutations,
].flatMap((table) => Object.entries(table));
