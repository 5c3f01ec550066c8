import * as http from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";
import { urlToHttpOptions } from "node:url";
import type { PostAnswer, PostRequest, Transport } from "./transport.ts";

export interface PooledTransportOptions {
  /** The management endpoint, of which scheme, host and port count. */
  endpoint: string;
  /** Epoch milliseconds. */
  now: () => number;
  /** Connections at once; default: 200. */
  maxSockets?: number;
  /** How long a connection may have been idle to be used again, in milliseconds; default: 4000. */
  maxIdleMs?: number;
}

/** A connection that was closed while it was idle shows these to whoever uses it next. */
const resets = new Set(["ECONNRESET", "EPIPE"]);

/**
 * Posts over connections that are kept open. One that has long been idle is not used again: Lambda
 * freezes what is between two invocations, and a connection that ends meanwhile, or whose router
 * forgets it, does not say so. A reset on a connection that was used before is what comes of a
 * connection closed at the wrong moment, so it is tried again, once, on a new one.
 */
export class PooledTransport implements Transport {
  readonly #request: typeof http.request;
  readonly #pool: http.Agent;
  /** For second tries: connections that nobody has used, and nobody will. */
  readonly #single: http.Agent;
  readonly #target: http.RequestOptions;
  readonly #now: () => number;
  readonly #maxIdleMs: number;
  /** When the last answer of a connection ended. */
  readonly #usedAt = new WeakMap<Socket, number>();
  /** Until then no connection can have been idle for too long. */
  #freshUntil = Number.NEGATIVE_INFINITY;

  constructor({ endpoint, now, maxSockets = 200, maxIdleMs = 4000 }: PooledTransportOptions) {
    const { protocol, hostname, port } = urlToHttpOptions(new URL(endpoint));
    const { Agent, request } = protocol === "http:" ? http : https;
    this.#request = request;
    this.#pool = new Agent({ keepAlive: true, maxSockets });
    this.#single = new Agent({ maxSockets });
    this.#target = { host: hostname, port, method: "POST" };
    this.#now = now;
    this.#maxIdleMs = maxIdleMs;
  }

  post(post: PostRequest, deadlineMs: number): Promise<PostAnswer> {
    this.#closeIdle();
    return new Promise((resolve, reject) => {
      const exchange: Exchange = { post, resolve, reject, answer: undefined, isOver: false };
      exchange.timer = setTimeout(giveUp, deadlineMs, exchange, deadlineMs);
      this.#send(exchange, this.#pool);
    });
  }

  /** Without closures that have names: those cost when they are made, and this runs for each post. */
  #send(exchange: Exchange, agent: http.Agent): void {
    const { path, headers, body } = exchange.post;
    const request = this.#request({ ...this.#target, agent, path, headers });
    exchange.request = request;
    request.on("response", (response) => {
      const { socket } = response;
      exchange.answer = answerOf(response);
      // Comes also when the connection ends within the body, of which nothing is needed.
      response.on("close", () => {
        this.#usedAt.set(socket, this.#now());
        settle(exchange);
      });
      response.resume();
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      if (exchange.answer !== undefined || exchange.isOver) return;
      const { socket } = request;
      // `reusedSocket` is not set where a post has waited for the connection.
      const isUsed = socket !== null && this.#usedAt.has(socket);
      if (isUsed && resets.has(error.code ?? "")) {
        this.#send(exchange, this.#single);
      } else {
        settle(exchange, error);
      }
    });
    // As characters of a byte each, so that Node sends headers and body by one write.
    request.end(body.toString("latin1"), "latin1");
  }

  /** Ends the connections that are idle. */
  close(): void {
    this.#pool.destroy();
  }

  /** The pool keeps idle connections in the order of their use. */
  #closeIdle(): void {
    const now = this.#now();
    if (now <= this.#freshUntil) return;
    this.#freshUntil = now + this.#maxIdleMs;
    const idle = Object.values(this.#pool.freeSockets).flatMap((sockets) => sockets ?? []);
    for (const socket of idle) {
      const freshUntil = (this.#usedAt.get(socket) ?? 0) + this.#maxIdleMs;
      if (now <= freshUntil) {
        this.#freshUntil = freshUntil;
        return;
      }
      socket.destroy();
    }
  }
}

/** A post that is under way. */
interface Exchange {
  post: PostRequest;
  resolve: (answer: PostAnswer) => void;
  reject: (error: Error) => void;
  /** Its head has come. */
  answer: PostAnswer | undefined;
  /** The present try. */
  request?: http.ClientRequest;
  timer?: NodeJS.Timeout;
  isOver: boolean;
}

/** With the answer where there is one, whatever came later. */
function settle(exchange: Exchange, error?: Error): void {
  clearTimeout(exchange.timer);
  exchange.isOver = true;
  if (exchange.answer !== undefined) exchange.resolve(exchange.answer);
  else exchange.reject(error as Error);
}

/**
 * Ends an exchange at its deadline, unless its answer has come and this process was too busy to read it:
 * timers come before what has arrived.
 */
function giveUp(exchange: Exchange, deadlineMs: number): void {
  setImmediate(() => {
    if (exchange.isOver) return;
    const error = noAnswer(deadlineMs);
    // A request that still waits for a connection would say so only when it gets one.
    settle(exchange, error);
    exchange.request?.destroy(error);
  });
}

function answerOf({ statusCode = 0, headers }: http.IncomingMessage): PostAnswer {
  const type = statusCode === 200 ? undefined : headers["x-amzn-errortype"];
  // The service may add an address, as in `ForbiddenException:http://…`.
  return {
    status: statusCode,
    errorType: typeof type === "string" ? type.split(":", 1)[0] : undefined,
  };
}

function noAnswer(deadlineMs: number): Error {
  const error = new Error(`There was no answer within ${deadlineMs} ms.`);
  error.name = "TimeoutError";
  return error;
}
