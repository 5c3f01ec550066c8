import type { RecordedResource } from "../recording/resource.ts";
import { readPolicy, type Statement } from "./document.ts";
import { MANAGED_POLICY_NAMES, managedPolicy } from "./managed-policies.ts";
import { PolicyError } from "./policy-error.ts";

const ROLE = "aws:iam/role:Role";
const INLINE = "aws:iam/rolePolicy:RolePolicy";
const CUSTOMER = "aws:iam/policy:Policy";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
/** Other ways to give a role its policies, which nobody has needed yet. */
const NOT_PLAYED = new Set([
  "aws:iam/policyAttachment:PolicyAttachment",
  "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
]);

/** A role of the program with all of its policies. */
export interface Role {
  name: string;
  arn: string;
  statements: Statement[];
  trust: Statement[];
}

/**
 * Reads the roles with these ARNs. A role that nothing on the laptop assumes is not read, so what
 * its policies hold does not matter.
 *
 * @throws {PolicyError} that names the policy and the element, for what is not evaluated
 */
export function readRoles(
  resources: readonly RecordedResource[],
  arns: ReadonlySet<string>,
): Map<string, Role> {
  for (const resource of resources) {
    if (NOT_PLAYED.has(resource.type)) {
      throw new PolicyError(nameOf(resource), "is not played on the laptop");
    }
  }
  const roles = resources.filter(({ type, state }) => type === ROLE && arns.has(state["arn"]));
  return new Map(roles.map((role) => [role.state["arn"], readRole(role, resources)]));
}

function readRole(role: RecordedResource, resources: readonly RecordedResource[]): Role {
  const { inputs, state } = role;
  if (inputs["permissionsBoundary"] !== undefined) {
    throw new PolicyError(`${nameOf(role)}: permissionsBoundary`, "is not evaluated on the laptop");
  }
  const own = (type: string) =>
    resources.filter((resource) => resource.type === type && isOf(resource, role));
  const attached: [arn: string, where: string][] = [
    ...own(ATTACHMENT).map((resource): [string, string] => [
      resource.inputs["policyArn"],
      `${nameOf(resource)}: policyArn`,
    ]),
    ...((inputs["managedPolicyArns"] ?? []) as string[]).map((arn): [string, string] => [
      arn,
      `${nameOf(role)}: managedPolicyArns`,
    ]),
  ];
  const inline = ((inputs["inlinePolicies"] ?? []) as { name?: string; policy?: unknown }[]).filter(
    ({ policy }) => policy !== undefined,
  );
  return {
    name: state["name"],
    arn: state["arn"],
    trust: readPolicy(inputs["assumeRolePolicy"], `${nameOf(role)}: assumeRolePolicy`, "trust"),
    statements: [
      ...inline.flatMap(({ name, policy }) =>
        readPolicy(policy, `${nameOf(role)}: inlinePolicies: ${name}`, "identity"),
      ),
      ...own(INLINE).flatMap((resource) =>
        readPolicy(resource.inputs["policy"], `${nameOf(resource)}: policy`, "identity"),
      ),
      ...attached.flatMap(([arn, where]) => readAttached(arn, where, resources)),
    ],
  };
}

function readAttached(
  arn: string,
  where: string,
  resources: readonly RecordedResource[],
): Statement[] {
  const own = resources.find(({ type, state }) => type === CUSTOMER && state["arn"] === arn);
  if (own !== undefined)
    return readPolicy(own.inputs["policy"], `${nameOf(own)}: policy`, "identity");
  const managed = managedPolicy(arn);
  if (managed !== undefined) return readPolicy(managed, where, "identity");
  const known = MANAGED_POLICY_NAMES.join(", ");
  throw new PolicyError(where, `the laptop does not know what ${arn} allows; it knows ${known}`);
}

function isOf({ inputs }: RecordedResource, { id, state }: RecordedResource): boolean {
  return [id, state["name"], state["arn"]].includes(inputs["role"]);
}

function nameOf({ type, name }: RecordedResource): string {
  return `${type} "${name}"`;
}
