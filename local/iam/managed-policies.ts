const WRITE_LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

/** The actions that the AWS managed policies below allow on every resource (AWS Managed Policy Reference). */
const ACTIONS: Readonly<Record<string, string[]>> = {
  "service-role/AWSLambdaBasicExecutionRole": WRITE_LOGS,
  "service-role/AWSLambdaDynamoDBExecutionRole": [
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    ...WRITE_LOGS,
  ],
  "service-role/AWSLambdaSQSQueueExecutionRole": [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    ...WRITE_LOGS,
  ],
  AWSXRayDaemonWriteAccess: [
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
  ],
};

const MANAGED = /^arn:[^:]+:iam::aws:policy\/(.+)$/;

/** The document of an AWS managed policy, of which the laptop knows a few; undefined for all others. */
export function managedPolicy(arn: string): object | undefined {
  const name = MANAGED.exec(arn)?.[1] ?? "";
  const actions = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (actions === undefined) return undefined;
  const statement = { Effect: "Allow", Action: actions, Resource: "*" };
  return { Version: "2012-10-17", Statement: [statement] };
}

/** For a person who has used another one. */
export const MANAGED_POLICY_NAMES = Object.keys(ACTIONS).sort();
