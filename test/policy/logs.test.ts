import assert from "node:assert/strict";
import { logsRules } from "../../policy/rules/logs.ts";
import { foreign, judge, messagesBy, remediate, unknownValue } from "../support/policy.ts";

const rule = "log-retention-is-set";
const remedy = "Set retentionInDays to one of CloudWatch's steps.";
const group = (inputs = {}) => foreign("aws:cloudwatch/logGroup:LogGroup", "orders", inputs);
const faultsOf = (inputs: object, settings = {}) => messagesBy(rule, [group(inputs)], settings);
const message = (fault: string) => [`LogGroup "orders": ${fault}. ${remedy}`];

describe(rule, () => {
  it("asks for as many days as it is told", () => {
    assert.deepEqual(faultsOf({ retentionInDays: 400 }, { minimumDays: 400 }), []);
    assert.deepEqual(
      faultsOf({ retentionInDays: 365 }, { minimumDays: 400 }),
      message("retentionInDays is less than 400"),
    );
  });

  it("reads numbers in texts, and takes nothing else for a number", () => {
    assert.deepEqual(faultsOf({ retentionInDays: "365" }), []);
    for (const retentionInDays of ["a year", { days: 365 }, [1, 2]]) {
      assert.deepEqual(
        faultsOf({ retentionInDays }),
        message("retentionInDays is none of CloudWatch's steps"),
      );
    }
  });

  it("leaves alone groups whose retention is CloudWatch's own", () => {
    assert.deepEqual(faultsOf({ logGroupClass: "DELIVERY" }), []);
  });

  it("says once what is not known yet", () => {
    const groups = [
      group({ retentionInDays: unknownValue }),
      foreign("aws:cloudwatch/logGroup:LogGroup", "audit", { retentionInDays: unknownValue }),
    ];
    assert.deepEqual(judge(groups, {}, logsRules), [
      {
        rule,
        resource: "",
        message:
          'Not decided before the deployment, since not known yet: "retentionInDays" of LogGroup "audit", LogGroup "orders".',
        advisory: true,
      },
    ]);
  });

  it("sets a retention where there is none", () => {
    const resource = group({ kmsKeyId: unknownValue });
    const { remediatedBy, args } = remediate(resource, [resource], { [rule]: { minimumDays: 8 } });
    assert.ok(remediatedBy.includes(rule));
    assert.equal(args.props["retentionInDays"], 14);
    assert.throws(() => args.props["kmsKeyId"], { name: "Error", message: /can't be known/ });
    assert.deepEqual(faultsOf({ retentionInDays: 14 }, { minimumDays: 8 }), []);
  });

  it("sets one in place of the provider's default, once", () => {
    const bare = group({ retentionInDays: 0, skipDestroy: false, __defaults: ["retentionInDays"] });
    const { remediatedBy, args } = remediate(bare);
    assert.ok(remediatedBy.includes(rule));
    assert.equal(args.props["retentionInDays"], 365);
    const repaired = group({ ...bare.wire.inputs, retentionInDays: 365 });
    assert.equal(remediate(repaired).remediatedBy.includes(rule), false);
    assert.ok(remediate(group({ logGroupClass: "STANDARD" })).remediatedBy.includes(rule));
  });

  it("changes nothing that somebody has decided", () => {
    for (const inputs of [
      { retentionInDays: 7 },
      { retentionInDays: 0 },
      { retentionInDays: unknownValue },
      { logGroupClass: "DELIVERY" },
    ]) {
      assert.equal(remediate(group(inputs)).remediatedBy.includes(rule), false);
    }
    assert.equal(
      remediate(group({ logGroupClass: unknownValue })).remediatedBy.includes(rule),
      false,
    );
  });
});
