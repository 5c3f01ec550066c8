import { isLeftOut } from "../lib/inputs.ts";
import { resourceRule } from "../lib/rule.ts";
import { cfnNag, checkov, securityHub, serverlessRules } from "../lib/sources.ts";

/** The days that CloudWatch Logs takes (PutRetentionPolicy). */
const steps = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

interface RetentionSettings {
  minimumDays: number;
}

export const logsRules = [
  resourceRule<RetentionSettings>({
    name: "log-retention-is-set",
    description: "Log groups keep their lines long enough to look back, and not for ever.",
    level: "remediate",
    severity: "medium",
    sources: [
      securityHub("CloudWatch.16"),
      checkov("CKV_AWS_66"),
      checkov("CKV_AWS_338"),
      cfnNag("W86"),
      serverlessRules("WS1004"),
    ],
    remedy: "Set retentionInDays to one of CloudWatch's steps.",
    decidedBy: "inputs",
    types: ["aws:cloudwatch/logGroup:LogGroup"],
    settings: {
      minimumDays: {
        type: "integer",
        minimum: 1,
        maximum: 3653,
        description: "Days for which lines must be kept; a group without a retention gets them.",
        default: 365,
      },
    },
    checks: [
      function* ({ props }, { settings: { minimumDays } }) {
        if (props["logGroupClass"] === "DELIVERY") {
          // Two days, whatever is set.
          return;
        }
        const days = Number(props["retentionInDays"] ?? 0);
        if (days === 0) {
          yield "retentionInDays is not set, so lines are kept for ever";
        } else if (!steps.includes(days)) {
          yield "retentionInDays is none of CloudWatch's steps";
        } else if (days < minimumDays) {
          yield `retentionInDays is less than ${minimumDays}`;
        }
      },
    ],
    remediate({ props }, { settings: { minimumDays } }) {
      // Else the repair of a default would be repaired again.
      const isMissing =
        isLeftOut(props, "retentionInDays") && Number(props["retentionInDays"] ?? 0) === 0;
      if (!isMissing || props["logGroupClass"] === "DELIVERY") {
        return false;
      }
      props["retentionInDays"] = steps.find((days) => days >= minimumDays);
      return true;
    },
  }),
];
