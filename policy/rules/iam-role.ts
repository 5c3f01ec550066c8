import { each } from "../lib/each.ts";
import type { Graph } from "../lib/graph.ts";
import { isBoundBy, type Principal, type Statement, statementsOf } from "../lib/iam-document.ts";
import { textsIn } from "../lib/inputs.ts";
import { functionType } from "../lib/lambda-types.ts";
import { known, type Observed } from "../lib/observed.ts";
import { type Finding, stackRule } from "../lib/rule.ts";
import { awsDocumentation, cdkNag, checkov, ours } from "../lib/sources.ts";

const roleType = "aws:iam/role:Role";
const attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const attachmentsType = "aws:iam/policyAttachment:PolicyAttachment";
const policyType = "aws:iam/policy:Policy";
/** What else assumes roles in programs of WebSocket APIs, and the property that names them. */
const gatewayUses = [
  ["aws:apigatewayv2/integration:Integration", "credentialsArn"],
  ["aws:apigatewayv2/authorizer:Authorizer", "authorizerCredentialsArn"],
] as const;

const sourceKeys = ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"];

interface RoleSettings {
  managedPolicies: string[];
  servicesWithoutSource: string[];
}

/** Roles of services. Who else may assume a role is another matter, but never everybody. */
export const roleServesOnePurpose = stackRule<RoleSettings>({
  name: "role-serves-one-purpose",
  description:
    "A role trusts one service, for this account's resources, serves one function, and has inline policies only.",
  level: "mandatory",
  severity: "high",
  sources: [
    checkov("CKV_AWS_60"),
    checkov("CKV_AWS_61"),
    cdkNag("AwsSolutions-IAM4"),
    awsDocumentation('IAM User Guide, "The confused deputy problem"'),
    ours,
  ],
  remedy: "Give each function and each integration a role of its own, for its service alone.",
  decidedBy: "links",
  types: [roleType, attachmentType, attachmentsType],
  settings: {
    managedPolicies: {
      type: "array",
      items: { type: "string", minLength: 1 },
      description: "Names of AWS's own managed policies that a service's role may have.",
      default: ["AWSLambdaBasicExecutionRole"],
    },
    servicesWithoutSource: {
      type: "array",
      items: { type: "string", minLength: 1 },
      description:
        "Services that do not tell, or not surely, for which resource they assume a role, so that a condition on it would keep them out.",
      default: [
        "apigateway.amazonaws.com",
        "lambda.amazonaws.com",
        "edgelambda.amazonaws.com",
        "ec2.amazonaws.com",
      ],
    },
  },
  checks: [
    function* (role) {
      if (role.type === roleType) {
        yield* trustFaults(trustOf(role));
      }
    },
    function* (role, { settings }) {
      if (role.type === roleType) {
        const statements = statementsOf(role.props["assumeRolePolicy"]);
        yield* each(statements, function* (statement, number) {
          if (needsSource(statement, settings) && !isBoundBy(statement, sourceKeys)) {
            yield {
              fault: `assumeRolePolicy statement ${number} lets the service act for any account`,
              remedy: "Add a condition on aws:SourceAccount or aws:SourceArn.",
            };
          }
        });
      }
    },
    function* (role, { graph }) {
      if (role.type === roleType) {
        const functions = usersOf(role, graph, functionType, "role");
        const others = gatewayUses.flatMap(([type, property]) =>
          usersOf(role, graph, type, property),
        );
        if (functions.length > 1) {
          yield "serves more than one function";
        } else if (functions.length === 1 && others.length > 0) {
          yield "serves a function and API Gateway";
        }
      }
    },
    (subject, { graph, settings }) => managedPolicyFaults(subject, graph, settings),
  ],
});

function trustOf(role: Observed): Statement[] {
  return statementsOf(role.props["assumeRolePolicy"]).filter(({ allows }) => allows);
}

function* trustFaults(trust: readonly Statement[]): Iterable<Finding> {
  const principals = trust.flatMap((statement) => statement.principals);
  const distinct = new Set(principals.map(({ kind, id }) => `${kind} ${id}`));
  if (trust.some((statement) => statement.has("NotPrincipal"))) {
    yield "assumeRolePolicy trusts by NotPrincipal";
  } else if (principals.some(({ id }) => /^[*?]+$/.test(id))) {
    yield "assumeRolePolicy trusts everybody";
  } else if (principals.some(isAccount)) {
    yield {
      fault: "assumeRolePolicy trusts a whole account",
      remedy: "Name the service, or the one role, that is to assume it.",
    };
  } else if (distinct.size > 1 && principals.some(({ kind }) => kind === "Service")) {
    yield "assumeRolePolicy trusts others beside one service";
  }
}

function isAccount({ kind, id }: Principal): boolean {
  return kind === "AWS" && (/^\d{12}$/.test(id) || id.endsWith(":root"));
}

function needsSource(
  { allows, principals }: Statement,
  { servicesWithoutSource }: RoleSettings,
): boolean {
  return (
    allows &&
    principals.some(({ kind, id }) => kind === "Service" && !servicesWithoutSource.includes(id))
  );
}

function* managedPolicyFaults(
  subject: Observed,
  graph: Graph,
  settings: RoleSettings,
): Iterable<Finding> {
  const isRole = subject.type === roleType;
  const property = isRole ? "managedPolicyArns" : "policyArn";
  const roles = isRole ? [subject] : rolesOf(subject, graph);
  const hasOther = () =>
    graph.targets(subject, property, policyType).length > 0 ||
    policiesOf(subject, graph).some((arn) => !isListed(arn, settings));
  // A role that names no managed policy is answered with those it has, but only after the deployment.
  if (roles.some(isOfService) && (isRole ? known(hasOther) : hasOther())) {
    yield {
      fault: `${property} has a managed policy`,
      remedy: "Write what the role may do into an inline policy of its own.",
    };
  }
}

function rolesOf(attachment: Observed, graph: Graph): Observed[] {
  const property = attachment.type === attachmentType ? "role" : "roles";
  return graph.targets(attachment, property, roleType);
}

/** AWS answers for a role with what attachments gave it, too; those are judged for themselves. */
function policiesOf(subject: Observed, graph: Graph): string[] {
  if (subject.type !== roleType) {
    return textsIn(subject.props["policyArn"]);
  }
  const attached = [attachmentType, attachmentsType].flatMap((type) =>
    graph.ofType(type).flatMap(({ props }) => textsIn(known(() => props["policyArn"]))),
  );
  return textsIn(subject.props["managedPolicyArns"]).filter((arn) => !attached.includes(arn));
}

function isListed(arn: string, { managedPolicies }: RoleSettings): boolean {
  return (
    /^arn:[a-z-]+:iam::aws:policy\//.test(arn) &&
    managedPolicies.includes(arn.split("/").at(-1) ?? "")
  );
}

function isOfService(role: Observed): boolean {
  return trustOf(role).some(({ principals }) => principals.some(({ kind }) => kind === "Service"));
}

/** An unknown name that was computed from something else names something else. */
function usersOf(role: Observed, graph: Graph, type: string, property: string): Observed[] {
  return graph
    .ofType(type)
    .filter((user) => known(() => graph.targets(user, property, roleType))?.includes(role));
}
