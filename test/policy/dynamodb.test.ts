import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { dynamodbRules } from "../../policy/rules/dynamodb.ts";
import { foreign, judge, remediate, unknownValue } from "../support/policy.ts";

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
    assert.ok(remediate(connections({ pointInTimeRecovery: null })).remediatedBy.includes(rule));
    const byDefault = {
      pointInTimeRecovery: { enabled: true },
      __defaults: ["pointInTimeRecovery"],
    };
    assert.equal(remediate(connections(byDefault)).remediatedBy.includes(rule), false);
    for (const pointInTimeRecovery of [{ enabled: true }, { enabled: false }, unknownValue]) {
      const decided = remediate(connections({ pointInTimeRecovery }));
      assert.equal(decided.remediatedBy.includes(rule), false);
    }
  });
});

describe("connections-table-expires", () => {
  const expire = "Enable ttl on an attribute that is no key, in epoch seconds.";

  it("knows tables of connections by their names, however these are written", () => {
    for (const name of ["Connections", "connection-table", "roomConnections", "WS-CONNECTIONS"]) {
      const table = foreign("aws:dynamodb/table:Table", name, { ...compliant, ttl: null });
      assert.deepEqual(
        judge([table], {}, dynamodbRules).map(({ message }) => message),
        [`Table "${name}": ttl is not enabled. ${expire}`],
      );
    }
  });

  it("finds an expiry by a key of an index", () => {
    const inputs = {
      attributes: [...compliant.attributes, { name: "expiresAt", type: "N" }],
      globalSecondaryIndexes: [{ name: "by-end", hashKey: "expiresAt", projectionType: "ALL" }],
    };
    assert.deepEqual(said(inputs), [
      `connections-table-expires: ttl is by a key of the table or of an index. ${expire}`,
    ]);
  });

  it("judges the tables that it is told of", () => {
    const orders = foreign("aws:dynamodb/table:Table", "orders", { ...compliant, ttl: null });
    const found = (settings: Properties) =>
      judge([orders], { "connections-table-expires": settings }, dynamodbRules).length;
    assert.equal(found({}), 0);
    assert.equal(found({ tables: ["Ord*"] }), 1);
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
