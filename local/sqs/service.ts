import type { Clock } from "../clock.ts";
import type { Emit } from "../events.ts";
import type { Authorize } from "../iam/access.ts";
import { perform } from "./actions.ts";
import { needsOf, toSqsError } from "./authorization.ts";
import type { QueueDefinition } from "./definition.ts";
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
}

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
    this.#endpoint = new HttpEndpoint((request) => this.#handle(request));
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
    return handleQuery(request, this.#options.newId(), (action, input) =>
      this.#perform(request, action, input),
    );
  }

  /** Stops listening, lets long polls go and forgets the messages. */
  async close(): Promise<void> {
    for (const queue of this.#directory.all()) queue.close();
    await this.#endpoint.close();
  }

  async #handle(request: WireRequest): Promise<WireResponse> {
    const requestId = this.#options.newId();
    try {
      if (!isJsonProtocol(request)) return await this.handleQuery(request);
      return await handleJson(request, requestId, (action, input) =>
        this.#perform(request, action, input),
      );
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#options.emit({ type: "notice", source: "sqs", message: `internal error: ${message}` });
      return { status: 500, headers: { "x-amzn-requestid": requestId }, body: "" };
    }
  }

  async #perform(request: WireRequest, action: string, input: Input) {
    const caller = callerOf(request);
    this.#authorize(request.session ?? caller.accessKeyId, action, input);
    return perform({
      action,
      input,
      caller,
      directory: this.#directory,
      signal: request.signal,
    });
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
