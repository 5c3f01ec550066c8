/** The service, path and action of an AWS service integration's URI. */
export interface ServiceTarget {
  service: string;
  path: string;
  action: string | undefined;
}

const LAMBDA =
  /^arn:[\w-]+:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(arn:[^/]+)\/invocations$/;
const SERVICE = /^arn:[\w-]+:apigateway:[\w-]+:([\w.-]+):(path|action)\/([^\s$]+)$/;

/** The function in `arn:…:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations`. */
export function functionArnOf(uri: unknown): string | undefined {
  return typeof uri === "string" ? LAMBDA.exec(uri)?.[1] : undefined;
}

/**
 * The parts of `arn:…:apigateway:{region}:{service}:path/{path}` or `…:{service}:action/{action}`.
 * Stage variables in a URI are not supported.
 */
export function serviceTargetOf(uri: unknown): ServiceTarget | undefined {
  const match = typeof uri === "string" ? SERVICE.exec(uri) : null;
  const [, service, form, rest] = match ?? [];
  if (service === undefined || rest === undefined) return undefined;
  return form === "path"
    ? { service, path: `/${rest}`, action: undefined }
    : { service, path: "/", action: rest };
}
