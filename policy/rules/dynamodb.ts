import { matchesGlob } from "../lib/glob.ts";
import type { Graph } from "../lib/graph.ts";
import { isLeftOut, isTrue, recordsIn, textsIn } from "../lib/inputs.ts";
import { mappingType } from "../lib/lambda-types.ts";
import { known, type Observed } from "../lib/observed.ts";
import { resourceRule, stackRule } from "../lib/rule.ts";
import { cdkNag, cfnNag, checkov, ours, securityHub } from "../lib/sources.ts";

const tableType = "aws:dynamodb/table:Table";
const scalingTargetType = "aws:appautoscaling/target:Target";

export const dynamodbRules = [
  resourceRule<{ deletionProtection: boolean }>({
    name: "table-is-recoverable",
    description:
      "Tables can be restored to any moment of the last weeks, and AWS refuses to delete them.",
    level: "remediate",
    severity: "high",
    sources: [
      securityHub("DynamoDB.2"),
      securityHub("DynamoDB.6"),
      checkov("CKV_AWS_28"),
      cdkNag("AwsSolutions-DDB3"),
      cfnNag("W78"),
    ],
    remedy: "Set pointInTimeRecovery.enabled to true.",
    decidedBy: "inputs",
    types: [tableType],
    settings: {
      deletionProtection: {
        type: "boolean",
        description: "Whether tables must have deletionProtectionEnabled.",
        default: true,
      },
    },
    checks: [
      function* ({ props }) {
        if (!isRecoverable(props)) {
          yield "pointInTimeRecovery is not enabled";
        }
      },
      function* ({ props }, { settings }) {
        if (settings.deletionProtection && !isTrue(props["deletionProtectionEnabled"])) {
          yield {
            fault: "deletionProtectionEnabled is not true",
            remedy: "Set deletionProtectionEnabled to true.",
          };
        }
      },
    ],
    remediate({ props }) {
      if (!isLeftOut(props, "pointInTimeRecovery") || isRecoverable(props)) {
        return false;
      }
      props["pointInTimeRecovery"] = { enabled: true };
      return true;
    },
  }),

  resourceRule<{ tables: string[] }>({
    name: "connections-table-expires",
    description:
      "Tables of connections delete rows by themselves: the end of a connection may go unseen.",
    level: "mandatory",
    severity: "high",
    sources: [ours],
    remedy: "Enable ttl on an attribute that is no key, in epoch seconds.",
    decidedBy: "inputs",
    types: [tableType],
    settings: {
      tables: {
        type: "array",
        items: { type: "string", minLength: 1 },
        description:
          "Logical names of tables whose rows are connections, in whatever case; * stands for any run of characters.",
        default: ["*connection*"],
      },
    },
    checks: [
      function* ({ name, props }, { settings: { tables } }) {
        if (!tables.some((glob) => matchesGlob(glob.toLowerCase(), name.toLowerCase()))) {
          return;
        }
        const ttl = recordsIn(props["ttl"])[0];
        const [attribute] = textsIn(ttl?.["attributeName"]);
        if (!isTrue(ttl?.["enabled"]) || attribute === undefined) {
          yield "ttl is not enabled";
        } else if (keysOf(props).includes(attribute)) {
          yield "ttl is by a key of the table or of an index";
        }
      },
    ],
  }),

  stackRule<{ requireCaps: boolean }>({
    name: "table-cost-is-bounded",
    description:
      "Tables are paid on demand, with a cap where the stack asks for one, or their capacity scales.",
    level: "advisory",
    severity: "medium",
    sources: [securityHub("DynamoDB.1"), checkov("CKV2_AWS_16"), cfnNag("W73"), ours],
    remedy: "Set billingMode to PAY_PER_REQUEST, or scale the capacity by aws.appautoscaling.",
    decidedBy: "links",
    types: [tableType],
    settings: {
      requireCaps: {
        type: "boolean",
        description: "Whether tables on demand must have onDemandThroughput, for reads and writes.",
        default: false,
      },
    },
    checks: [
      function* (table, { graph, settings }) {
        if (table.props["billingMode"] === "PAY_PER_REQUEST") {
          const caps = recordsIn(settings.requireCaps ? table.props["onDemandThroughput"] : [])[0];
          const limits = [caps?.["maxReadRequestUnits"], caps?.["maxWriteRequestUnits"]];
          // -1 takes a cap away.
          if (settings.requireCaps && !limits.every((limit) => Number(limit) > 0)) {
            yield {
              fault: "onDemandThroughput does not cap both reads and writes",
              remedy: "Set maxReadRequestUnits and maxWriteRequestUnits.",
            };
          }
          return;
        }
        const unscaled = ["Read", "Write"].filter((kind) => !isScaled(table, kind, graph));
        if (unscaled.length > 0) {
          yield `has ${unscaled.join(" and ").toLowerCase()} capacity that nothing scales`;
        }
      },
    ],
  }),

  stackRule({
    name: "table-attributes-match-keys",
    description:
      "Tables declare the attributes that are keys and no other, and have a stream where somebody reads it.",
    level: "mandatory",
    severity: "low",
    sources: [ours],
    remedy: "Declare each key of the table and of its indexes in attributes, and nothing else.",
    decidedBy: "links",
    types: [tableType],
    checks: [
      function* ({ props }) {
        const keys = keysOf(props);
        if (keys.length === 0) {
          // Restored: the backup has them.
          return;
        }
        const declared = recordsIn(props["attributes"]).flatMap(({ name }) => textsIn(name));
        if (keys.some((key) => !declared.includes(key))) {
          yield "attributes lacks a key of the table or of an index";
        }
        if (declared.some((name) => !keys.includes(name))) {
          yield "attributes has one that is no key of the table or of an index";
        }
      },
      function* ({ props }) {
        if (isTrue(props["streamEnabled"]) && !props["streamViewType"]) {
          yield {
            fault: "streamEnabled is true without a streamViewType",
            remedy: "Set streamViewType to what the consumer reads.",
          };
        }
      },
      function* (table, { graph }) {
        if (isTrue(table.props["streamEnabled"])) {
          return;
        }
        if (isConsumed(table, graph)) {
          yield {
            fault: "streamEnabled is not true, yet an event source mapping reads the stream",
            remedy: "Set streamEnabled to true.",
          };
        } else if (known(() => table.props["streamViewType"])) {
          yield {
            fault: "streamViewType is set without a stream",
            remedy: "Set streamEnabled to true, or leave streamViewType out.",
          };
        }
      },
    ],
  }),
];

