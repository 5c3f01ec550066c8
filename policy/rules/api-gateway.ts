import { accessLogRules } from "./api-gateway-access-log.ts";
import { deploymentRules } from "./api-gateway-deployment.ts";
import { entryRules } from "./api-gateway-entry.ts";
import { routeRules } from "./api-gateway-route.ts";
import { stageRules } from "./api-gateway-stage.ts";

/** Rules for WebSocket APIs; HTTP and REST APIs are left alone. */
export const apiGatewayRules = [
  ...routeRules,
  ...deploymentRules,
  ...accessLogRules,
  ...stageRules,
  ...entryRules,
];
