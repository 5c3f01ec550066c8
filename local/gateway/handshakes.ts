import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { connect } from "./connect.ts";
import { Connection } from "./connection.ts";
import type { Connections } from "./connections.ts";
import type { ApiDefinition, StageDefinition } from "./definition.ts";
import { disconnect } from "./disconnect.ts";
import { readHandshake } from "./handshake-request.ts";
import { failureOf } from "./integration-failure.ts";
import type { Tools } from "./options.ts";
import { MAX_MESSAGE_BYTES, MAX_URL_LENGTH } from "./quotas.ts";
import { errorAnswer, Refusal, rawAnswer } from "./refusal.ts";
import { pathOf, targetOf } from "./target.ts";

/** What `$disconnect` is told of a client that left during its handshake. */
const LEFT = { code: 1006, reason: "" };

/**
 * Turns HTTP upgrades into connections. A throttled one is refused with 429. The upgrade waits for the authorizer and `$connect`; what
 * the client sends early waits in the network, and the management API does not know the connection
 * yet. No extension (compression) is negotiated.
 *
 * A client that leaves meanwhile gets no connection. When `$connect` then succeeds, `$disconnect` is
 * called with 1006, so that what `$connect` stored is cleaned up (AWS promises no more than "best
 * effort" for it).
 */
export class Handshakes {
  readonly #tools: Tools;
  readonly #connections: Connections;
  readonly #subprotocols = new WeakMap<IncomingMessage, string>();
  readonly #pending = new Set<Duplex>();
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
    // The library would echo the first offer; only $connect may choose.
    handleProtocols: () => false,
  });

  constructor(tools: Tools, connections: Connections) {
    this.#tools = tools;
    this.#connections = connections;
    this.#server.on("headers", (headers, request) => {
      const subprotocol = this.#subprotocols.get(request);
      if (subprotocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
    });
  }

  /** Takes an upgrade from the HTTP server and owns its socket from then on. */
  async take(
    api: ApiDefinition,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> {
    socket.on("error", () => socket.destroy());
    this.#pending.add(socket);
    try {
      const connection = await this.#connect(api, request);
      if (socket.readable && socket.writable) {
        this.#open(api, connection, request, socket, head);
      } else {
        socket.destroy();
        await this.#left(api, connection);
      }
    } catch (thrown) {
      const refusal =
        thrown instanceof Refusal ? thrown : new Refusal(500, failureOf(thrown).message);
      this.#refuse(api, refusal, request, socket);
    } finally {
      this.#pending.delete(socket);
    }
  }

  /** Ends the handshakes that are still pending. */
  close(): void {
    for (const socket of this.#pending) socket.destroy();
  }

  async #connect(api: ApiDefinition, request: IncomingMessage): Promise<Connection> {
    const stage = stageOf(api, request);
    checkUpgrade(request);
    const throttled = this.#tools.throttle.connection(stage);
    if (throttled !== undefined) throw new Refusal(429, throttled.reason);
    const connection = new Connection(
      api.name,
      {
        stage: stage.name,
        domainName: `${request.socket.localAddress}:${request.socket.localPort}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: request.headers["user-agent"],
      },
      this.#tools,
    );
    const subprotocol = await connect(this.#tools, api, stage, connection, readHandshake(request));
    if (subprotocol !== undefined) this.#subprotocols.set(request, subprotocol);
    return connection;
  }

  #open(
    api: ApiDefinition,
    connection: Connection,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): void {
    // Offers are for $connect to judge; the library would refuse an odd one after $connect has run.
    delete request.headers["sec-websocket-protocol"];
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#connections.add(connection, webSocket, socket);
      this.#tools.emit({
        type: "connected",
        api: api.name,
        connectionId: connection.id,
        url: pathOf(request.url),
        sourceIp: connection.sourceIp,
      });
    });
  }

  async #left(api: ApiDefinition, connection: Connection): Promise<void> {
    const message = `client ${connection.id} left before $connect had answered`;
    this.#tools.emit({ type: "notice", source: api.name, message });
    await disconnect(this.#tools, api, connection, LEFT);
  }

  #refuse(api: ApiDefinition, refusal: Refusal, request: IncomingMessage, socket: Duplex): void {
    const { status, message: reason } = refusal;
    this.#tools.emit({ type: "refused", api: api.name, url: pathOf(request.url), status, reason });
    socket.once("finish", () => socket.destroy());
    socket.end(rawAnswer(errorAnswer(status)));
  }
}

/**
 * @throws {Refusal} 403 unless the path is that of a deployed stage; 414 for an address above
 * {@link MAX_URL_LENGTH} (AWS documents the quota, not the status)
 */
function stageOf(api: ApiDefinition, request: IncomingMessage): StageDefinition {
  if ((request.url ?? "").length > MAX_URL_LENGTH) {
    throw new Refusal(414, `the address has more than ${MAX_URL_LENGTH} characters`);
  }
  const target = targetOf(api, pathOf(request.url));
  if (target.kind !== "stage") throw new Refusal(403, "there is no such stage");
  if (target.stage.deployed) return target.stage;
  throw new Refusal(403, `stage ${target.stage.name} has no deployment`);
}

/** Finds what the library would find fault with, before anything is called. */
function checkUpgrade({ method, headers }: IncomingMessage): void {
  const isUpgrade =
    method === "GET" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    headers["sec-websocket-version"] === "13" &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers["sec-websocket-key"] ?? "");
  if (!isUpgrade) throw new Refusal(400, "the request is not a WebSocket handshake");
}
