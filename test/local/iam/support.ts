import type { RuntimeEvent } from "../../../local/events.ts";
import { Access } from "../../../local/iam/access.ts";
import { type Caller, decide } from "../../../local/iam/decide.ts";
import { readPolicy } from "../../../local/iam/document.ts";
import type { Properties, RecordedResource } from "../../../local/recording/resource.ts";
import { recordedResource } from "../../support/recorded-resource.ts";

export const ACCOUNT = "123456789012";
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker-role`;
export const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/worker-role/worker`;
export const caller: Caller = { arn: SESSION, roleArn: ROLE, accountId: ACCOUNT };

export const allow = (action: unknown, resource: unknown = "*", more: object = {}) => ({
  Effect: "Allow",
  Action: action,
  Resource: resource,
  ...more,
});
export const deny = (action: unknown, resource: unknown = "*", more: object = {}) => ({
  ...allow(action, resource, more),
  Effect: "Deny",
});
export const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
export const trust = (Service: string, more: object = {}) =>
  policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service }, ...more });

/** Why these statements deny a call; undefined when they allow it. */
export function reasonOf(
  action: string,
  resource: string,
  identity: object[],
  ofResource: object[] = [],
): string | undefined {
  return decide({ action, resource }, caller, {
    identity: readPolicy(policy(...identity), "identity", "identity"),
    resource: readPolicy(policy(...ofResource), "resource", "resource"),
  });
}

export function role(inputs: Properties = {}): RecordedResource {
  const all = { assumeRolePolicy: JSON.stringify(trust("lambda.amazonaws.com")), ...inputs };
  return recordedResource("aws:iam/role:Role", "role", all, {
    id: "worker-role",
    name: "worker-role",
    arn: ROLE,
  });
}

export function lambda(inputs: Properties = {}): RecordedResource {
  const all = { role: ROLE, ...inputs };
  const arn = `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:worker`;
  return recordedResource("aws:lambda/function:Function", "function", all, { name: "worker", arn });
}

export function rolePolicy(...statements: object[]): RecordedResource {
  const inputs = { role: "worker-role", policy: JSON.stringify(policy(...statements)) };
  return recordedResource("aws:iam/rolePolicy:RolePolicy", "policy", inputs);
}

/** IAM with a function `worker`, whose role has these statements, and what it emits. */
export function accessWith(statements: object[], more: RecordedResource[] = []) {
  const events: RuntimeEvent[] = [];
  const access = new Access({ emit: (event) => events.push(event) });
  access.load([role(), lambda(), rolePolicy(...statements), ...more]);
  return { access, events };
}
