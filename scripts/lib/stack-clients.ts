import { operatorAccessKeyId } from "../../local/access-key-id.ts";
import type { StackOutputs } from "./outputs.ts";

/** Settings of the SDK's clients for one stack. */
export interface StackClients {
  sqs: ClientSettings;
  dynamoDb: ClientSettings;
  management: ClientSettings;
}

interface ClientSettings {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** As the operator of a laptop's stack; for a deployed one with the credentials at hand. */
export function stackClients(outputs: StackOutputs): StackClients {
  const { queueUrl, managementEndpoint, dynamoDbEndpoint } = outputs;
  if (dynamoDbEndpoint !== undefined) {
    const operator = {
      region: "laptop",
      credentials: { accessKeyId: operatorAccessKeyId, secretAccessKey: "any" },
    };
    return {
      sqs: { ...operator, endpoint: new URL(queueUrl).origin },
      dynamoDb: { ...operator, endpoint: dynamoDbEndpoint },
      management: { ...operator, endpoint: managementEndpoint },
    };
  }
  // A queue URL names its region: https://sqs.<region>.amazonaws.com/…
  const region = new URL(queueUrl).hostname.split(".")[1] ?? "";
  return {
    sqs: { region },
    dynamoDb: { region },
    management: { region, endpoint: managementEndpoint },
  };
}
