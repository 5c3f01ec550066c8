import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Connection } from "./connection.ts";
import { Connections } from "./connections.ts";
import type { ApiDefinition } from "./definition.ts";
import { Handshakes } from "./handshakes.ts";
import { GOING_AWAY } from "./lifetime.ts";
import {
  answerTo,
  knownVerdict,
  type ManagedConnection,
  type ManagementRequest,
  manage,
} from "./management.ts";
import type { GatewayOptions, GatewayServices, Tools } from "./options.ts";
import { errorAnswer, type HttpAnswer } from "./refusal.ts";
import { randomId } from "./request-context.ts";
import { pathOf, type Target, targetOf } from "./target.ts";
import { accountBuckets, Throttle } from "./throttle.ts";

/** Until {@link Gateway.replace}: no stage is deployed, so everything is Forbidden. */
const NOTHING_DEPLOYED: ApiDefinition = {
  id: "",
  name: "",
  executionArn: "",
  routeSelection: { from: "static", value: "$default" },
  routes: new Map(),
  stages: new Map(),
};

/**
 * Plays one WebSocket API: clients connect at `ws://127.0.0.1:{port}/{stage}`, and the management
 * API is at `http://127.0.0.1:{port}/{stage}/@connections/{id}`.
 *
 * A stage that is unknown or not deployed answers 403 Forbidden. A stage asked without an upgrade
 * answers 426 Upgrade Required (assumed of AWS).
 */
export class Gateway {
  readonly #server: Server;
  readonly #connections: Connections;
  readonly #handshakes: Handshakes;
  readonly #fallback: GatewayOptions["fallback"];
  readonly #throttle: Throttle;
  readonly #services: GatewayServices;
  #definition: ApiDefinition;

  constructor({
    definition = NOTHING_DEPLOYED,
    fallback,
    newId = randomId,
    account,
    ...rest
  }: GatewayOptions) {
    this.#throttle = new Throttle(rest.clock, account ?? accountBuckets(rest.clock));
    const tools: Tools = { ...rest, newId, throttle: this.#throttle };
    this.#definition = definition;
    this.#services = rest.services;
    this.#fallback = fallback;
    this.#connections = new Connections(tools, () => this.#definition);
    this.#handshakes = new Handshakes(tools, this.#connections);
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.#server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      void this.#handshakes.take(this.#definition, request, socket, head);
    });
  }

  /** The open connections by id. */
  get connections(): ReadonlyMap<string, Connection> {
    return this.#connections.all;
  }

  /**
   * Listens on 127.0.0.1.
   *
   * @param port 0 takes any free one
   * @throws the system's error, with code `EADDRINUSE` when the port is taken
   */
  async listen(port = 0): Promise<{ port: number }> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
    return { port: (this.#server.address() as AddressInfo).port };
  }

  /** Takes a connection that came by another way than the port, from inside of the process. */
  accept(socket: Duplex): void {
    this.#server.emit("connection", socket);
  }

  /**
   * Answers a request to `/{stage}/@connections/{id}` that came by another way than the port. A path
   * that is none is Forbidden.
   */
  manage(path: string, request: ManagementRequest): HttpAnswer {
    const target = targetOf(this.#definition, path);
    if (target.kind !== "connection" || !target.stage.deployed) return errorAnswer(403);
    const connection = this.#managed(target);
    return answerTo(request, connection, knownVerdict(request, connection));
  }

  /**
   * Plays another deployment of the API from now on, also for the connections that are open; those
   * of a stage that is no longer there are closed with 1001.
   */
  replace(definition: ApiDefinition): void {
    this.#definition = definition;
    for (const connection of this.connections.values()) {
      if (!definition.stages.has(connection.stage)) goAway(connection);
    }
  }

  /**
   * Stops listening and closes every connection with 1001. `$disconnect` is called for each, but not
   * waited for.
   */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    this.#handshakes.close();
    for (const connection of this.connections.values()) goAway(connection);
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request.url);
    const target = targetOf(this.#definition, path);
    if (target.kind === "foreign" && this.#fallback !== undefined) {
      void answerBy(this.#fallback, path, response);
      return;
    }
    if (target.kind === "connection" && target.stage.deployed) {
      void manage(request, response, this.#managed(target));
      return;
    }
    const isStage = target.kind === "stage" && target.stage.deployed;
    const { status, headers, body } = errorAnswer(isStage ? 426 : 403);
    response.writeHead(status, { ...headers, ...(isStage && { Upgrade: "websocket" }) }).end(body);
  }

  #managed({ stage, connectionId }: Extract<Target, { kind: "connection" }>): ManagedConnection {
    const { executionArn } = this.#definition;
    return {
      connectionId,
      authorize: (accessKeyId, method) =>
        this.#services.authorizeManagement?.(
          accessKeyId,
          `${executionArn}/${stage.name}/${method}/@connections/${connectionId}`,
        ),
      find: () => this.#connections.find(stage.name, connectionId),
      admit: () => this.#throttle.callback() === undefined,
      serveCall: this.#services.serveCall,
    };
  }
}

async function answerBy(
  fallback: NonNullable<GatewayOptions["fallback"]>,
  path: string,
  response: ServerResponse,
): Promise<void> {
  try {
    const { status, headers, body } = await fallback(path);
    response.writeHead(status, headers).end(body);
  } catch {
    response.destroy();
  }
}

function goAway(connection: Connection): void {
  connection.close(GOING_AWAY.code, GOING_AWAY.reason);
}
