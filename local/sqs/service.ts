import type { Clock } from "../clock.ts";
import type { Emit } from "../events.ts";
import type { Authorize } from "../iam/access.ts";
import { REFUSED_ON_PURPOSE, type ServeCall } from "../outside-calls.ts";
import { perform } from "./actions.ts";
import { needsOf, toSqsError } from "./authorization.ts";
import type { QueueDefinition } from "./definition.ts";
import { SqsError } from "./errors.ts";
import { handlePartly } from "./handle-partly.ts";
import { HttpEndpoint } from "./http-endpoint.ts";
import type { Input } from "./input.ts";
import { handleJson, isJsonProtocol } from "./json-protocol.ts";
import { handleQuery } from "./query-protocol.ts";
import { Queue } from "./queue.ts";
import { QueueDirectory } from "./queue-directory.ts";
import { allowsSource } from "./redrive.ts";
import { callerOf, type WireRequest, type WireResponse } from "./wire.ts";

export interface SqsServiceOptions {
  clock: Clock;
  /** Makes message ids (a UUID each on AWS), request ids and the unique part of receipt handles. */
  newId: () => string;
  region: string;
  accountId: string;
  emit: Emit;
  /** Judges every call. Left out: everybody may do everything. */
  authorize?: Authorize;
  /** What becomes of the calls that come by HTTP. Default: they go well. */
  serveCall?: ServeCall | undefined;
}

type Perform = (action: string, input: Input) => Promise<object>;

/** SQS on loopback: the queues of one account and region, behind SQS's two wire protocols. */
export class SqsService {
  readonly region: string;
  readonly accountId: string;
  readonly #options: SqsServiceOptions;
  readonly #directory = new QueueDirectory();
  readonly #endpoint: HttpEndpoint;

  constructor(options: SqsServiceOptions) {
    this.#options = options;
    this.region = options.region;
    this.accountId = options.accountId;
    const { clock, serveCall } = options;
    this.#endpoint = new HttpEndpoint((request) => this.#handle(request), {
      virtual: clock.virtual,
      serveCall,
      refuse: (request, status, type) =>
        this.#handle(request, async () => {
          const inFull = `com.amazonaws.sqs#${type}`;
          throw new SqsError(type, inFull, REFUSED_ON_PURPOSE, status);
        }),
    });
  }

  /**
   * Adds a queue. Throws when the name is taken, and when its dead-letter queue does not exist yet
   * or does not allow it, as SQS does.
   */
  createQueue(definition: QueueDefinition): Queue {
    if (this.#directory.byName(definition.name) !== undefined) {
      throw new Error(`${definition.name}: a queue with this name already exists`);
    }
    this.#checkRedrive(definition);
    const { clock, newId, emit } = this.#options;
    const queueByArn = (arn: string) => this.#directory.byArn(arn);
    const queue = new Queue({ definition, clock, newId, emit, queueByArn });
    this.#directory.add(queue);
    return queue;
  }

  queueByArn(arn: string): Queue | undefined {
    return this.#directory.byArn(arn);
  }

  queueByName(name: string): Queue | undefined {
    return this.#directory.byName(name);
  }

  /** By the path of the URL alone; the host does not count. */
  queueByUrl(url: string): Queue | undefined {
    return this.#directory.byUrl(url);
  }

  /** Serves HTTP on 127.0.0.1; port 0 takes a free one. */
  listen(port = 0): Promise<{ port: number; url: string }> {
    return this.#endpoint.listen(port);
  }

  /** The query protocol from inside of the runtime, as API Gateway's direct integration calls it. */
  handleQuery(request: WireRequest): Promise<WireResponse> {
    return handleQuery(request, this.#options.newId(), this.#performer(request));
  }

  /** Either protocol from inside of the process; nothing becomes of it but what SQS itself does. */
  handle(request: WireRequest): Promise<WireResponse> {
    return this.#handle(request);
  }

  /** As {@link handle}, but of a batch half of the entries fail. */
  handlePartly(request: WireRequest): Promise<WireResponse> {
    return handlePartly((whole) => this.#handle(whole), request);
  }

  /** Stops listening, lets long polls go and forgets the messages. */
  async close(): Promise<void> {
    for (const queue of this.#directory.all()) queue.close();
    await this.#endpoint.close();
  }

  async #handle(
    request: WireRequest,
    perform: Perform = this.#performer(request),
  ): Promise<WireResponse> {
    const requestId = this.#options.newId();
    try {
      const handle = isJsonProtocol(request) ? handleJson : handleQuery;
      return await handle(request, requestId, perform);
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#options.emit({ type: "notice", source: "sqs", message: `internal error: ${message}` });
      return { status: 500, headers: { "x-amzn-requestid": requestId }, body: "" };
    }
  }

  #performer(request: WireRequest): Perform {
    return async (action, input) => {
      const caller = callerOf(request);
      this.#authorize(request.session ?? caller.accessKeyId, action, input);
      const { signal, hold } = request;
      return perform({ action, input, caller, directory: this.#directory, signal, hold });
    };
  }

  #authorize(caller: Parameters<Authorize>[0], action: string, input: Input): void {
    const { authorize, region, accountId } = this.#options;
    if (authorize === undefined) return;
    const anyQueue = `arn:aws:sqs:${region}:${accountId}:*`;
    const refusal = authorize(caller, needsOf(action, input, this.#directory, anyQueue));
    if (refusal !== undefined) throw toSqsError(refusal);
  }

  #checkRedrive({ name, arn, redrivePolicy }: QueueDefinition): void {
    if (redrivePolicy === undefined) return;
    const target = this.#directory.byArn(redrivePolicy.deadLetterTargetArn);
    if (target === undefined) {
      throw new Error(`${name}, redrivePolicy: Dead letter target does not exist.`);
    }
    if (!allowsSource(target.definition.redriveAllowPolicy, arn)) {
      throw new Error(`${name}, redrivePolicy: ${target.definition.name} does not allow it`);
    }
  }
}
