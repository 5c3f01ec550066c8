import { today } from "../lib/exemption.ts";
import { numberOf } from "../lib/inputs.ts";
import { runtimeEnds } from "../lib/lambda-runtimes.ts";
import { functionType } from "../lib/lambda-types.ts";
import { type Rule, resourceRule } from "../lib/rule.ts";
import { cdkNag, checkov, securityHub, serverlessRules } from "../lib/sources.ts";

/** What Lambda gives a function that does not say. */
const defaults = { timeoutSeconds: 3, memoryMegabytes: 128 };

/** @param now Today, `YYYY-MM-DD`. */
export function functionRuntimeIsSupported(now: () => string = () => today()): Rule {
  return resourceRule<{ runtimes: Record<string, string>; noticeDays: number }>({
    name: "function-runtime-is-supported",
    description: "Functions run on a runtime that AWS supports, and will for a while.",
    level: "mandatory",
    severity: "high",
    sources: [securityHub("Lambda.2"), checkov("CKV_AWS_363"), cdkNag("AwsSolutions-L1")],
    remedy: "Move to a newer runtime.",
    decidedBy: "inputs",
    types: [functionType],
    settings: {
      runtimes: {
        type: "object",
        additionalProperties: {
          type: "string",
          pattern: "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$",
        },
        description:
          "The runtimes that may be used, each with the day on which AWS deprecates it; in place of the default list.",
        default: runtimeEnds,
      },
      noticeDays: {
        type: "integer",
        minimum: 0,
        description: "Days before the end from which on the rule reminds of it.",
        default: 90,
      },
    },
    checks: [
      function* ({ props }, { settings }) {
        const runtime: unknown = props["runtime"];
        // A container image brings its own.
        if (typeof runtime !== "string" || runtime === "") {
          return;
        }
        const end = Object.hasOwn(settings.runtimes, runtime)
          ? settings.runtimes[runtime]
          : undefined;
        if (end === undefined) {
          yield {
            fault: "runtime is not in the rule's list, so that its end is not watched",
            remedy: "Add it to the rule's setting runtimes, with the day AWS deprecates it.",
          };
        } else if (end <= now()) {
          yield `runtime is deprecated since ${end}`;
        } else if (end <= inDays(now(), settings.noticeDays)) {
          yield { fault: `runtime will be deprecated on ${end}`, advisory: true };
        }
      },
    ],
  });
}

interface Bounds {
  maximumTimeoutSeconds: number;
  minimumMemoryMegabytes: number;
  maximumMemoryMegabytes: number;
}

export const lambdaFunctionRules = [
  functionRuntimeIsSupported(),

  resourceRule<Bounds>({
    name: "function-timeout-and-memory-are-set",
    description:
      "Functions say how long they may run and how much memory they have, and run on arm64.",
    level: "mandatory",
    severity: "medium",
    sources: [serverlessRules("ES1005"), serverlessRules("ES1006")],
    remedy: "Set timeout and memorySize to what the function needs.",
    decidedBy: "inputs",
    types: [functionType],
    settings: {
      maximumTimeoutSeconds: {
        type: "integer",
        minimum: 1,
        maximum: 900,
        description: "The longest timeout.",
        default: 900,
      },
      minimumMemoryMegabytes: {
        type: "integer",
        minimum: 128,
        maximum: 10_240,
        description: "The least memory.",
        default: 128,
      },
      maximumMemoryMegabytes: {
        type: "integer",
        minimum: 128,
        maximum: 10_240,
        description: "The most memory.",
        default: 10_240,
      },
    },
    checks: [
      function* ({ props }, { settings }) {
        const timeout = numberOf(props["timeout"]);
        if (Number.isNaN(timeout)) {
          yield "timeout is not set";
        } else if (timeout < 1 || timeout > settings.maximumTimeoutSeconds) {
          yield `timeout is not from 1 to ${settings.maximumTimeoutSeconds} seconds`;
        }
      },
      function* ({ props }, { settings }) {
        const { minimumMemoryMegabytes: least, maximumMemoryMegabytes: most } = settings;
        const memory = numberOf(props["memorySize"]);
        if (Number.isNaN(memory)) {
          yield "memorySize is not set";
        } else if (memory < least || memory > most) {
          yield `memorySize is not from ${least} to ${most} MB`;
        }
      },
      // An engine passes the provider's defaults as if the program had set them.
      function* ({ props }) {
        if (
          numberOf(props["timeout"]) === defaults.timeoutSeconds &&
          numberOf(props["memorySize"]) === defaults.memoryMegabytes
        ) {
          yield {
            fault: "timeout and memorySize are what Lambda gives a function that does not say",
            advisory: true,
          };
        }
      },
      function* ({ props }) {
        if (![props["architectures"]].flat().includes("arm64")) {
          yield {
            fault: "architectures is not arm64, which costs a fifth less",
            remedy: 'Set architectures to ["arm64"] if its code and layers allow it.',
            advisory: true,
          };
        }
      },
    ],
  }),

  resourceRule({
    name: "function-tracing-is-active",
    description: "Functions are traced by X-Ray.",
    level: "advisory",
    severity: "low",
    sources: [securityHub("Lambda.7"), checkov("CKV_AWS_50"), serverlessRules("WS1000")],
    remedy: "Set tracingConfig.mode to Active, and let the role write traces.",
    decidedBy: "inputs",
    types: [functionType],
    checks: [
      function* ({ props }) {
        if (props["tracingConfig"]?.mode !== "Active") {
          yield "tracingConfig.mode is not Active";
        }
      },
    ],
  }),
];

function inDays(day: string, days: number): string {
  return today(new Date(Date.parse(day) + days * 24 * 3600 * 1000));
}
