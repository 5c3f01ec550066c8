import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { dynamodbRules } from "../../policy/rules/dynamodb.ts";
import { changed, foreign, judge, remediate, unknownValue } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";

const table = "roomcast-connections-table";
const compliant = {
  billingMode: "PAY_PER_REQUEST",
  hashKey: "room",
  attributes: [{ name: "room", type: "S" }],
  ttl: { enabled: true, attributeName: "expiresAt" },
  pointInTimeRecovery: { enabled: true },
  deletionProtectionEnabled: true,
};
const connections = (inputs: object = {}, computed = {}) =>
  foreign("aws:dynamodb/table:Table", "connections", { ...compliant, ...inputs }, {}, computed);
/** What is said about a foreign table that is compliant but for these inputs. */
const said = (
  inputs: object,
  settings: Record<string, Properties> = {},
  others: RecordedResource[] = [],
) =>
  judge([connections(inputs), ...others], settings, dynamodbRules).map(
    ({ rule, message }) => `${rule}: ${message.replace('Table "connections": ', "")}`,
  );

describe("rules of DynamoDB", () => {
  it("find nothing in the program", async () => {
    const dev = await recordStack("dev");
    const settings = {
      "table-is-recoverable": { deletionProtection: false },
      "table-cost-is-bounded": { requireCaps: true },
    };
    assert.deepEqual(judge(dev.resources, settings, dynamodbRules), []);
    for (const preview of [false, true]) {
      const { resources } = await recordStack("prod", { preview });
      assert.deepEqual(judge(resources, {}, dynamodbRules), []);
    }
  });

  const mutations: [rule: string, change: (properties: Properties) => void, message: string][] = [
    [
      "table-is-recoverable",
      (properties) => delete properties["pointInTimeRecovery"],
      "pointInTimeRecovery is not enabled. Set pointInTimeRecovery.enabled to true.",
    ],
    [
      "table-is-recoverable",
      (properties) => Object.assign(properties, { pointInTimeRecovery: { enabled: false } }),
      "pointInTimeRecovery is not enabled. Set pointInTimeRecovery.enabled to true.",
    ],
    [
      "table-is-recoverable",
      (properties) => delete properties["deletionProtectionEnabled"],
      "deletionProtectionEnabled is not true. Set deletionProtectionEnabled to true.",
    ],
    [
      "connections-table-expires",
      (properties) => delete properties["ttl"],
      "ttl is not enabled. Enable ttl on an attribute that is no key, in epoch seconds.",
    ],
    [
      "connections-table-expires",
      (properties) => Object.assign(properties["ttl"], { enabled: false }),
      "ttl is not enabled. Enable ttl on an attribute that is no key, in epoch seconds.",
    ],
    [
      "connections-table-expires",
      (properties) => Object.assign(properties["ttl"], { attributeName: "member" }),
      "ttl is by a key, which cannot be renewed. Enable ttl on an attribute that is no key, in epoch seconds.",
    ],
    [
      "table-cost-is-bounded",
      (properties) => delete properties["billingMode"],
      "has read and write capacity that nothing scales. Set billingMode to PAY_PER_REQUEST, or scale the capacity by aws.appautoscaling.",
    ],
    [
      "table-attributes-match-keys",
      (properties) => properties["attributes"].pop(),
      "attributes lacks a key of the table or of an index. Declare each key of the table and of its indexes in attributes, and nothing else.",
    ],
    [
      "table-attributes-match-keys",
      (properties) => properties["attributes"].push({ name: "expiresAt", type: "N" }),
      "attributes has one that is no key of the table or of an index. Declare each key of the table and of its indexes in attributes, and nothing else.",
    ],
    [
      "table-attributes-match-keys",
      (properties) => delete properties["streamViewType"],
      "streamEnabled is true without a streamViewType. Set streamViewType to what the consumer reads.",
    ],
  ];
  for (const [rule, change, message] of mutations) {
    it(`${rule} finds that ${message.split(".")[0]}`, async () => {
      for (const preview of [false, true]) {
        const { resources } = await recordStack("prod", { preview });
        assert.deepEqual(judge(changed(resources, table, change), {}, dynamodbRules), [
          { rule, resource: table, message: `Table "${table}": ${message}` },
        ]);
      }
    });
  }

  it("find a stream that is read but is not there, also before anything is known", async () => {
    for (const preview of [false, true]) {
      const { resources } = await recordStack("prod", { preview });
      const mutant = changed(resources, table, (properties) => {
        delete properties["streamEnabled"];
      });
      assert.deepEqual(judge(mutant, {}, dynamodbRules), [
        {
          rule: "table-attributes-match-keys",
          resource: table,
          message: `Table "${table}": streamEnabled is not true, yet an event source mapping reads the stream. Set streamEnabled to true.`,
        },
      ]);
    }
  });
});

