import { resourceRule, stackRule } from "../lib/rule.ts";
import { ours } from "../lib/sources.ts";

/** What Roomcast is made of. */
const roomcastTypes = [
  "pulumi:pulumi:Stack",
  "pulumi:providers:aws",
  "roomcast:*",
  "aws:acm/certificate:Certificate",
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:apigateway/account:Account",
  "aws:apigatewayv2/*",
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:dynamodb/table:Table",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:lambda/eventSourceMapping:EventSourceMapping",
  "aws:lambda/function:Function",
  "aws:lambda/permission:Permission",
  "aws:route53/record:Record",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
];

export const projectRules = [
  resourceRule<{ types: string[] }>({
    name: "resource-types-are-allowed",
    description:
      "The stack has resources of the types that this project is known to use, and of no others.",
    level: "advisory",
    severity: "low",
    sources: [ours],
    remedy: "Add the type to the rule's setting types if the project is meant to use it.",
    decidedBy: "inputs",
    types: "every",
    settings: {
      types: {
        type: "array",
        items: { type: "string" },
        description: "Type tokens; a * at the end stands for the rest.",
        default: roomcastTypes,
      },
    },
    checks: [
      function* ({ type }, { settings }) {
        const isAllowed = settings.types.some((allowed) =>
          allowed.endsWith("*") ? type.startsWith(allowed.slice(0, -1)) : type === allowed,
        );
        if (!isAllowed) {
          yield "its type is not among those that the project uses";
        }
      },
    ],
  }),

  // Last of all: the rules before it have noted what became of their exemptions.
  stackRule({
    name: "exemptions-are-current",
    description: "Every exemption has not expired, and exempts something.",
    level: "mandatory",
    severity: "medium",
    sources: [ours],
    remedy: "Take it out of the configuration, or give a new reason and a new last day.",
    decidedBy: "inputs",
    types: ["pulumi:pulumi:Stack"],
    checks: [
      function* (_stack, { exemptions, stack }) {
        yield* exemptions.settle(stack);
      },
    ],
  }),
];
