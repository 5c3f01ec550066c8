import { add, type Change, edit, editJson, type Mutations, set } from "../../support/mutations.ts";
import { trust } from "../iam-fixtures.ts";

const policy = "roomcast-fan-out-execution-policy";
const role = "roomcast-fan-out-execution-role";
const integration = "roomcast-gateway-message-integration";
const provider = "roomcast-aws";
const queue = "roomcast-presence-failures";

const narrow = "Name each action that is needed, and the ARN of each resource.";
const oneStage =
  "Name the API, the stage and POST, GET or DELETE: <api>/<stage>/<method>/@connections/*.";
const ownRole = "Give each function and each integration a role of its own, for its service alone.";
const pin = "Make an aws.Provider with an allowed region and allowedAccountIds, and pass it on.";
const issuer = "token.actions.githubusercontent.com";

/** Changes the text of the policy, where a statement of another kind has the same words. */
function replacePolicy(from: string | RegExp, to: string): Change {
  return edit(policy, (properties) => {
    properties["policy"] = properties["policy"].replace(from, to);
  });
}

/** A policy that a program writes without naming another resource is known beforehand. */
function setPolicy(Action: string, Resource: string): Change {
  const statement = { Effect: "Allow", Action, Resource };
  return set(policy, { policy: JSON.stringify({ Statement: [statement] }) });
}

