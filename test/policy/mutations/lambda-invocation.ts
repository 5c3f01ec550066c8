import { add, edit, editJson, type Mutations, set } from "../../support/mutations.ts";

const connect = "roomcast-connect-function";
const presence = "roomcast-presence-function";
const fanOut = "roomcast-fan-out-function";
const mapping = "roomcast-fan-out-queue-mapping";
const permission = "roomcast-gateway-connect-permission";
const policy = "roomcast-connect-execution-policy";
const concurrency = "Set scalingConfig.maximumConcurrency to 2 or more.";

/** Of what is around functions: who calls them, how often at once, and where they write. */
export const invocationMutations: Mutations = {
  "function-owns-its-log-group": [
    {
      finds: "lines that are no JSON",
      by: edit(connect, ({ loggingConfig }) => {
        loggingConfig.logFormat = "Text";
      }),
      about: connect,
      says: "loggingConfig.logFormat is not JSON. Set loggingConfig.logFormat to JSON.",
    },
    {
      finds: "a log group that Lambda makes",
      by: edit(connect, ({ loggingConfig }, { propertyDependencies }) => {
        delete loggingConfig.logGroup;
        propertyDependencies["loggingConfig"] = [];
      }),
      about: connect,
      says: "its log group is none of the stack's. Make a LogGroup for the function, and name it in loggingConfig.logGroup.",
    },
    {
      finds: "a role that may write to all log groups",
      by: editJson(policy, "policy", ({ Statement }) => {
        Statement[0].Resource = ["arn:aws:logs:*:*:*"];
      }),
      about: policy,
      says: "lets the function write to a log group that is not its own. Name the function's own log group as the only resource.",
      isLate: true,
    },
  ],
  "function-concurrency-is-bounded": [
    {
      finds: "a consumer without a bound",
      by: set(mapping, { scalingConfig: undefined }),
      about: mapping,
      says: `scalingConfig.maximumConcurrency is not set. ${concurrency}`,
    },
    {
      finds: "a bound that Lambda refuses",
      by: set(mapping, { scalingConfig: { maximumConcurrency: 1 } }),
      about: mapping,
      says: `scalingConfig.maximumConcurrency is less than 2, the least that Lambda takes. ${concurrency}`,
    },
    {
      finds: "reserved concurrency that nobody asked for",
      by: set(fanOut, { reservedConcurrentExecutions: 1000 }),
      about: fanOut,
      says: "reservedConcurrentExecutions takes concurrency from the rest of the account. Leave it out, or add the function to the rule's setting mayReserve.",
    },
    {
      finds: "too little reserved concurrency",
      by: set(fanOut, { reservedConcurrentExecutions: 1 }),
      settings: { "function-concurrency-is-bounded": { mayReserve: [fanOut] } },
      about: fanOut,
      says: "reservedConcurrentExecutions is less than the maximumConcurrency of its queues together. Raise it, or lower scalingConfig.maximumConcurrency.",
    },
  ],
  "async-function-has-failure-destination": [
    {
      finds: "a function that a topic may call",
      by: add(
        "aws:lambda/permission:Permission",
        "topic-permission",
        {
          action: "lambda:InvokeFunction",
          function: presence,
          principal: "sns.amazonaws.com",
          sourceArn: "arn:aws:sns:eu-west-1:111122223333:orders",
        },
        { function: [presence] },
      ),
      about: presence,
      says: "it is invoked asynchronously, and a failed event is lost. Add a FunctionEventInvokeConfig with destinationConfig.onFailure, or set deadLetterConfig.",
    },
    {
      finds: "a function that log lines are sent to",
      by: add(
        "aws:lambda/permission:Permission",
        "logs-permission",
        {
          action: "lambda:InvokeFunction",
          function: presence,
          principal: "logs.eu-west-1.amazonaws.com",
          sourceArn: "arn:aws:logs:eu-west-1:111122223333:log-group:orders:*",
        },
        { function: [presence] },
      ),
      about: presence,
      says: "it is invoked asynchronously, and a failed event is lost. Add a FunctionEventInvokeConfig with destinationConfig.onFailure, or set deadLetterConfig.",
    },
  ],
  "function-is-not-public": [
    {
      finds: "a permission for everybody",
      by: set(permission, { principal: "*", sourceArn: undefined }),
      about: permission,
      says: "principal is everybody. Name a service or an account, or set sourceArn or principalOrgId.",
    },
    {
      finds: "a layer of an account that is not known",
      by: set(connect, { layers: ["arn:aws:lambda:eu-west-1:999999999999:layer:extension:3"] }),
      about: connect,
      says: "layers has one of an account that is not known. Add the account to the rule's setting layerAccounts, or bundle the code.",
    },
  ],
};
