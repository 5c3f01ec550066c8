import { resourceRule } from "../lib/rule.ts";
import { awsDocumentation, ours } from "../lib/sources.ts";

/** What a team cannot make again by deploying again. */
const statefulTypes = ["aws:dynamodb/table:Table", "aws:kms/key:Key", "aws:route53/zone:Zone"];

export const statefulRules = [
  resourceRule<{ types: string[] }>({
    name: "stateful-resources-are-protected",
    description:
      "Resources whose loss cannot be made good are protected, and have no name that a replacement would clash with.",
    level: "mandatory",
    severity: "high",
    sources: [awsDocumentation('Pulumi, "Resource options: protect"'), ours],
    remedy: "Set protect in the resource's options, and leave its name to Pulumi.",
    decidedBy: "inputs",
    types: "every",
    settings: {
      types: {
        type: "array",
        items: { type: "string" },
        description: "The types that are stateful.",
        default: statefulTypes,
      },
    },
    checks: [
      function* ({ type, opts }, { settings }) {
        if (settings.types.includes(type) && !opts.protect) {
          yield "protect is not set";
        }
      },
      function* ({ type, name, props }, { settings }) {
        // A zone's name is what it is; a key has none.
        if (type === "aws:dynamodb/table:Table" && settings.types.includes(type)) {
          const given: unknown = props["name"];
          if (typeof given === "string" && !isGenerated(given, name)) {
            yield "name is fixed, so that it cannot be replaced without being deleted first";
          }
        }
      },
    ],
  }),

  resourceRule<{ types: string[] }>({
    name: "stateful-options-are-safe",
    description:
      "Resources that hold state or an address ignore no changes wholesale, and are not deleted before they are replaced.",
    level: "mandatory",
    severity: "high",
    sources: [
      awsDocumentation('Pulumi, "Resource options: deleteBeforeReplace, ignoreChanges"'),
      ours,
    ],
    remedy: "Name the properties in ignoreChanges, and leave deleteBeforeReplace out.",
    decidedBy: "inputs",
    types: "every",
    settings: {
      types: {
        type: "array",
        items: { type: "string" },
        description: "The types that hold state or an address.",
        default: [
          ...statefulTypes,
          "aws:sqs/queue:Queue",
          "aws:apigatewayv2/domainName:DomainName",
        ],
      },
    },
    checks: [
      function* ({ type, opts }, { settings }) {
        if (settings.types.includes(type) && opts.ignoreChanges.includes("*")) {
          yield "ignoreChanges covers everything";
        }
      },
      function* ({ type, opts }, { settings }) {
        if (settings.types.includes(type) && opts.deleteBeforeReplace === true) {
          yield "deleteBeforeReplace is set";
        }
      },
    ],
  }),
];

/** As Pulumi names what a program does not: the logical name, seven hexadecimal digits. */
function isGenerated(given: string, logicalName: string): boolean {
  return (
    given.startsWith(`${logicalName}-`) && /^[0-9a-f]{7}$/.test(given.slice(logicalName.length + 1))
  );
}
