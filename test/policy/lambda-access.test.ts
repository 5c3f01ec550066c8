import assert from "node:assert/strict";
import type { Properties } from "../../local/recording/resource.ts";
import { functionUrlType, permissionType } from "../../policy/lib/lambda-types.ts";
import { foreign, messagesBy, unknownValue } from "../support/policy.ts";
import { foreignFunction, nonsense } from "./lambda-fixtures.ts";

const rule = "function-is-not-public";
const limit = "Name a service or an account, or set sourceArn or principalOrgId.";
const foreignLayer =
  "layers has one of an account that is not known. Add the account to the rule's setting layerAccounts, or bundle the code.";

describe(rule, () => {
  function url(authorizationType: unknown) {
    return foreign(functionUrlType, "url", { functionName: "worker", authorizationType });
  }

  it("finds a URL that asks for nothing", () => {
    assert.deepEqual(messagesBy(rule, [url("NONE")]), [
      'FunctionUrl "url": authorizationType lets everybody in. Set authorizationType to AWS_IAM.',
    ]);
    assert.deepEqual(messagesBy(rule, [url("AWS_IAM"), ...nonsense.map(url)]), []);
  });

  function permission(inputs: Properties) {
    return foreign(permissionType, "permission", { function: "worker", ...inputs });
  }

  it("takes a permission for everybody with a limit, be it known or not", () => {
    const limited = [
      { principal: "*", sourceArn: unknownValue },
      { principal: "*", principalOrgId: "o-a1b2c3d4e5" },
      { principal: "*", sourceAccount: "123456789012" },
      { principal: "sns.amazonaws.com" },
      ...nonsense.map((principal) => ({ principal })),
    ];
    assert.deepEqual(messagesBy(rule, limited.map(permission)), []);
    const empty = permission({ principal: "*", sourceArn: "", sourceAccount: null });
    assert.deepEqual(messagesBy(rule, [empty]), [
      `Permission "permission": principal is everybody. ${limit}`,
    ]);
  });

  describe("layers", () => {
    const role = "arn:aws:iam::123456789012:role/worker";
    const layer = (account: string) => `arn:aws:lambda:eu-west-1:${account}:layer:extension:3`;

    it("may be of the function's own account, and of those in the settings", () => {
      const lambda = foreignFunction({
        role,
        layers: [layer("123456789012"), layer("017000801446")],
      });
      assert.deepEqual(messagesBy(rule, [lambda]), [`Function "worker": ${foreignLayer}`]);
      assert.deepEqual(messagesBy(rule, [lambda], { layerAccounts: ["017000801446"] }), []);
    });

    it("are left open until the layer, or the function's account, is known", () => {
      const unknownLayer = foreignFunction({ role, layers: [unknownValue] });
      assert.deepEqual(messagesBy(rule, [unknownLayer]), [
        'Not decided before the deployment, since not known yet: "layers.0" of Function "worker".',
      ]);
      const unknownRole = foreignFunction({ role: unknownValue, layers: [layer("017000801446")] });
      assert.deepEqual(messagesBy(rule, [unknownRole]), [
        'Not decided before the deployment, since not known yet: "role" of Function "worker".',
      ]);
      assert.deepEqual(messagesBy(rule, [unknownRole], { layerAccounts: ["017000801446"] }), []);
    });

    it("are found behind one that is not known yet", () => {
      const lambda = foreignFunction({ role, layers: [unknownValue, layer("017000801446")] });
      assert.deepEqual(messagesBy(rule, [lambda]), [`Function "worker": ${foreignLayer}`]);
    });

    it("are judged by the accounts of the provider, before the role is known", () => {
      const judged = (allowedAccountIds: unknown, account: string) => {
        const provider = foreign("pulumi:providers:aws", "aws", { allowedAccountIds });
        const lambda = foreignFunction({ role: unknownValue, layers: [layer(account)] });
        return messagesBy(rule, [provider, { ...lambda, provider: `${provider.urn}::id` }]);
      };
      for (const accounts of ['["123456789012"]', "[123456789012]", ["123456789012"]]) {
        assert.deepEqual(judged(accounts, "123456789012"), []);
        assert.deepEqual(judged(accounts, "017000801446"), [`Function "worker": ${foreignLayer}`]);
      }
      for (const accounts of [unknownValue, "[]", "{", null]) {
        assert.deepEqual(judged(accounts, "017000801446"), [
          'Not decided before the deployment, since not known yet: "role" of Function "worker".',
        ]);
      }
    });

    for (const value of nonsense) {
      it(`say nothing when they are ${JSON.stringify(value)}`, () => {
        const lambdas = [
          foreignFunction({ role, layers: value }),
          foreignFunction({ role: value, layers: [layer("017000801446")] }),
        ];
        assert.deepEqual(messagesBy(rule, lambdas), []);
      });
    }
  });
});
