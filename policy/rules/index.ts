import type { Rule } from "../lib/rule.ts";
import { acmRules } from "./acm.ts";
import { alarmRules } from "./alarms.ts";
import { apiGatewayRules } from "./api-gateway.ts";
import { dynamodbRules } from "./dynamodb.ts";
import { eventSourceRules } from "./event-sources.ts";
import { iamRules } from "./iam.ts";
import { kmsRules } from "./kms.ts";
import { lambdaRules } from "./lambda.ts";
import { logsRules } from "./logs.ts";
import { projectRules } from "./project.ts";
import { providerRules } from "./provider.ts";
import { route53Rules } from "./route53.ts";
import { sqsRules } from "./sqs.ts";
import { statefulRules } from "./stateful.ts";

/** Every rule, by service. The one about exemptions comes last: it looks at those of the others. */
export const rules: readonly Rule[] = [
  ...apiGatewayRules,
  ...lambdaRules,
  ...sqsRules,
  ...eventSourceRules,
  ...alarmRules,
  ...dynamodbRules,
  ...logsRules,
  ...iamRules,
  ...kmsRules,
  ...acmRules,
  ...route53Rules,
  ...providerRules,
  ...statefulRules,
  ...projectRules,
];
