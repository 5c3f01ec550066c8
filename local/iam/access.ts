import { functionAccessKeyId, operatorAccessKeyId } from "../access-key-id.ts";
import type { Emit } from "../events.ts";
import type { RecordedResource } from "../recording/resource.ts";
import { type Caller, decide, denialMessage, type Need } from "./decide.ts";
import { mayAssume, type PolicySet, readPolicySet } from "./policy-set.ts";

/** Credentials of a role that a service has assumed. */
export interface Session extends Caller {
  roleArn: string;
  roleName: string;
  accountId: string;
}

/** Why a call goes no further; each service says it in its own protocol. */
export interface AccessRefusal {
  kind: "unsigned" | "unknown-key" | "denied";
  /** As AWS says it. */
  message: string;
}

/**
 * Judges a call of a service: undefined when it may go on.
 *
 * @param caller An access key id as a request has it, or the session that a service calls with.
 */
export type Authorize = (
  caller: string | Session | undefined,
  needs: readonly Need[],
) => AccessRefusal | undefined;

const GATEWAY = "apigateway.amazonaws.com";

/**
 * IAM for everything that the laptop plays: who calls, and whether its policies allow it. Nothing is
 * allowed before {@link load}, except to the operator, who may do everything. Each denial is emitted.
 */
export class Access {
  readonly #emit: Emit;
  #policies: PolicySet | undefined;
  #sessions = new Map<string, Session>();

  constructor(options: { emit: Emit }) {
    this.#emit = options.emit;
  }

  /**
   * Puts a program's policies in force, in the place of those before: from the next call on, as on
   * AWS, where it takes some seconds. When it throws, nothing has changed.
   *
   * @throws what `readPolicySet` throws
   */
  load(resources: readonly RecordedResource[]): void {
    const policies = readPolicySet(resources);
    this.#policies = policies;
    this.#sessions = new Map(
      [...policies.functionRoles].map(([name, roleArn]) => [
        functionAccessKeyId(name),
        this.#session(roleArn, name),
      ]),
    );
  }

  /** Those in force; undefined before {@link load}. */
  get policies(): PolicySet | undefined {
    return this.#policies;
  }

  /** What a function's code and what Lambda does on its behalf are done with. */
  functionSession(functionName: string): Session {
    const session = this.#sessions.get(functionAccessKeyId(functionName));
    if (session === undefined) throw new Error(`${functionName} is no function of the program.`);
    return session;
  }

  /** Whether a call may be made; a denial is emitted. */
  readonly authorize: Authorize = (caller, needs) => {
    if (caller === operatorAccessKeyId) return undefined;
    if (caller === undefined) {
      return { kind: "unsigned", message: "Request is missing Authentication Token" };
    }
    const session = typeof caller === "string" ? this.#sessions.get(caller) : caller;
    if (session === undefined) {
      const message = "The security token included in the request is invalid.";
      return { kind: "unknown-key", message };
    }
    for (const need of needs) {
      const message = this.denial(session, need);
      if (message === undefined) continue;
      this.#tell(session.roleName, need, message);
      return { kind: "denied", message };
    }
    return undefined;
  };

  /** AWS's sentence for what a session may not do, undefined when it may; nothing is emitted. */
  denial(session: Session, need: Need): string | undefined {
    const policies = {
      identity: this.#policies?.roles.get(session.roleArn)?.statements ?? [],
      resource: this.#policies?.queuePolicies.get(need.resource) ?? [],
    };
    const reason = decide(need, session, policies);
    return reason === undefined ? undefined : denialMessage(need, session, reason);
  }

  /**
   * API Gateway's credentials for an integration; undefined when it may not assume the role, which is
   * emitted. On AWS this shows at the first request, not at the deployment (observed; the session's
   * name is, too).
   */
  assumeForGateway(roleArn: string): Session | undefined {
    const role = this.#policies?.roles.get(roleArn);
    if (role !== undefined && mayAssume(GATEWAY, role)) {
      return this.#session(roleArn, "BackplaneAssumeRoleSession");
    }
    const need = { action: "sts:AssumeRole", resource: roleArn };
    const message = `API Gateway does not have permission to assume the provided role ${roleArn}`;
    this.#tell(role?.name ?? roleArn, need, message);
    return undefined;
  }

  /**
   * Whether API Gateway may invoke a function: by the role when it is given one, else by a permission
   * of the function for this source. A denial is emitted.
   */
  gatewayMayInvoke(
    { name, arn }: { name: string; arn: string },
    sourceArn: string,
    roleArn?: string,
  ): boolean {
    const need = { action: "lambda:InvokeFunction", resource: arn };
    if (roleArn !== undefined) {
      const session = this.assumeForGateway(roleArn);
      return session !== undefined && this.authorize(session, [need]) === undefined;
    }
    const isAllowed = this.#policies?.permissions.some(
      ({ functionName, allows }) => [name, arn].includes(functionName) && allows(sourceArn),
    );
    if (isAllowed) return true;
    const reason = "because no resource-based policy allows the lambda:InvokeFunction action";
    this.#tell(GATEWAY, need, denialMessage(need, { arn: GATEWAY }, `${reason} from ${sourceArn}`));
    return false;
  }

  #session(roleArn: string, sessionName: string): Session {
    const [, partition = "aws", , , accountId = ""] = roleArn.split(":");
    const roleName = this.#policies?.roles.get(roleArn)?.name ?? "";
    const arn = `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`;
    return { arn, roleArn, roleName, accountId };
  }

  #tell(role: string, { action, resource }: Need, message: string): void {
    this.#emit({ type: "denied", role, action, resource, message });
  }
}
