import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { systemClock } from "../../local/clock.ts";
import { startEngine } from "../../local/dynamodb/engine.ts";
import { createTable, type TableDefinition, tableDefinition } from "../../local/dynamodb/table.ts";
import { record } from "../../local/recording/record.ts";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { createQueues } from "../../local/sqs/create-queues.ts";
import { SqsService } from "../../local/sqs/service.ts";
import type { HandlerName } from "../../scripts/bundle.ts";
import { readStackConfiguration } from "../../scripts/lib/stack-configuration.ts";
import { Child } from "../lib/child.ts";
import type { PostFigures, ServiceQuestion } from "./connections-process.ts";
import { MeteredDynamoDb } from "./metered-dynamodb.ts";
import { fillRoom } from "./rooms.ts";

/** What the simulated `@connections` service takes for a post, in milliseconds. */
export const serviceLatencyMs = 15;

const serviceFile = fileURLToPath(new URL("connections-process.ts", import.meta.url));
const place = { partition: "aws", region: "eu-west-1", accountId: "000000000000" };

/**
 * What the program would deploy around fan-out, on this machine: its queues, its table in a real
 * engine, and a service that takes posts. The functions themselves are run by whoever measures.
 */
export class Deployment {
  readonly resources: readonly RecordedResource[];
  readonly queues: SqsService;
  readonly dynamoDb: MeteredDynamoDb;
  readonly #service: Child<ServiceQuestion, PostFigures | string>;
  readonly #engine: { endpoint: string; close(): Promise<void> };
  readonly #client: DynamoDBClient;
  readonly #table: TableDefinition;
  readonly #variables: Record<string, string>;
  readonly #tables = new Set<string>();

  private constructor(parts: {
    resources: readonly RecordedResource[];
    queues: SqsService;
    dynamoDb: MeteredDynamoDb;
    service: Child<ServiceQuestion, PostFigures | string>;
    engine: { endpoint: string; close(): Promise<void> };
    endpoints: { dynamoDb: string; sqs: string };
  }) {
    this.resources = parts.resources;
    this.queues = parts.queues;
    this.dynamoDb = parts.dynamoDb;
    this.#service = parts.service;
    this.#engine = parts.engine;
    this.#client = new DynamoDBClient({
      endpoint: this.#engine.endpoint,
      region: place.region,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    this.#table = tableDefinition(this.resource("aws:dynamodb/table:Table"));
    this.#variables = {
      AWS_REGION: place.region,
      AWS_ENDPOINT_URL_DYNAMODB: parts.endpoints.dynamoDb,
      AWS_ENDPOINT_URL_SQS: parts.endpoints.sqs,
      // As long as a role's: they are a part of what is signed.
      AWS_ACCESS_KEY_ID: "ASIALOCALLOCALLOCAL0",
      AWS_SECRET_ACCESS_KEY: "local/local/local/local/local/local/loca",
      AWS_SESSION_TOKEN: "t".repeat(800),
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "1024",
      HOME: "/nonexistent",
      TZ: ":UTC",
    };
  }

  static async start(): Promise<Deployment> {
    const service = new Child<ServiceQuestion, PostFigures | string>(serviceFile, {
      args: [String(serviceLatencyMs)],
    });
    const serviceUrl = String(await service.ask("address"));
    const queues = new SqsService({
      clock: systemClock,
      newId: randomUUID,
      region: place.region,
      accountId: place.accountId,
      emit: () => {},
    });
    const { url: sqs } = await queues.listen();
    const { project, config } = await readStackConfiguration("dev");
    const { resources } = await record(() => import("../../index.ts"), {
      project,
      stack: "dev",
      config: { ...config, "aws:region": place.region },
      place,
      addresses: { queueOrigin: sqs, gatewayOrigin: () => serviceUrl.replace(/^http/, "ws") },
    });
    createQueues(resources, queues);
    const engine = await startEngine();
    const dynamoDb = new MeteredDynamoDb(engine.endpoint);
    const endpoints = { dynamoDb: await dynamoDb.listen(), sqs };
    return new Deployment({ resources, queues, dynamoDb, service, engine, endpoints });
  }

  /** The first one of a type whose name ends so. @throws Error when the program has none. */
  resource(type: string, ending = ""): RecordedResource {
    const found = this.resources.find(
      (candidate) => candidate.type === type && candidate.name.endsWith(ending),
    );
    if (found === undefined) {
      throw new Error(`The program registers no ${type} whose name ends with "${ending}".`);
    }
    return found;
  }

  get fanOutTimeoutSeconds(): number {
    return this.#function("fan-out")["timeout"];
  }

  get fanOutMemoryMegabytes(): number {
    return this.#function("fan-out")["memorySize"];
  }

  /** The environment of fan-out as the program sets it, with a table of its own. */
  fanOutVariables(tableName: string): Record<string, string> {
    return { ...this.variablesOf("fan-out"), TABLE_NAME: tableName };
  }

  /** The environment of a handler as the program sets it. */
  variablesOf(handler: HandlerName): Record<string, string> {
    const own = this.#function(handler)["environment"]?.variables;
    return { ...own, ...this.#variables, AWS_LAMBDA_FUNCTION_NAME: handler };
  }

  /** Creates a table like the program's, with rooms in it. */
  async createTable(name: string, rooms: Readonly<Record<string, number>>): Promise<void> {
    const schema = { ...this.#table.schema, TableName: name };
    // Nobody reads the stream.
    await createTable(this.#client, { ...this.#table, name, schema, stream: undefined });
    this.#tables.add(name);
    for (const [room, members] of Object.entries(rooms)) {
      await this.addRoom(name, room, members);
    }
  }

  hasTable(name: string): boolean {
    return this.#tables.has(name);
  }

  async addRoom(tableName: string, room: string, members: number): Promise<void> {
    await fillRoom(this.#engine.endpoint, tableName, room, members);
  }

  async postFigures(): Promise<PostFigures> {
    return (await this.#service.ask("figures")) as PostFigures;
  }

  async resetPosts(): Promise<void> {
    await this.#service.ask("reset");
    this.dynamoDb.takeFigures();
  }

  #function(handler: HandlerName): Properties {
    return this.resource("aws:lambda/function:Function", `-${handler}-function`).inputs;
  }

  async close(): Promise<void> {
    // An engine that is ending does not keep this process alive, which has to wait for it.
    const alive = setInterval(() => {}, 1000);
    await this.#service.close();
    await this.dynamoDb.close();
    await this.queues.close();
    this.#client.destroy();
    await this.#engine.close();
    clearInterval(alive);
  }
}
