import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "./clock.ts";
import { startEngine } from "./dynamodb/engine.ts";
import { DynamoDbProxy } from "./dynamodb/proxy.ts";
import { DynamoDbService } from "./dynamodb/service.ts";
import { createPollers, type Poller } from "./event-sources/mappings.ts";
import type { Emit } from "./events.ts";
import type { RuntimeFaults } from "./faults.ts";
import { Functions } from "./functions.ts";
import { callService } from "./gateway/call-service.ts";
import { Gateway } from "./gateway/gateway.ts";
import type { GatewayOptions, GatewayServices } from "./gateway/options.ts";
import { GatewayProcess } from "./gateway/process/gateway-process.ts";
import { API_MAPPING, readDefinitions } from "./gateway/read-definition.ts";
import { type AccountQuotas, accountBuckets } from "./gateway/throttle.ts";
import { Access } from "./iam/access.ts";
import { faultyCalls, type ServeCall } from "./outside-calls.ts";
import type { Place } from "./recording/outputs.ts";
import type { Properties, RecordedResource } from "./recording/resource.ts";
import { createQueues } from "./sqs/create-queues.ts";
import type { Queue } from "./sqs/queue.ts";
import { SqsService } from "./sqs/service.ts";
import { renderTemplate } from "./vtl/render.ts";

export interface RuntimeOptions {
  /** Imports the Pulumi program; called once, by the recorder. */
  load: () => Promise<unknown>;
  project: string;
  stack: string;
  /** As in `PULUMI_CONFIG`. */
  config: Record<string, string>;
  emit: Emit;
  /** Port of the first WebSocket API; 0, the default, takes any free one. */
  port?: number;
  clock?: Clock;
  /** Milliseconds between two looks for expired items; default 10 seconds. */
  sweepInterval?: number;
  /** A running DynamoDB engine; default: the embedded one. */
  dynamoDbEndpoint?: string | undefined;
  /**
   * Whether all writes to the program's tables go through this runtime, which then has less to look
   * for on a clock that is moved by hand. Default: true for the embedded engine.
   */
  soleWriter?: boolean;
  /** API Gateway's quotas of the account, which all APIs share. Default: those of a new account. */
  account?: AccountQuotas;
  /** What is to go wrong. Default: nothing. */
  faults?: RuntimeFaults;
  /** Answers HTTP requests to the first API's port that are for none of its stages. */
  fallback?: GatewayOptions["fallback"];
  /**
   * Whether each WebSocket API is played in a process of its own, which a person or a test may kill;
   * default false. Not on a clock of one's own, and not with faults of the gateway.
   */
  gatewayProcess?: boolean;
}

/** A stage of a WebSocket API that is being played. */
export interface RunningStage {
  api: string;
  stage: string;
  /** `ws://127.0.0.1:…/<stage>` */
  url: string;
  /** `http://127.0.0.1:…/<stage>` */
  managementUrl: string;
}

export interface RunningStack {
  resources: RecordedResource[];
  /** The program's stack outputs. */
  outputs: Properties;
  stages: RunningStage[];
  /** Where SDK clients find the services; who they are is said by their access key id. */
  endpoints: { dynamodb: string; sqs: string };
  /** The queue at a URL; undefined when the program has none there. */
  queueByUrl(url: string): Queue | undefined;
  /** Loads every function once, so that the first event does not wait for it. */
  prewarm(): Promise<void>;
  /** Loads the functions whose bundles lie in these folders anew; connections stay. */
  reload(folders: readonly string[]): Promise<void>;
  /**
   * Puts the roles, policies and permissions among these resources in force, as if the program had
   * been deployed with them; all else stays as it is.
   *
   * @throws Error as the start does for what is refused; then nothing has changed
   */
  replacePolicies(resources: readonly RecordedResource[]): void;
  close(): Promise<void>;
}

/** Whose account the program finds itself in: no AWS account has this number. */
const accountId = "000000000000";

interface OpenGateway {
  gateway: Gateway | GatewayProcess;
  origin: string;
}

type Closable = { close(): Promise<void> };

/**
 * Runs a Pulumi program on this machine: records what it registers, and gives each resource a
 * running counterpart on loopback, whose address is the recorded output.
 *
 * @throws Error from the program, for a taken port, and for resources that AWS would refuse.
 */