function isRecoverable(props: Observed["props"]): boolean {
  return isTrue(recordsIn(props["pointInTimeRecovery"])[0]?.["enabled"]);
}

function isScaled(table: Observed, kind: string, graph: Graph): boolean {
  return graph
    .ofType(scalingTargetType)
    .some(
      (target) =>
        target.props["scalableDimension"] === `dynamodb:table:${kind}CapacityUnits` &&
        isFor(target, table, graph),
    );
}

/** The resource's id is `table/` and the table's name, so it is no identifier of the table itself. */
function isFor(target: Observed, table: Observed, graph: Graph): boolean {
  const name: unknown = known(() => table.props["name"]);
  return (
    known(() => graph.targets(target, "resourceId", tableType))?.includes(table) ||
    (typeof name === "string" && known(() => target.props["resourceId"]) === `table/${name}`)
  );
}

/** An unknown source that was computed from something else is something else. */
function isConsumed(table: Observed, graph: Graph): boolean {
  return graph
    .ofType(mappingType)
    .some((mapping) =>
      known(() => graph.targets(mapping, "eventSourceArn", tableType))?.includes(table),
    );
}

function keysOf(props: Observed["props"]): string[] {
  const indexes = recordsIn(props["globalSecondaryIndexes"]);
  const holders = [props, ...indexes, ...recordsIn(props["localSecondaryIndexes"])];
  return [
    ...holders.flatMap(({ hashKey, rangeKey }) => [...textsIn(hashKey), ...textsIn(rangeKey)]),
    ...indexes.flatMap((index) =>
      recordsIn(index["keySchemas"]).flatMap((key) => textsIn(key["attributeName"])),
    ),
  ];
}
