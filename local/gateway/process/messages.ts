import type { RuntimeEvent } from "../../events.ts";
import type { AccessRefusal } from "../../iam/access.ts";
import type { InvocationResult } from "../../lambda/function.ts";
import type { ApiDefinition } from "../definition.ts";
import type { ServiceRequest, ServiceResponse } from "../options.ts";
import type { HttpAnswer } from "../refusal.ts";
import type { AccountQuotas } from "../throttle.ts";

/** What the gateway's process asks of the runtime's, and what it gets. */
export interface Calls {
  invoke: { ask: { arn: string; event: unknown }; answer: InvocationResult };
  mayInvoke: { ask: { arn: string; sourceArn: string; roleArn?: string }; answer: boolean };
  authorizeManagement: {
    ask: { accessKeyId: string; resource: string };
    answer: AccessRefusal | undefined;
  };
  callService: { ask: ServiceRequest; answer: ServiceResponse };
  fallback: { ask: { path: string }; answer: HttpAnswer };
}

export type CallName = keyof Calls;

/** From the runtime's process. */
export type ToGateway =
  | { type: "listen"; port: number; account: AccountQuotas | undefined; hasFallback: boolean }
  /** The functions are those that the definition names and the program has. */
  | { type: "replace"; definition: ApiDefinition; functions: { arn: string; name: string }[] }
  | { type: "answer"; id: number; value: unknown }
  | { type: "failure"; id: number; message: string }
  | { type: "close" };

/** From the gateway's process. */
export type FromGateway =
  | { type: "listening"; port: number }
  | { type: "refused"; code: string | undefined; message: string }
  | { type: "event"; event: RuntimeEvent }
  | {
      [Name in CallName]: { type: "call"; id: number; name: Name; ask: Calls[Name]["ask"] };
    }[CallName];
