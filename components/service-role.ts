import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ArgumentError } from "./internal/errors.ts";
import { allow, type PolicyStatement, trust } from "./internal/policy-document.ts";

export type { PolicyStatement };

export interface ServiceRoleArgs {
  /** The service principal that assumes the role, for instance `lambda.amazonaws.com`. */
  service: string;
  /**
   * What the role may do, as one inline policy. At least one statement.
   * The trust has no `aws:SourceAccount` condition: API Gateway does not send it when it assumes an
   * integration's role, so every request would be refused.
   */
  statements: PolicyStatement[];
}

/** A role for one AWS service with one inline policy. */
export class ServiceRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  /** The policy, for resources that must wait until the role may act. */
  readonly policy: aws.iam.RolePolicy;

  constructor(name: string, args: ServiceRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:ServiceRole", name, {}, opts);
    if (args.statements.length === 0) {
      const remedy = "Give the statements that the service needs.";
      throw new ArgumentError(`ServiceRole "${name}"`, "statements", "must not be empty", remedy);
    }
    const children = { parent: this, retainOnDelete: opts?.retainOnDelete ?? false };
    const role = new aws.iam.Role(
      `${name}-role`,
      { assumeRolePolicy: JSON.stringify(trust(args.service)) },
      children,
    );
    this.policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      { role: role.id, policy: pulumi.jsonStringify(allow(args.statements)) },
      children,
    );
    this.arn = role.arn;
    this.name = role.name;
    this.registerOutputs({ arn: this.arn, name: this.name });
  }
}