const iamMutations: Mutations = {
  "iam-policy-has-no-wildcards": [
    {
      finds: "a wildcard for a service",
      by: replacePolicy("sqs:ReceiveMessage", "sqs:*"),
      about: policy,
      says: `policy statement 3 has a wildcard in Action. ${narrow}`,
      isLate: true,
    },
    {
      finds: "every resource",
      by: replacePolicy(/arn:aws:dynamodb[^"]*/, "*"),
      about: policy,
      says: `policy statement 6 has every resource in Resource. ${narrow}`,
      isLate: true,
    },
    {
      finds: "what is allowed by exclusion",
      by: replacePolicy('"Resource":["arn:aws:dynamodb', '"NotResource":["arn:aws:dynamodb'),
      about: policy,
      says: `policy statement 6 allows by NotResource. ${narrow}`,
      isLate: true,
    },
    {
      finds: "a literal wildcard",
      by: setPolicy("*", "*"),
      about: policy,
      says: `policy statement 1 has a wildcard in Action. ${narrow}`,
    },
  ],
  "manage-connections-names-one-stage": [
    {
      finds: "connections of every stage",
      by: replacePolicy("/prod/POST/", "/*/POST/"),
      about: policy,
      says: `policy statement 7 allows ManageConnections beyond one API, stage and method. ${oneStage}`,
      isLate: true,
    },
    {
      finds: "connections of every API",
      by: replacePolicy(/arn:aws:execute-api[^"]*/, "*"),
      about: policy,
      says: `policy statement 7 allows ManageConnections beyond one API, stage and method. ${oneStage}`,
      isLate: true,
    },
    {
      finds: "connections of a second stage",
      by: editJson(policy, "policy", ({ Statement }) => {
        const [own] = [Statement[6].Resource].flat();
        Statement[6].Resource = [own, own.replace("/prod/", "/test/")];
      }),
      about: policy,
      says: `policy statement 7 allows ManageConnections beyond one API, stage and method. ${oneStage}`,
      isLate: true,
    },
    {
      finds: "literally every connection",
      by: setPolicy("execute-api:ManageConnections", "*"),
      about: policy,
      says: `policy statement 1 allows ManageConnections beyond one API, stage and method. ${oneStage}`,
    },
  ],
  "role-serves-one-purpose": [
    {
      finds: "a role for two services",
      by: set(role, {
        assumeRolePolicy: trust({
          Service: ["lambda.amazonaws.com", "apigateway.amazonaws.com"],
        }),
      }),
      about: role,
      says: `assumeRolePolicy trusts others beside one service. ${ownRole}`,
    },
    {
      finds: "a role for everybody",
      by: set(role, { assumeRolePolicy: trust("*") }),
      about: role,
      says: `assumeRolePolicy trusts everybody. ${ownRole}`,
    },
    {
      finds: "a role for a whole account",
      by: set(role, { assumeRolePolicy: trust({ AWS: "111122223333" }) }),
      about: role,
      says: "assumeRolePolicy trusts a whole account. Name the service, or the one role, that is to assume it.",
    },
    {
      finds: "a role for a service that acts for any account",
      by: set(role, { assumeRolePolicy: trust({ Service: "scheduler.amazonaws.com" }) }),
      about: role,
      says: "assumeRolePolicy statement 1 lets the service act for any account. Add a condition on aws:SourceAccount or aws:SourceArn.",
    },
    {
      finds: "a role for a function and for API Gateway",
      by: (resources) =>
        edit(integration, (properties, { propertyDependencies }) => {
          const shared = resources.find(({ name }) => name === role);
          properties["credentialsArn"] = shared?.wire.state["arn"];
          propertyDependencies["credentialsArn"] = [shared?.urn ?? ""];
        })(resources),
      about: role,
      says: `serves a function and API Gateway. ${ownRole}`,
    },
  ],
  "github-role-names-its-repository": [
    {
      finds: "a role for every branch of a repository",
      by: add("aws:iam/role:Role", "deploy", {
        assumeRolePolicy: trust(
          { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
          {
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
              StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" },
              StringLike: { [`${issuer}:sub`]: "repo:acme/rooms:*" },
            },
          },
        ),
      }),
      about: "deploy",
      says: "assumeRolePolicy does not name a repository and its environment or branch. Ask by StringEquals for aud sts.amazonaws.com and for sub repo:<owner>/<repository>:environment:<name>.",
    },
  ],
};

/** Of who may do what, and of what belongs to the stack as a whole. */
export const accessMutations: Mutations = {
  ...iamMutations,
  "provider-is-pinned": [
    {
      finds: "a provider without accounts",
      by: set(provider, { allowedAccountIds: undefined }),
      about: provider,
      says: `allowedAccountIds is not set. ${pin}`,
    },
    {
      finds: "a provider in another region",
      by: (resources) => [...resources],
      settings: { "provider-is-pinned": { regions: ["us-east-1"] } },
      about: provider,
      says: `region is not among the allowed ones. ${pin}`,
    },
    {
      finds: "a provider for another account",
      by: (resources) => [...resources],
      settings: { "provider-is-pinned": { accounts: ["444455556666"] } },
      about: provider,
      says: `allowedAccountIds has an account that is not among the allowed ones. ${pin}`,
    },
  ],
  "resources-are-tagged": [
    {
      finds: "a resource without an owner",
      // By a provider of its own: the program's has tags for all.
      by: (resources) => {
        const tags = { project: "roomcast", stack: "prod" };
        const second = { ...resources.find(({ name }) => name === provider)?.wire.inputs };
        second["defaultTags"] = JSON.stringify({ tags });
        const others = add("pulumi:providers:aws", "second", second)(resources);
        return edit(queue, (_properties, resource) => {
          resource.provider = `${others.at(-1)?.urn}::id`;
        })(others);
      },
      about: queue,
      says: "it has no tag owner. Set defaultTags on the provider.",
    },
  ],
  "resource-types-are-allowed": [
    {
      finds: "a type that the project does not use",
      by: add("aws:ec2/instance:Instance", "box", {}),
      about: "box",
      says: "its type is not among those that the project uses. Add the type to the rule's setting types if the project is meant to use it.",
    },
  ],
  "exemptions-are-current": [
    {
      finds: "an exemption of nothing",
      by: (resources) => [...resources],
      settings: {
        "queue-is-encrypted": {
          exempt: [{ resource: "orders", reason: "Moves next month.", until: "2999-12-31" }],
        },
      },
      about: "roomcast-prod",
      says: 'the exemption of "orders" from queue-is-encrypted exempts nothing. Take it out of the configuration, or give a new reason and a new last day.',
    },
    {
      finds: "an exemption that expired",
      by: (resources) => [...resources],
      settings: {
        "queue-is-encrypted": {
          exempt: [{ resource: queue, reason: "Moves next month.", until: "2020-02-29" }],
        },
      },
      about: "roomcast-prod",
      says: `the exemption of "${queue}" from queue-is-encrypted expired after 2020-02-29. Take it out of the configuration, or give a new reason and a new last day.`,
    },
  ],
};
