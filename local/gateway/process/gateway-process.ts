import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Clock, Timer } from "../../clock.ts";
import type { Emit } from "../../events.ts";
import type { ApiDefinition } from "../definition.ts";
import type { GatewayOptions, GatewayServices } from "../options.ts";
import type { AccountQuotas } from "../throttle.ts";
import { answerCall } from "./answer-call.ts";
import type { FromGateway, ToGateway } from "./messages.ts";

const script = fileURLToPath(new URL("child.ts", import.meta.url));
/** Between the end of a process and the next one, in milliseconds. */
const RESTART_PAUSE = 100;

export interface GatewayProcessOptions {
  services: GatewayServices;
  fallback?: GatewayOptions["fallback"];
  /** Each of these processes has them for itself. Default: those of a new account. */
  account?: AccountQuotas | undefined;
  emit: Emit;
  clock: Clock;
}

/**
 * A `Gateway` in a process of its own, which may be killed: its connections are lost then, `$disconnect` is
 * called for none of them (on AWS it is "best effort"), and what it has begun with the services goes
 * on. It is started again at the same port.
 */
export class GatewayProcess {
  readonly #options: GatewayProcessOptions;
  #child: ChildProcess | undefined;
  #port = 0;
  #definition: ApiDefinition | undefined;
  #restart: Timer | undefined;
  #isClosing = false;

  constructor(options: GatewayProcessOptions) {
    this.#options = options;
  }

  /**
   * @param port 0 takes any free one
   * @throws Error with the system's code, as `EADDRINUSE` when the port is taken
   */
  async listen(port = 0): Promise<{ port: number }> {
    this.#port = port;
    await this.#start();
    return { port: this.#port };
  }

  replace(definition: ApiDefinition): void {
    this.#definition = definition;
    this.#sendDefinition();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#restart?.cancel();
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, "exit");
    this.#send(child, { type: "close" });
    await ended;
  }

  async #start(): Promise<void> {
    const child = fork(script, { serialization: "advanced", stdio: "inherit" });
    this.#child = child;
    const { promise: listening, resolve, reject } = Promise.withResolvers<number>();
    child.on("message", (message: FromGateway) => {
      switch (message.type) {
        case "listening":
          resolve(message.port);
          return;
        case "refused":
          reject(Object.assign(new Error(message.message), { code: message.code }));
          return;
        case "event":
          this.#options.emit(message.event);
          return;
        case "call":
          answerCall(message, this.#options, (answer) => this.#send(child, answer));
      }
    });
    child.on("exit", (code, signal) => {
      reject(new Error("The gateway's process ended before it listened."));
      if (this.#child === child) this.#ended(signal ?? `code ${code}`);
    });
    const { account, fallback } = this.#options;
    const hasFallback = fallback !== undefined;
    this.#send(child, { type: "listen", port: this.#port, account, hasFallback });
    try {
      this.#port = await listening;
    } catch (error) {
      this.#child = undefined;
      child.kill();
      throw error;
    }
    this.#notice(`the gateway runs in process ${child.pid}`);
    this.#sendDefinition();
  }

  #ended(how: string): void {
    this.#child = undefined;
    if (this.#isClosing) return;
    this.#notice(
      `the gateway's process has ended (${how}); its connections are lost, and it starts again`,
    );
    this.#startLater();
  }

  #startLater(): void {
    this.#restart = this.#options.clock.after(RESTART_PAUSE, () => {
      this.#start().catch((error: Error) => {
        this.#notice(`the gateway's process does not start: ${error.message}`);
        if (!this.#isClosing) this.#startLater();
      });
    });
  }

  #sendDefinition(): void {
    const definition = this.#definition;
    if (definition === undefined || this.#child === undefined) return;
    const functions = functionsOf(definition).flatMap((arn) => {
      const name = this.#options.services.functionByArn(arn)?.name;
      return name === undefined ? [] : [{ arn, name }];
    });
    this.#send(this.#child, { type: "replace", definition, functions });
  }

  /** To a process that may have ended meanwhile. */
  #send(child: ChildProcess, message: ToGateway): void {
    if (child.connected) child.send(message, () => {});
  }

  #notice(message: string): void {
    this.#options.emit({ type: "notice", source: "gateway", message });
  }
}

function functionsOf({ routes }: ApiDefinition): string[] {
  return [...routes.values()].flatMap(({ integration, authorizer }) => [
    ...(integration.type === "AWS_PROXY" ? [integration.functionArn] : []),
    ...(authorizer === undefined ? [] : [authorizer.functionArn]),
  ]);
}
