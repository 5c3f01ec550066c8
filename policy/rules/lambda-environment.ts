import { each } from "../lib/each.ts";
import { matchesGlob } from "../lib/glob.ts";
import { isRecord } from "../lib/inputs.ts";
import { functionType } from "../lib/lambda-types.ts";
import { known, type Observed } from "../lib/observed.ts";
import { resourceRule } from "../lib/rule.ts";
import { isNameOfSecret, secretIn } from "../lib/secret.ts";
import { awsDocumentation, checkov, ours, wellArchitected } from "../lib/sources.ts";

/** Lambda Developer Guide, "Defined runtime environment variables". */
const reservedNames = new Set([
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
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);

/** What a function may set of the names that begin as Lambda's own, which is refused for the others. */
const settableNames = [
  "AWS_APPCONFIG_EXTENSION_*",
  "AWS_ENDPOINT_URL*",
  "AWS_LAMBDA_DOTNET_PREJIT",
  "AWS_LAMBDA_EXEC_WRAPPER",
  "AWS_MAX_ATTEMPTS",
  "AWS_NODEJS_CONNECTION_REUSE_ENABLED",
  "AWS_RETRY_MODE",
  "AWS_STS_REGIONAL_ENDPOINTS",
  "AWS_USE_DUALSTACK_ENDPOINT",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_XRAY_*",
];

/** More than the ARNs, addresses and names that become known in a deployment. */
const longestUnknownBytes = 256;

export const lambdaEnvironmentRules = [
  resourceRule<{ notSecret: string[] }>({
    name: "function-environment-has-no-secrets",
    description:
      "No secret stands in a function's environment, where everybody who may read its configuration reads it.",
    level: "mandatory",
    severity: "critical",
    sources: [checkov("CKV_AWS_45"), wellArchitected("SEC3")],
    remedy:
      "Keep the secret in Secrets Manager or Parameter Store, and give the function its name.",
    decidedBy: "inputs",
    types: [functionType],
    settings: {
      notSecret: {
        type: "array",
        items: { type: "string" },
        description: "Names of variables that look like a secret, but are none.",
        default: [],
      },
    },
    checks: [
      function* (subject, { settings }) {
        const variables = variablesOf(subject);
        const names = Object.keys(variables).filter((name) => !settings.notSecret.includes(name));
        yield* each(names, function* (name) {
          // What is not known yet is mostly an ARN or an address; it is judged when it is known.
          const value = isNameOfSecret(name) ? variables[name] : known(() => variables[name]);
          const kind = secretIn(name, value);
          if (kind !== undefined) {
            yield `${labelOf(name)} holds ${kind}`;
          }
        });
      },
    ],
  }),

  resourceRule<{ maximumBytes: number; settable: string[] }>({
    name: "function-environment-is-valid",
    description: "A function's environment is one that Lambda takes: names and size.",
    level: "mandatory",
    severity: "low",
    sources: [ours, awsDocumentation('Lambda Developer Guide, "Environment variables"')],
    remedy: "Rename the variable.",
    decidedBy: "inputs",
    types: [functionType],
    settings: {
      maximumBytes: {
        type: "integer",
        minimum: 1,
        maximum: 4096,
        description: "All names and values together are shorter.",
        default: 4096,
      },
      settable: {
        type: "array",
        items: { type: "string", minLength: 1 },
        description:
          "Names beginning with AWS_ or LAMBDA_ that a function may set; * stands for any run of characters.",
        default: settableNames,
      },
    },
    checks: [
      function* (subject, { settings }) {
        for (const name of Object.keys(variablesOf(subject))) {
          if (reservedNames.has(name)) {
            yield `${labelOf(name)} has a name that Lambda keeps for itself`;
          } else if (
            /^(AWS|LAMBDA)_/.test(name) &&
            !settings.settable.some((glob) => matchesGlob(glob, name))
          ) {
            yield {
              fault: `${labelOf(name)} begins as the names that Lambda keeps for itself`,
              remedy: "Rename the variable, or add it to the rule's setting settable.",
            };
          } else if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(name)) {
            yield `${labelOf(name)} has a name that Lambda refuses: a letter, then letters, digits and underscores`;
          } else if (name !== name.toUpperCase()) {
            yield `${labelOf(name)} is not in capitals, as environment variables are`;
          }
        }
      },
      function* (subject, { settings }) {
        const variables = variablesOf(subject);
        let bytes = 0;
        const unknown: string[] = [];
        for (const name of Object.keys(variables)) {
          const read = known(() => ({ value: variables[name] }));
          bytes += Buffer.byteLength(name + textOf(read?.value));
          unknown.push(...(read === undefined ? [name] : []));
        }
        if (bytes >= settings.maximumBytes) {
          yield {
            fault: `environment.variables is not shorter than ${settings.maximumBytes} bytes`,
            remedy: "Keep what is long in Parameter Store, S3, or the code.",
          };
          return;
        }
        const [first] = unknown;
        if (
          first !== undefined &&
          bytes + unknown.length * longestUnknownBytes >= settings.maximumBytes
        ) {
          // Undecided: it depends on what is not known yet.
          textOf(variables[first]);
        }
      },
    ],
  }),
];

function variablesOf({ props }: Observed): Record<string, unknown> {
  const variables: unknown = props["environment"]?.variables;
  return isRecord(variables) ? variables : {};
}

/** A name that is none may be a value in the wrong place. */
function labelOf(name: string): string {
  return /^\w{1,100}$/.test(name) ? `environment.variables.${name}` : "environment.variables";
}

function textOf(value: unknown): string {
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : "";
}
