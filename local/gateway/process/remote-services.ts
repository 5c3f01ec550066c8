import type { LambdaFunction } from "../../lambda/function.ts";
import type { GatewayServices } from "../options.ts";
import type { HttpAnswer } from "../refusal.ts";
import type { CallName, Calls, FromGateway, ToGateway } from "./messages.ts";

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** What is around the gateway, asked over the channel. Calls arrive in the order in which they are made. */
export class RemoteServices implements GatewayServices {
  readonly #send: (message: FromGateway) => void;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #functions = new Map<string, LambdaFunction>();

  constructor(send: (message: FromGateway) => void) {
    this.#send = send;
  }

  /** These functions there are from now on. */
  replaceFunctions(functions: readonly { arn: string; name: string }[]): void {
    this.#functions = new Map(
      functions.map(({ arn, name }) => [
        arn,
        { arn, name, invoke: (event) => this.#call("invoke", { arn, event }) },
      ]),
    );
  }

  functionByArn(arn: string): LambdaFunction | undefined {
    return this.#functions.get(arn);
  }

  mayInvoke(arn: string, sourceArn: string, roleArn?: string): Promise<boolean> {
    return this.#call("mayInvoke", { arn, sourceArn, ...(roleArn !== undefined && { roleArn }) });
  }

  authorizeManagement(accessKeyId: string, resource: string) {
    return this.#call("authorizeManagement", { accessKeyId, resource });
  }

  callService(request: Calls["callService"]["ask"]) {
    return this.#call("callService", request);
  }

  fallback(path: string): Promise<HttpAnswer> {
    return this.#call("fallback", { path });
  }

  answered(message: Extract<ToGateway, { type: "answer" | "failure" }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === "answer") waiting?.resolve(message.value);
    else waiting?.reject(new Error(message.message));
  }

  #call<Name extends CallName>(
    name: Name,
    ask: Calls[Name]["ask"],
  ): Promise<Calls[Name]["answer"]> {
    this.#calls += 1;
    const id = this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
      // The name and what is asked belong together, which is lost to the compiler here.
      this.#send({ type: "call", id, name, ask } as FromGateway);
    });
  }
}
