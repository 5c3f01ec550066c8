import assert from "node:assert/strict";
import { kmsRules } from "../../policy/rules/kms.ts";
import { foreign, judge, messagesBy, remediate, unknownValue } from "../support/policy.ts";

const rule = "kms-key-is-rotated";
const account = "111122223333";
const policy = (statement: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      { Effect: "Allow", Principal: "*", Action: "kms:Decrypt", Resource: "*", ...statement },
    ],
  });
const compliant = {
  enableKeyRotation: true,
  deletionWindowInDays: 30,
  policy: policy({ Condition: { StringEquals: { "kms:CallerAccount": account } } }),
};
const key = (inputs: object) => foreign("aws:kms/key:Key", "messages", { ...inputs });
const saidOf = (inputs: object, settings = {}) => messagesBy(rule, [key(inputs)], settings);

/** Nothing of the program has a key. */
describe(rule, () => {
  it("finds nothing in a key that is rotated and waits", () => {
    assert.deepEqual(saidOf(compliant), []);
    assert.deepEqual(saidOf({ enableKeyRotation: true }), []);
  });

  const rotation = 'Key "messages": enableKeyRotation is not true. Set enableKeyRotation to true.';
  const everybody =
    'Key "messages": policy statement 2 lets everybody use the key. Name a principal, or add a condition such as kms:CallerAccount.';
  const mutations: [name: string, change: object, message: string][] = [
    ["no rotation", { enableKeyRotation: undefined }, rotation],
    ["rotation turned off", { enableKeyRotation: false }, rotation],
    [
      "a short wait",
      { deletionWindowInDays: 7 },
      'Key "messages": deletionWindowInDays is less than 14. Raise deletionWindowInDays: what a deleted key encrypted is lost.',
    ],
    ["a policy for everybody", { policy: policy({}) }, everybody],
    [
      "a policy for everybody but some",
      { policy: policy({ Principal: undefined, NotPrincipal: { AWS: "arn:aws:iam::1:root" } }) },
      everybody,
    ],
    [
      "a policy for everybody in a list",
      { policy: policy({ Principal: { AWS: ["*"] } }) },
      everybody,
    ],
  ];
  for (const [name, change, message] of mutations) {
    it(`finds ${name}`, () => {
      const inputs = Object.entries({ ...compliant, ...change });
      const kept = Object.fromEntries(inputs.filter(([, value]) => value !== undefined));
      assert.deepEqual(judge([key(kept)], {}, kmsRules), [{ rule, resource: "messages", message }]);
    });
  }

  it("finds a policy of its own resource", () => {
    const own = foreign("aws:kms/keyPolicy:KeyPolicy", "shared", { policy: policy({}) });
    assert.deepEqual(judge([own], {}, kmsRules), [
      {
        rule,
        resource: "shared",
        message:
          'KeyPolicy "shared": policy statement 2 lets everybody use the key. Name a principal, or add a condition such as kms:CallerAccount.',
      },
    ]);
  });

  it("asks for no rotation where KMS has none", () => {
    for (const inputs of [
      { customerMasterKeySpec: "ECC_NIST_P256", keyUsage: "SIGN_VERIFY" },
      { keyUsage: "GENERATE_VERIFY_MAC", customerMasterKeySpec: "HMAC_256" },
      { customKeyStoreId: "cks-1" },
      { xksKeyId: "key-1", customKeyStoreId: "cks-1" },
    ]) {
      assert.deepEqual(saidOf(inputs), []);
      assert.equal(remediate(key(inputs)).remediatedBy.includes(rule), false);
    }
  });

  it("asks for as long a wait as it is told", () => {
    const settings = { minimumDeletionWindowDays: 21 };
    assert.deepEqual(saidOf({ ...compliant, deletionWindowInDays: "21" }, settings), []);
    assert.equal(saidOf({ ...compliant, deletionWindowInDays: 20 }, settings).length, 1);
    for (const deletionWindowInDays of ["", null, 14]) {
      assert.deepEqual(saidOf({ ...compliant, deletionWindowInDays }), []);
    }
  });

  it("takes what refuses everybody, and what is no policy, for no fault", () => {
    for (const document of [policy({ Effect: "Deny" }), "{", "", null, 7, { Statement: "x" }]) {
      assert.deepEqual(saidOf({ ...compliant, policy: document }), []);
    }
  });

  it("judges what is known beside what is not", () => {
    const inputs = { policy: unknownValue, deletionWindowInDays: 7 };
    assert.deepEqual(judge([key(inputs)], {}, kmsRules), [
      { rule, resource: "messages", message: rotation },
      {
        rule,
        resource: "messages",
        message:
          'Key "messages": deletionWindowInDays is less than 14. Raise deletionWindowInDays: what a deleted key encrypted is lost.',
      },
      {
        rule,
        resource: "",
        message:
          'Not decided before the deployment, since not known yet: "policy" of Key "messages".',
        advisory: true,
      },
    ]);
  });

  it("turns rotation on where nobody has decided", () => {
    const { remediatedBy, args } = remediate(key({ policy: unknownValue }));
    assert.ok(remediatedBy.includes(rule));
    assert.equal(args.props["enableKeyRotation"], true);
    assert.throws(() => args.props["policy"], /can't be known/);
    for (const enableKeyRotation of [true, false, unknownValue]) {
      assert.equal(remediate(key({ enableKeyRotation })).remediatedBy.includes(rule), false);
    }
  });

  it("turns it on where the engine fills in the provider's defaults, once", () => {
    const defaults = { customerMasterKeySpec: "SYMMETRIC_DEFAULT", keyUsage: "ENCRYPT_DECRYPT" };
    for (const given of [defaults, { ...defaults, enableKeyRotation: false }]) {
      const bare = key({ ...given, __defaults: Object.keys(given) });
      const { remediatedBy, args } = remediate(bare);
      assert.ok(remediatedBy.includes(rule));
      assert.equal(args.props["enableKeyRotation"], true);
      const repaired = key({ ...bare.wire.inputs, enableKeyRotation: true });
      assert.equal(remediate(repaired).remediatedBy.includes(rule), false);
      assert.deepEqual(messagesBy(rule, [repaired]), []);
    }
    const signing = { customerMasterKeySpec: unknownValue, keyUsage: "ENCRYPT_DECRYPT" };
    assert.equal(remediate(key(signing)).remediatedBy.includes(rule), false);
  });
});
