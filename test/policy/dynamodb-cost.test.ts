import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { dynamodbRules } from "../../policy/rules/dynamodb.ts";
import { foreign, judge, unknownValue } from "../support/policy.ts";

const orders = (inputs: object = {}) =>
  foreign("aws:dynamodb/table:Table", "orders", {
    billingMode: "PAY_PER_REQUEST",
    hashKey: "id",
    attributes: [{ name: "id", type: "S" }],
    pointInTimeRecovery: { enabled: true },
    deletionProtectionEnabled: true,
    ...inputs,
  });
const said = (resources: RecordedResource[], settings: Record<string, Properties> = {}) =>
  judge(resources, settings, dynamodbRules).map(({ message }) => message);

describe("table-cost-is-bounded", () => {
  const caps = { "table-cost-is-bounded": { requireCaps: true } };
  const uncapped =
    'Table "orders": onDemandThroughput does not cap both reads and writes. Set maxReadRequestUnits and maxWriteRequestUnits.';

  it("asks for caps where it is told so", () => {
    const capped = { maxReadRequestUnits: "100", maxWriteRequestUnits: 10 };
    assert.deepEqual(said([orders()]), []);
    assert.deepEqual(said([orders({ onDemandThroughput: capped })], caps), []);
    for (const onDemandThroughput of [
      undefined,
      {},
      { maxReadRequestUnits: 100 },
      { ...capped, maxReadRequestUnits: -1 },
    ]) {
      const inputs = onDemandThroughput === undefined ? {} : { onDemandThroughput };
      assert.deepEqual(said([orders(inputs)], caps), [uncapped]);
    }
  });

  const scaling = (kind: string, resourceId: string, links = {}) =>
    foreign(
      "aws:appautoscaling/target:Target",
      `scaling-${kind}`,
      { resourceId, scalableDimension: `dynamodb:table:${kind}CapacityUnits` },
      links,
    );

  it("accepts capacity that scales, by a link or by name", () => {
    const linked = orders({ billingMode: "PROVISIONED" });
    const links = { resourceId: [linked] };
    assert.deepEqual(
      said([linked, scaling("Read", unknownValue, links), scaling("Write", unknownValue, links)]),
      [],
    );
    const named = orders({ billingMode: "PROVISIONED", name: "orders" });
    const literal = "table/orders";
    assert.deepEqual(said([named, scaling("Read", literal), scaling("Write", literal)]), []);
  });

  it("says which capacity nothing scales", () => {
    const others = [scaling("Read", "table/orders"), scaling("Write", "table/others")];
    assert.deepEqual(said([orders({ billingMode: "PROVISIONED", name: "orders" }), ...others]), [
      'Table "orders": has write capacity that nothing scales. Set billingMode to PAY_PER_REQUEST, or scale the capacity by aws.appautoscaling.',
    ]);
  });
});
