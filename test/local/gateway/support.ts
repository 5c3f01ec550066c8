import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { type ClientOptions, WebSocket } from "ws";
import type { RuntimeEvent } from "../../../local/events.ts";
import { Gateway } from "../../../local/gateway/gateway.ts";
import type {
  GatewayOptions,
  GatewayServices,
  ServiceRequest,
  ServiceResponse,
} from "../../../local/gateway/options.ts";
import { readDefinitions } from "../../../local/gateway/read-definition.ts";
import type { InvocationResult, LambdaFunction } from "../../../local/lambda/function.ts";
import type { RecordedResource } from "../../../local/recording/resource.ts";
import { renderTemplate } from "../../../local/vtl/render.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { functionArn } from "./resources.ts";

// biome-ignore lint/suspicious/noExplicitAny: Lambda events are read by their documented shape
export type LambdaEvent = any;

type Handler = (event: LambdaEvent) => unknown;

/** A function that runs a handler in this process and keeps its events. */
export class FakeFunction implements LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly #handler: Handler;
  readonly #calls = new Inbox<LambdaEvent>();

  constructor(name: string, handler: Handler) {
    this.name = name;
    this.arn = functionArn(name);
    this.#handler = handler;
  }

  /** The next event, waiting for it if need be. */
  nextCall(): Promise<LambdaEvent> {
    return this.#calls.next();
  }

  /** How many events nobody has asked for yet. */
  get unread(): number {
    return this.#calls.size;
  }

  async invoke(event: unknown): Promise<InvocationResult> {
    this.#calls.put(JSON.parse(JSON.stringify(event)));
    try {
      return { ok: true, payload: await this.#handler(event) };
    } catch (error) {
      const { name, message } = error as Error;
      return { ok: false, errorType: name, errorMessage: message };
    }
  }
}

/** The neighbours of a gateway under test. */
export class FakeServices implements GatewayServices {
  readonly functions = new Map<string, FakeFunction>();
  readonly calls = new Inbox<ServiceRequest>();
  /** What the next call of a service is answered with. */
  answer: () => ServiceResponse | Promise<ServiceResponse> = () => ({
    status: 200,
    headers: {},
    body: "",
  });
  /** What `mayInvoke` was asked, as `{function} {source ARN}`, with the role where there is one. */
  readonly asked: string[] = [];
  permitted = true;

  functionByArn(arn: string): LambdaFunction | undefined {
    return this.functions.get(arn);
  }

  async callService(request: ServiceRequest): Promise<ServiceResponse> {
    this.calls.put(request);
    return this.answer();
  }

  mayInvoke(arn: string, sourceArn: string, roleArn?: string): boolean {
    const as = roleArn === undefined ? "" : ` as ${roleArn}`;
    this.asked.push(`${this.functions.get(arn)?.name} ${sourceArn}${as}`);
    return this.permitted;
  }
}

/** A client that keeps its frames until they are asked for. */
export class Client {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #frames = new Inbox<string>();

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => this.#frames.put(data.toString()));
    socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** The next frame. */
  next(): Promise<string> {
    return this.#frames.next();
  }

  /** Closes without a code and waits for the end. */
  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

export class Inbox<T> {
  readonly #items: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  get size(): number {
    return this.#items.length;
  }

  put(item: T): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#items.push(item);
    else waiting(item);
  }

  async next(): Promise<T> {
    if (this.#items.length > 0) return this.#items.shift() as T;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

const cleanups: (() => unknown)[] = [];

/** For `afterEach`: ends what {@link Stack.start} began. */
export async function stopStacks(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

/** A running gateway with fake neighbours. */
export class Stack {
  readonly clock = new ManualClock();
  readonly services = new FakeServices();
  readonly events: RuntimeEvent[] = [];
  readonly gateway: Gateway;
  port = 0;

  constructor(resources: RecordedResource[], options: Partial<GatewayOptions> = {}) {
    let ids = 0;
    const [definition] = readDefinitions(resources);
    if (definition === undefined) throw new Error("the resources have no API");
    this.gateway = new Gateway({
      definition,
      services: this.services,
      render: renderTemplate,
      clock: this.clock,
      emit: (event) => this.events.push(event),
      newId: () => `id-${++ids}=`,
      ...options,
    });
  }

  static async start(
    resources: RecordedResource[],
    handlers: Record<string, Handler> = {},
    options: Partial<GatewayOptions> = {},
  ): Promise<Stack> {
    const stack = new Stack(resources, options);
    for (const [name, handler] of Object.entries(handlers)) {
      stack.services.functions.set(functionArn(name), new FakeFunction(name, handler));
    }
    ({ port: stack.port } = await stack.gateway.listen());
    cleanups.push(() => stack.gateway.close());
    return stack;
  }

  function(name: string): FakeFunction {
    const found = this.services.functions.get(functionArn(name));
    if (found === undefined) throw new Error(`there is no function ${name}`);
    return found;
  }

  /** Begins a handshake. */
  dial(path = "/dev", protocols: string[] = [], options: ClientOptions = {}): WebSocket {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}${path}`, protocols, options);
    cleanups.push(() => socket.terminate());
    return socket;
  }

  /** Connects. */
  async connect(
    path?: string,
    protocols?: string[],
    options?: ClientOptions,
  ): Promise<Client & { id: string }> {
    const client = new Client(this.dial(path, protocols, options));
    await once(client.socket, "open");
    return Object.assign(client, { id: [...this.gateway.connections.keys()].at(-1) ?? "" });
  }

  /** Tries to connect and is refused. */
  async refused(path?: string, options?: ClientOptions) {
    const socket = this.dial(path, [], options);
    socket.on("error", () => {});
    const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
    const body = JSON.parse((await response.toArray()).join(""));
    return { status: response.statusCode, headers: response.headers, body };
  }

  /** A real client of the management API. */
  management(stage = "dev"): ApiGatewayManagementApiClient {
    const client = new ApiGatewayManagementApiClient({
      endpoint: `http://127.0.0.1:${this.port}/${stage}`,
      region: "eu-west-1",
      credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
      maxAttempts: 1,
    });
    cleanups.push(() => client.destroy());
    return client;
  }

  eventsOf<T extends RuntimeEvent["type"]>(type: T): Extract<RuntimeEvent, { type: T }>[] {
    return this.events.filter((event) => event.type === type) as Extract<
      RuntimeEvent,
      { type: T }
    >[];
  }
}
