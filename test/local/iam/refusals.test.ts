import assert from "node:assert/strict";
import { readPolicy } from "../../../local/iam/document.ts";
import { readPolicySet } from "../../../local/iam/policy-set.ts";
import type { RecordedResource } from "../../../local/recording/resource.ts";
import { recordedResource } from "../../support/recorded-resource.ts";
import { allow, lambda, policy, ROLE, role, trust } from "./support.ts";

const where = "P: Statement 1";

describe("A policy that the laptop does not evaluate is refused", () => {
  const statements: [what: string, statement: object, message: string][] = [
    [
      "another element",
      allow("x:Y", "*", { NotPrincipal: "*" }),
      `${where}: NotPrincipal: is not evaluated on the laptop, or is no element`,
    ],
    [
      "another effect",
      { ...allow("x:Y"), Effect: "Maybe" },
      `${where}: Effect: must be Allow or Deny`,
    ],
    [
      "an action without a service",
      allow("SendMessage"),
      `${where}: Action: SendMessage must be * or a service and an action, as sqs:Send*`,
    ],
    [
      "no action",
      { Effect: "Allow", Resource: "*" },
      `${where}: must have either Action or NotAction`,
    ],
    [
      "both resource elements",
      allow("x:Y", "*", { NotResource: "*" }),
      `${where}: must have either Resource or NotResource`,
    ],
    [
      "a resource that is no ARN",
      allow("x:Y", "queue"),
      `${where}: Resource: queue must be * or an ARN`,
    ],
    ["an empty list", allow([]), `${where}: Action: must not be empty`],
    [
      "a policy variable",
      allow("x:Y", `arn:aws:s3:::b/${"$"}{aws:username}`),
      `${where}: Resource: policy variables are not evaluated on the laptop: arn:aws:s3:::b/\${aws:username}`,
    ],
    [
      "another operator",
      allow("x:Y", "*", { Condition: { StringEqualsIfExists: { "aws:SourceArn": "a" } } }),
      `${where}: Condition: the operator StringEqualsIfExists is not evaluated on the laptop`,
    ],
    [
      "another key",
      allow("x:Y", "*", { Condition: { StringEquals: { "dynamodb:LeadingKeys": "a" } } }),
      `${where}: Condition: StringEquals: dynamodb:LeadingKeys is not evaluated on the laptop`,
    ],
    [
      "a principal",
      allow("x:Y", "*", { Principal: "*" }),
      `${where}: Principal: an identity-based policy has none`,
    ],
  ];
  for (const [what, statement, message] of statements) {
    it(`for ${what}`, () => {
      assert.throws(() => readPolicy(policy(statement), "P", "identity"), { message });
    });
  }

  it("for what is no policy", () => {
    const reads = (document: unknown) => () => readPolicy(document, "P", "identity");
    assert.throws(reads("{"), { message: "P: is not JSON" });
    assert.throws(reads("[]"), { message: "P: must be a JSON object" });
    assert.throws(reads({ Version: "2020-01-01", Statement: [] }), {
      message: "P: Version: must be one of 2012-10-17, 2008-10-17",
    });
  });

  const other = (type: string, inputs: object): RecordedResource =>
    recordedResource(type, "it", { role: "worker-role", ...inputs });
  const managed = "arn:aws:iam::aws:policy/AdministratorAccess";
  const known =
    "AWSXRayDaemonWriteAccess, service-role/AWSLambdaBasicExecutionRole, " +
    "service-role/AWSLambdaDynamoDBExecutionRole, service-role/AWSLambdaSQSQueueExecutionRole";
  const programs: [what: string, resources: RecordedResource[], message: string][] = [
    [
      "an AWS managed policy that it does not know",
      [other("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { policyArn: managed })],
      `aws:iam/rolePolicyAttachment:RolePolicyAttachment "it": policyArn: the laptop does not know what ${managed} allows; it knows ${known}`,
    ],
    [
      "another kind of attachment",
      [other("aws:iam/policyAttachment:PolicyAttachment", {})],
      'aws:iam/policyAttachment:PolicyAttachment "it": is not played on the laptop',
    ],
    [
      "a table's own policy",
      [other("aws:dynamodb/resourcePolicy:ResourcePolicy", {})],
      'aws:dynamodb/resourcePolicy:ResourcePolicy "it": is not evaluated on the laptop',
    ],
    [
      "a permission's other conditions",
      [
        other("aws:lambda/permission:Permission", {
          function: "worker",
          action: "lambda:InvokeFunction",
          principal: "apigateway.amazonaws.com",
          sourceAccount: "123456789012",
        }),
      ],
      'aws:lambda/permission:Permission "it": sourceAccount: is not evaluated on the laptop',
    ],
  ];
  for (const [what, resources, message] of programs) {
    it(`for ${what}`, () => {
      assert.throws(() => readPolicySet([role(), lambda(), ...resources]), { message });
    });
  }

  it("for a permissions boundary", () => {
    assert.throws(() => readPolicySet([role({ permissionsBoundary: managed }), lambda()]), {
      message: 'aws:iam/role:Role "role": permissionsBoundary: is not evaluated on the laptop',
    });
  });

  it("unless nothing on the laptop assumes the role", () => {
    const { roles } = readPolicySet([role({ permissionsBoundary: managed })]);
    assert.deepEqual([...roles], []);
  });

  it("for a role that is not the program's, or that Lambda cannot assume", () => {
    assert.throws(() => readPolicySet([lambda()]), {
      message: `Function function: role: ${ROLE} is no role of the program`,
    });
    for (const assumeRolePolicy of [
      trust("apigateway.amazonaws.com"),
      trust("lambda.amazonaws.com", { Action: "sts:TagSession" }),
      trust("lambda.amazonaws.com", { Effect: "Deny" }),
      // Nobody has confirmed that Lambda sends it.
      trust("lambda.amazonaws.com", {
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      }),
    ]) {
      assert.throws(() => readPolicySet([role({ assumeRolePolicy }), lambda()]), {
        message:
          "Function function: The role defined for the function cannot be assumed by Lambda. (worker-role)",
      });
    }
  });
});
