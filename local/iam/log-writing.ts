import type { RecordedResource } from "../recording/resource.ts";
import type { Access } from "./access.ts";
import { Standing } from "./standing.ts";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
/** Lambda names streams by date, version and environment; a policy for single ones makes no sense. */
const STREAM = "2026/01/01/[$LATEST]00000000000000000000000000000000";

/**
 * Whether the lines of a function reach its log group. Lambda writes them by the function's role;
 * where that may not, the function runs but nothing of its log is kept (Lambda Developer Guide,
 * CloudWatch Logs). A log group that the program does not have must be created by the role, too.
 */
export function logWriting(
  access: Access,
  lambda: { name: string; arn: string; logGroup: string },
  resources: readonly RecordedResource[],
): Standing {
  const [, partition, , region, account] = lambda.arn.split(":");
  const group = `arn:${partition}:logs:${region}:${account}:log-group:${lambda.logGroup}`;
  const exists = resources.some(
    ({ type, state }) => type === LOG_GROUP && state["name"] === lambda.logGroup,
  );
  const stream = `${group}:log-stream:${STREAM}`;
  return new Standing(access, access.functionSession(lambda.name), [
    ...(exists ? [] : [{ action: "logs:CreateLogGroup", resource: group }]),
    { action: "logs:CreateLogStream", resource: stream },
    { action: "logs:PutLogEvents", resource: stream },
  ]);
}
