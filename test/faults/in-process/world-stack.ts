import type { Clock } from "../../../local/clock.ts";
import { losingDeletions } from "../../../local/event-sources/losing-deletions.ts";
import type { QueueMappingDefinition } from "../../../local/event-sources/queue-mapping.ts";
import { QueuePoller } from "../../../local/event-sources/queue-poller.ts";
import { StreamPoller } from "../../../local/event-sources/stream-poller.ts";
import type { RuntimeEvent } from "../../../local/events.ts";
import { Gateway } from "../../../local/gateway/gateway.ts";
import { accountBuckets } from "../../../local/gateway/throttle.ts";
import { createQueues } from "../../../local/sqs/create-queues.ts";
import type { Queue } from "../../../local/sqs/queue.ts";
import { SqsService } from "../../../local/sqs/service.ts";
import { renderTemplate } from "../../../local/vtl/render.ts";
import type { WorldFaults } from "../world.ts";
import { MemoryStream } from "./memory-stream.ts";
import { MemoryTable } from "./memory-table.ts";
import { roomcastHandlers } from "./roomcast-handlers.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { SimulatedFunction } from "./simulated-function.ts";
import type { WorldProgram } from "./world-program.ts";

export interface WorldStackOptions {
  program: WorldProgram;
  clock: Clock;
  random: SeededRandom;
  /** The longest that something is under way, in milliseconds. */
  latency: number;
  emit: (event: RuntimeEvent) => void;
  /** What goes wrong at the moment. */
  faults: () => WorldFaults;
}

/** So much that no schedule meets it: throttling has tests of its own. */
const UNLIMITED = { rate: 1e9, burst: 1e9 };
/** Expired rows go up to an hour late. */
const EXPIRY_LAG = 3_600_000;
/** Every tenth page of a query is a short one. */
const SHORT_PAGE_SHARE = 0.1;
const LONGEST_SHORT_PAGE = 3;

/** The counterparts of a recorded Roomcast, connected as `local/runtime.ts` connects them. */
export class WorldStack {
  readonly gateway: Gateway;
  readonly queues: SqsService;
  readonly table: MemoryTable;
  readonly #options: WorldStackOptions;
  readonly #stream: MemoryStream;
  readonly #functions: ReadonlyMap<string, SimulatedFunction>;

  constructor(options: WorldStackOptions) {
    this.#options = options;
    this.gateway = this.#createGateway();
    this.queues = this.#createQueues();
    this.#stream = this.#createStream();
    this.table = this.#createTable();
    this.#functions = this.#createFunctions();
  }

  /** Lets the pollers begin. */
  start(): void {
    const { queueUrl, rooms, lanesQueueUrl, lanes } = this.#options.program;
    this.#queuePoller(queueUrl, rooms).start();
    this.#queuePoller(lanesQueueUrl, lanes).start();
    void this.#presence().start();
  }

  /** @throws Error when there is none. */
  queueAt(url: string): Queue {
    const queue = this.queues.queueByUrl(url);
    if (queue === undefined) throw new Error(`There is no queue at ${url}.`);
    return queue;
  }

  #createGateway(): Gateway {
    const { program, clock, emit, faults } = this.#options;
    const random = this.#options.random.fork("gateway");
    return new Gateway({
      definition: program.api,
      clock,
      emit,
      render: renderTemplate,
      newId: () => random.gatewayId(),
      account: accountBuckets(clock, { requests: UNLIMITED, connections: UNLIMITED }),
      loseDisconnect: (connectionId) => faults().loseDisconnect(connectionId),
      services: {
        functionByArn: (arn) => [...this.#functions.values()].find((played) => played.arn === arn),
        mayInvoke: () => true,
        callService: (request) => this.queues.handleQuery(request),
      },
    });
  }

  #createQueues(): SqsService {
    const { program, clock, emit } = this.#options;
    const random = this.#options.random.fork("queues");
    const { region, accountId } = program;
    const newId = () => random.uuid();
    const service = new SqsService({ clock, emit, newId, region, accountId });
    createQueues(program.resources, service);
    return service;
  }

  #createStream(): MemoryStream {
    const { table, region } = this.#options.program;
    if (table.stream === undefined) throw new Error("The table has no stream.");
    const { arn: streamArn, viewType } = table.stream;
    return new MemoryStream({ streamArn, viewType, region });
  }

  #createTable(): MemoryTable {
    const { program, clock } = this.#options;
    const random = this.#options.random.fork("table");
    return new MemoryTable({
      definition: program.table,
      clock,
      onChange: (change) => this.#stream.write(change),
      pageSize: () =>
        random.next() < SHORT_PAGE_SHARE
          ? 1 + random.integer(LONGEST_SHORT_PAGE)
          : Number.POSITIVE_INFINITY,
      expiryLag: () => random.integer(EXPIRY_LAG),
    });
  }

  #createFunctions(): Map<string, SimulatedFunction> {
    const { program, clock, random, latency, faults } = this.#options;
    const services = { table: this.table, queues: this.queues, gateway: this.gateway };
    const latencies = random.fork("latency");
    return new Map(
      Object.entries(roomcastHandlers).map(([name, handler]) => {
        const settings = program.functions.get(name);
        if (settings === undefined) throw new Error(`The program has no function ${name}.`);
        const played = new SimulatedFunction({
          settings,
          handler,
          services,
          clock,
          random: random.fork(name),
          // Half of them for none.
          latency: () => Math.max(0, latencies.integer(2 * latency + 1) - latency),
          onCall: (call) => faults().onCall(call),
        });
        return [name, played];
      }),
    );
  }

  #queuePoller(url: string, mapping: QueueMappingDefinition): QueuePoller {
    const { program, clock, emit, faults } = this.#options;
    const queue = this.queueAt(url);
    return new QueuePoller({
      clock,
      emit,
      queue: losingDeletions(queue, (messageId) => faults().loseDeletion(messageId)),
      function: this.#function("fan-out"),
      functionTimeoutSeconds: program.functions.get("fan-out")?.timeoutSeconds ?? 0,
      mapping,
      region: program.region,
      delayBatch: (batch) => faults().delayQueueBatch(batch),
    });
  }

  #presence(): StreamPoller {
    const { program, clock, emit, faults } = this.#options;
    const random = this.#options.random.fork("presence batches");
    const failures = this.queues.queueByArn(program.presence.onFailureArn ?? "");
    return new StreamPoller({
      clock,
      emit,
      newId: () => random.uuid(),
      mapping: program.presence,
      stream: this.#stream,
      target: this.#function("presence"),
      onFailure: (metadata) => void failures?.send({ body: JSON.stringify(metadata) }),
      onStreamBatch: () => faults().onStreamBatch(),
    });
  }

  #function(name: string): SimulatedFunction {
    const found = this.#functions.get(name);
    if (found === undefined) throw new Error(`There is no function ${name}.`);
    return found;
  }
}
