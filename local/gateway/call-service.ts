import type { Access } from "../iam/access.ts";
import type { SqsService } from "../sqs/service.ts";
import type { ServiceRequest, ServiceResponse } from "./options.ts";

/** What API Gateway's service integrations reach. */
export async function callService(
  request: ServiceRequest,
  queues: SqsService,
  access: Access,
): Promise<ServiceResponse> {
  if (request.service !== "sqs") {
    throw new Error(`Integrations with ${request.service} are not played on the laptop.`);
  }
  const { path, headers, body, credentialsArn = "" } = request;
  const session = access.assumeForGateway(credentialsArn);
  if (session === undefined) {
    throw new Error(
      `Execution failed due to configuration error: API Gateway does not have permission to assume the provided role ${credentialsArn}`,
    );
  }
  return await queues.handleQuery({ path, headers, body, session });
}
