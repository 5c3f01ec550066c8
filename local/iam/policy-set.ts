import { type GatewayPermission, gatewayPermissions } from "../lambda/permissions.ts";
import type { RecordedResource } from "../recording/resource.ts";
import { type Caller, decide } from "./decide.ts";
import { readPolicy, type Statement } from "./document.ts";
import { PolicyError } from "./policy-error.ts";
import { type Role, readRoles } from "./roles.ts";

const FUNCTION = "aws:lambda/function:Function";
const QUEUE = "aws:sqs/queue:Queue";
const QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy";
/** Resource-based policies that would bear on what is played. */
const NOT_PLAYED = new Set([
  "aws:dynamodb/resourcePolicy:ResourcePolicy",
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
]);
/** Properties by which API Gateway is given a role to assume. */
const GATEWAY_ROLES: Readonly<Record<string, string>> = {
  "aws:apigatewayv2/integration:Integration": "credentialsArn",
  "aws:apigatewayv2/authorizer:Authorizer": "authorizerCredentialsArn",
};

/** Every policy of the program that bears on what the laptop plays, read and checked. */
export interface PolicySet {
  /** By ARN. */
  roles: ReadonlyMap<string, Role>;
  /** The ARN of the role of each function, by the function's name. */
  functionRoles: ReadonlyMap<string, string>;
  /** By the queue's ARN. */
  queuePolicies: ReadonlyMap<string, Statement[]>;
  permissions: GatewayPermission[];
}

/**
 * Reads the policies of a recorded program.
 *
 * @throws {PolicyError} for what is not evaluated
 * @throws Error as Lambda refuses a function whose role it cannot assume (Lambda Developer Guide,
 * troubleshooting deployments), and for roles that are not the program's
 */
export function readPolicySet(resources: readonly RecordedResource[]): PolicySet {
  const unplayed = resources.find(({ type }) => NOT_PLAYED.has(type));
  if (unplayed !== undefined) {
    throw new PolicyError(`${unplayed.type} "${unplayed.name}"`, "is not evaluated on the laptop");
  }
  const uses = resources.flatMap(roleUse);
  const roles = readRoles(resources, new Set(uses.map(({ arn }) => arn)));
  for (const { arn, where } of uses) {
    if (!roles.has(arn)) throw new PolicyError(where, `${arn} is no role of the program`);
  }
  const functionRoles = new Map<string, string>();
  for (const { name, inputs, state } of resources.filter(({ type }) => type === FUNCTION)) {
    const role = roles.get(inputs["role"]) as Role;
    if (!mayAssume("lambda.amazonaws.com", role)) {
      throw new Error(
        `Function ${name}: The role defined for the function cannot be assumed by Lambda. (${role.name})`,
      );
    }
    functionRoles.set(state["name"], role.arn);
  }
  return {
    roles,
    functionRoles,
    queuePolicies: queuePolicies(resources),
    permissions: gatewayPermissions(resources),
  };
}

/**
 * Whether a service may assume a role. The call says nothing of the resource that it is for: that
 * Lambda or API Gateway send aws:SourceArn or aws:SourceAccount with it is unconfirmed on AWS.
 */
export function mayAssume(service: string, role: Role): boolean {
  const caller: Caller = { arn: service };
  const need = { action: "sts:AssumeRole", resource: role.arn };
  return decide(need, caller, { identity: [], resource: role.trust }) === undefined;
}

function roleUse({ type, name, inputs }: RecordedResource): { arn: string; where: string }[] {
  if (type === FUNCTION) return [{ arn: inputs["role"], where: `Function ${name}: role` }];
  const property = GATEWAY_ROLES[type];
  const arn = property === undefined ? undefined : inputs[property];
  return arn === undefined ? [] : [{ arn, where: `${type} "${name}": ${property}` }];
}

function queuePolicies(resources: readonly RecordedResource[]): Map<string, Statement[]> {
  const policies = new Map<string, Statement[]>();
  for (const queue of resources.filter(({ type }) => type === QUEUE)) {
    const own = resources.filter(
      ({ type, inputs }) => type === QUEUE_POLICY && inputs["queueUrl"] === queue.state["url"],
    );
    const inline = queue.inputs["policy"] === undefined ? [] : [queue];
    const statements = [...inline, ...own].flatMap(({ type, name, inputs }) =>
      readPolicy(inputs["policy"], `${type} "${name}": policy`, "resource"),
    );
    policies.set(queue.state["arn"], statements);
  }
  return policies;
}