export async function startRuntime(options: RuntimeOptions): Promise<RunningStack> {
  const started: Closable[] = [];
  const closeAll = async () => {
    // The last first: pollers before the functions that they call, those before their services.
    for (const closable of started.splice(0).reverse()) {
      await closable.close();
    }
  };
  try {
    const stack = await start(options, (closable) => {
      started.push(closable);
      return closable;
    });
    return { ...stack, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function start(
  options: RuntimeOptions,
  keep: <Part extends Closable>(part: Part) => Part,
): Promise<Omit<RunningStack, "close">> {
  const { emit, clock = systemClock, faults } = options;
  const region = options.config["aws:region"] ?? "us-east-1";
  const place: Place = { partition: "aws", region, accountId };
  // In parallel with the recording, which keeps this thread busy.
  const startingEngine = startEngine({ endpoint: options.dynamoDbEndpoint, emit });
  keep({
    async close() {
      // An engine that is still starting does not keep this process alive, which has to wait for it.
      const alive = setInterval(() => {}, 1000);
      const engine = await startingEngine.catch(() => undefined);
      await engine?.close();
      clearInterval(alive);
    },
  });

  const access = new Access({ emit });
  const { authorize } = access;
  const serveCall: ServeCall | undefined =
    faults?.onCall &&
    faultyCalls({
      onCall: faults.onCall,
      clock,
      functionByAccessKeyId: (id) => functions.byAccessKeyId(id),
    });
  const queues = keep(
    new SqsService({ clock, newId: randomUUID, region, accountId, emit, authorize, serveCall }),
  );
  const { url: queueOrigin } = await queues.listen();
  const services: GatewayServices = {
    functionByArn: (arn) => functions.byArn(arn),
    mayInvoke(arn, sourceArn, roleArn) {
      const lambda = functions.byArn(arn);
      return lambda !== undefined && access.gatewayMayInvoke(lambda, sourceArn, roleArn);
    },
    authorizeManagement: (accessKeyId, resource) =>
      authorize(accessKeyId, [{ action: "execute-api:ManageConnections", resource }]),
    callService: (request) => callService(request, queues, access),
    serveCall,
  };
  const account = accountBuckets(clock, options.account);
  if (options.gatewayProcess && (options.clock ?? faults) !== undefined) {
    throw new Error("A gateway in a process of its own has the machine's clock, and no faults.");
  }
  const gatewayOptions: GatewayOptions = {
    services,
    render: renderTemplate,
    clock,
    emit,
    account,
    ...(faults?.loseDisconnect && { loseDisconnect: faults.loseDisconnect }),
  };
  const openGateway = async (port: number, fallback: RuntimeOptions["fallback"]) => {
    const played = fallback && { fallback };
    const gateway = keep<Gateway | GatewayProcess>(
      options.gatewayProcess
        ? new GatewayProcess({ services, emit, clock, account: options.account, ...played })
        : new Gateway({ ...gatewayOptions, ...played }),
    );
    return { gateway, origin: `ws://127.0.0.1:${(await gateway.listen(port)).port}` };
  };
  // The first one before the program is recorded: a taken port is told at once, and by itself.
  let spare: OpenGateway | undefined = await openGateway(options.port ?? 0, options.fallback);
  const gateways = new Map<string, OpenGateway>();
  const gatewayOrigin = async (apiId: string): Promise<string> => {
    let open = gateways.get(apiId);
    if (open === undefined) {
      open = spare ?? (await openGateway(0, undefined));
      spare = undefined;
      gateways.set(apiId, open);
    }
    return open.origin;
  };
  const { record } = await import("./recording/record.ts");
  const { resources, outputs = {} } = await record(options.load, {
    project: options.project,
    stack: options.stack,
    config: options.config,
    place,
    addresses: { queueOrigin, gatewayOrigin },
  });

  access.load(resources);
  createQueues(resources, queues);
  const engine = await startingEngine;
  const tables = keep(
    new DynamoDbService({
      engine,
      clock,
      region,
      emit,
      sweepInterval: options.sweepInterval,
      writesAreNoted: options.soleWriter ?? options.dynamoDbEndpoint === undefined,
    }),
  );
  await Promise.all(
    resources
      .filter(({ type }) => type === "aws:dynamodb/table:Table")
      .map((table) => tables.addTable(table)),
  );
  const arnPrefix = `arn:${place.partition}:dynamodb:${region}:${accountId}`;
  const proxy = keep(
    new DynamoDbProxy({
      endpoint: engine.endpoint,
      authorize,
      arnPrefix,
      serveCall,
      onWrite: () => tables.noteWrite(),
    }),
  );
  const endpoints = { dynamodb: (await proxy.listen()).url, sqs: queueOrigin };
  const functions = keep(
    await Functions.create(resources, {
      access,
      clock,
      newId: randomUUID,
      emit,
      region,
      endpoints,
      onInvoked: () => tables.nudge(),
    }),
  );
  const mappingOptions = { access, functions, queues, tables, clock, emit, region, faults };
  const pollers: Poller[] = createPollers(resources, mappingOptions).map(keep);
  await Promise.all(pollers.map((poller) => poller.start()));
  for (const { inputs } of resources.filter(({ type }) => type === API_MAPPING)) {
    const message = `The domain ${inputs["domainName"]} is not played; the API's own address is.`;
    emit({ type: "notice", source: "gateway", message });
  }
  const stages: RunningStage[] = [];
  for (const definition of readDefinitions(resources)) {
    const { gateway, origin } = gateways.get(definition.id) as OpenGateway;
    gateway.replace(definition);
    for (const stage of definition.stages.keys()) {
      const url = `${origin}/${stage}`;
      stages.push({ api: definition.name, stage, url, managementUrl: url.replace("ws", "http") });
    }
  }
  return {
    resources,
    outputs,
    stages,
    endpoints,
    queueByUrl: (url) => queues.queueByUrl(url),
    prewarm: () => functions.prewarm(),
    reload: (folders) => functions.reload(folders),
    replacePolicies: (changed) => access.load(changed),
  };
}
