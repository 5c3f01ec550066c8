import { functionType } from "./lambda-types.ts";
import { queuePolicyType, queueType, redriveAllowPolicyType, redrivePolicyType } from "./queues.ts";
import {
  apiType,
  authorizerType,
  deploymentType,
  integrationResponseType,
  integrationType,
  modelType,
  routeResponseType,
  routeType,
  stageType,
} from "./websocket.ts";

/** What a resource stands for, and the property by which it names that. */
interface StandIn {
  type: string;
  property: string;
}

const partOfApi = { type: apiType, property: "apiId" };
const settingOfQueue = { type: queueType, property: "queueUrl" };

/** By type: resources from which a program may take the name of another one. */
const standIns: Readonly<Record<string, StandIn>> = {
  "aws:lambda/alias:Alias": { type: functionType, property: "functionName" },
  "aws:acm/certificateValidation:CertificateValidation": {
    type: "aws:acm/certificate:Certificate",
    property: "certificateArn",
  },
  [authorizerType]: partOfApi,
  [deploymentType]: partOfApi,
  [integrationResponseType]: partOfApi,
  [integrationType]: partOfApi,
  [modelType]: partOfApi,
  [routeResponseType]: partOfApi,
  [routeType]: partOfApi,
  [stageType]: partOfApi,
  [queuePolicyType]: settingOfQueue,
  [redriveAllowPolicyType]: settingOfQueue,
  [redrivePolicyType]: settingOfQueue,
};

/** The property by which a resource of type `from` names one of type `type` that it stands for. */
export function standInFor(type: string, from: string): string | undefined {
  const standIn = standIns[from];
  return standIn?.type === type ? standIn.property : undefined;
}
