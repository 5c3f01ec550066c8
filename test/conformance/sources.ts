import type { Source } from "./case.ts";

const docs = "https://docs.aws.amazon.com";

/** A page of the API Gateway Developer Guide, by its file's name without the ending. */
export function gatewayGuide(title: string, page?: string): Source {
  return source(
    "API Gateway Developer Guide",
    title,
    page && `apigateway/latest/developerguide/${page}`,
  );
}

export function lambdaGuide(title: string, page?: string): Source {
  return source("Lambda Developer Guide", title, page && `lambda/latest/dg/${page}`);
}

export function queueGuide(title: string, page?: string): Source {
  return source(
    "SQS Developer Guide",
    title,
    page && `AWSSimpleQueueService/latest/SQSDeveloperGuide/${page}`,
  );
}

export function tableGuide(title: string, page?: string): Source {
  return source(
    "DynamoDB Developer Guide",
    title,
    page && `amazondynamodb/latest/developerguide/${page}`,
  );
}

export function iamGuide(title: string, page?: string): Source {
  return source("IAM User Guide", title, page && `IAM/latest/UserGuide/${page}`);
}

/** A shape or an operation of a service as the SDKs describe it (botocore's service models). */
export function serviceModel(service: string, name: string): Source {
  return { name: `service model of ${service}, ${name}` };
}

/** Seen on AWS by others: an issue, an article, a sample; or, marked so, by emulators only. */
export function observed(what: string, url?: string): Source {
  return { name: `observed: ${what}`, ...(url === undefined ? {} : { url }) };
}

/** Nothing says so: what the laptop does until somebody has looked. */
export function assumed(what: string): Source {
  return { name: `assumed: ${what}` };
}

function source(guide: string, title: string, page: string | undefined): Source {
  const name = `${guide}, ${title}`;
  return page === undefined || page === "" ? { name } : { name, url: `${docs}/${page}.html` };
}

/** Pages that several areas rest on. */
export const pages = {
  routes: gatewayGuide("working with routes", "websocket-api-develop-routes"),
  messages: gatewayGuide(
    "$default route and custom routes",
    "apigateway-websocket-api-routes-integrations",
  ),
  selections: gatewayGuide(
    "WebSocket selection expressions",
    "apigateway-websocket-api-selection-expressions",
  ),
  variables: gatewayGuide(
    "mapping template reference",
    "apigateway-websocket-api-mapping-template-reference",
  ),
  responses: gatewayGuide(
    "integration responses",
    "apigateway-websocket-api-integration-responses",
  ),
  routeResponses: gatewayGuide("route responses", "apigateway-websocket-api-route-response"),
  lifecycle: gatewayGuide(
    "$connect and $disconnect routes",
    "apigateway-websocket-api-route-keys-connect-disconnect",
  ),
  quotas: gatewayGuide("WebSocket quotas", "apigateway-execution-service-websocket-limits-table"),
} satisfies Record<string, Source>;
