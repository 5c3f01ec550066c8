import { lambdaAccessRules } from "./lambda-access.ts";
import { lambdaCodeRules } from "./lambda-code.ts";
import { lambdaEnvironmentRules } from "./lambda-environment.ts";
import { lambdaFunctionRules } from "./lambda-function.ts";
import { lambdaInvocationRules } from "./lambda-invocation.ts";
import { lambdaLogRules } from "./lambda-logs.ts";

export const lambdaRules = [
  ...lambdaFunctionRules,
  ...lambdaLogRules,
  ...lambdaEnvironmentRules,
  ...lambdaCodeRules,
  ...lambdaInvocationRules,
  ...lambdaAccessRules,
];
