import type { FunctionDefinition } from "./definition.ts";

/** Set by Lambda itself; a function that defines one is refused (Lambda Developer Guide). */
export const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);

/**
 * The whole environment of a function: its own variables and Lambda's. Nothing of the machine's
 * own shell is in it, so a function cannot come to depend on it.
 */
export function functionVariables(
  definition: FunctionDefinition,
  region: string,
  logStream: string,
): Record<string, string> {
  return {
    ...definition.variables,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memorySize),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logging.group,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_LOG_FORMAT: definition.logging.format,
    ...(definition.logging.level === undefined
      ? {}
      : { AWS_LAMBDA_LOG_LEVEL: definition.logging.level }),
    LAMBDA_TASK_ROOT: definition.folder,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    _HANDLER: definition.handler,
    LANG: "en_US.UTF-8",
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    // Without it the SDK would find the laptop's own ~/.aws, because Node asks the system.
    HOME: "/home/sbx_user1051",
    TZ: ":UTC",
  };
}

/**
 * The log stream of an execution environment. In a log group other than the function's usual one it
 * has the function's name in it (Lambda Developer Guide, configuring CloudWatch log groups).
 *
 * @param now Epoch milliseconds.
 * @param id A UUID.
 */
export function logStreamName(
  { name, logging }: FunctionDefinition,
  now: number,
  id: string,
): string {
  const day = new Date(now).toISOString().slice(0, 10).replaceAll("-", "/");
  const owner = logging.group === usualLogGroup(name) ? "" : name;
  return `${day}/${owner}[$LATEST]${id.replaceAll("-", "")}`;
}

/** Where a function writes its log that names no log group. */
export function usualLogGroup(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}