describe("table-is-recoverable", () => {
  it("asks for no deletion protection where it is told so", () => {
    const settings = { "table-is-recoverable": { deletionProtection: false } };
    assert.deepEqual(said({ deletionProtectionEnabled: false }, settings), []);
  });

  it("turns recovery on where nobody has decided", () => {
    const rule = "table-is-recoverable";
    const { pointInTimeRecovery: _without, ...undecided } = compliant;
    const bare = foreign("aws:dynamodb/table:Table", "t", { ...undecided, tags: unknownValue });
    const { remediatedBy, args } = remediate(bare);
    assert.ok(remediatedBy.includes(rule));
    assert.equal(args.props["pointInTimeRecovery"].enabled, true);
    assert.deepEqual(said({ pointInTimeRecovery: { enabled: true } }), []);
    for (const pointInTimeRecovery of [{ enabled: true }, { enabled: false }, unknownValue]) {
      const decided = remediate(connections({ pointInTimeRecovery }));
      assert.equal(decided.remediatedBy.includes(rule), false);
    }
  });
});

describe("connections-table-expires", () => {
  it("judges the tables that it is told of", () => {
    const orders = foreign("aws:dynamodb/table:Table", "orders", { ...compliant, ttl: null });
    const found = (settings: Properties) =>
      judge([orders], { "connections-table-expires": settings }, dynamodbRules).length;
    assert.equal(found({}), 0);
    assert.equal(found({ tables: ["ord*"] }), 1);
    assert.equal(found({ tables: ["ord"] }), 0);
  });
});

describe("table-attributes-match-keys", () => {
  it("knows the keys of indexes, in both forms", () => {
    const attributes = ["room", "user", "at", "kind", "size"].map((name) => ({ name, type: "S" }));
    const indexes = {
      attributes,
      globalSecondaryIndexes: [
        { name: "by-user", hashKey: "user", rangeKey: "at", projectionType: "ALL" },
        {
          name: "by-kind",
          keySchemas: [{ attributeName: "kind", keyType: "HASH" }],
          projectionType: "ALL",
        },
      ],
      localSecondaryIndexes: [{ name: "by-size", rangeKey: "size", projectionType: "ALL" }],
    };
    assert.deepEqual(said(indexes), []);
  });

  it("leaves alone a table that is restored with its keys", () => {
    const { hashKey: _key, attributes: _attributes, ...restored } = compliant;
    const backup = foreign("aws:dynamodb/table:Table", "connections", {
      ...restored,
      restoreSourceName: "orders",
    });
    assert.deepEqual(judge([backup], {}, dynamodbRules), []);
  });

  it("finds a view of a stream that is not there", () => {
    assert.deepEqual(said({ streamViewType: "KEYS_ONLY" }), [
      "table-attributes-match-keys: streamViewType is set without a stream. Set streamEnabled to true, or leave streamViewType out.",
    ]);
    assert.deepEqual(said({ streamEnabled: false, streamViewType: "" }), []);
  });

  it("leaves alone mappings of streams outside the stack", () => {
    const eventSourceArn = "arn:aws:dynamodb:eu-west-1:111122223333:table/others/stream/1";
    const mapping = (source: string) =>
      foreign("aws:lambda/eventSourceMapping:EventSourceMapping", "m", { eventSourceArn: source });
    assert.deepEqual(said({}, {}, [mapping(eventSourceArn)]), []);
    assert.deepEqual(said({}, {}, [mapping(unknownValue)]), []);
  });
});

describe("rules of DynamoDB, given anything", () => {
  it("say what is not known yet, and judge the rest", () => {
    const inputs = { attributes: unknownValue, billingMode: unknownValue, ttl: unknownValue };
    assert.deepEqual(
      said({ ...inputs, deletionProtectionEnabled: false }),
      [
        [
          "table-is-recoverable",
          "deletionProtectionEnabled is not true. Set deletionProtectionEnabled to true.",
        ],
        [
          "connections-table-expires",
          'Not decided before the deployment, since not known yet: "ttl" of Table "connections".',
        ],
        [
          "table-cost-is-bounded",
          'Not decided before the deployment, since not known yet: "billingMode" of Table "connections".',
        ],
        [
          "table-attributes-match-keys",
          'Not decided before the deployment, since not known yet: "attributes" of Table "connections".',
        ],
      ].map((parts) => parts.join(": ")),
    );
  });

  it("survive wrong types", () => {
    const odd = {
      globalSecondaryIndexes: "x",
      localSecondaryIndexes: [null, 7],
      onDemandThroughput: 1,
    };
    assert.deepEqual(said(odd), []);
  });
});
