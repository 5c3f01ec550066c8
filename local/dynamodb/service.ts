import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../clock.ts";
import type { Emit } from "../events.ts";
import type { RecordedResource } from "../recording/resource.ts";
import type { DynamoDbEngine } from "./engine.ts";
import { Expiry } from "./expiry.ts";
import { TableStream } from "./stream.ts";
import { createTable, type TableDefinition, tableDefinition } from "./table.ts";

export interface DynamoDbTable {
  definition: TableDefinition;
  stream: TableStream | undefined;
  expiry: Expiry | undefined;
}

export interface DynamoDbServiceOptions {
  engine: DynamoDbEngine;
  clock: Clock;
  region: string;
  emit: Emit;
  /** For the engine's tables, the same for every caller. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** Whether tables that a given engine has already are replaced; default: they are kept. */
  replaceTables?: boolean;
  /** Milliseconds between two sweeps for expired items; default 10 seconds. */
  sweepInterval?: number | undefined;
  /**
   * All writes of others are told by `noteWrite`. On a clock that is moved by hand, the streams are
   * then looked at after writes only. Default: false.
   */
  writesAreNoted?: boolean;
}

const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

/** The program's tables, in the engine, with their streams and their expiry. */
export class DynamoDbService {
  /** The runtime's own client of the engine. */
  readonly client: DynamoDBClient;
  readonly #options: DynamoDbServiceOptions;
  readonly #tables = new Map<string, DynamoDbTable>();
  readonly #leaveTime: (() => void) | undefined;
  /** Of the tables' streams, whether they are looked at after writes only. */
  readonly #looksAfterWrites: boolean;
  #written = true;

  constructor(options: DynamoDbServiceOptions) {
    this.#options = options;
    this.#looksAfterWrites = options.clock.virtual !== undefined && options.writesAreNoted === true;
    this.#leaveTime = options.clock.virtual?.join({
      name: "the tables",
      settle: (thoroughly) => this.#settle(thoroughly),
    });
    this.client = new DynamoDBClient({
      endpoint: options.engine.endpoint,
      region: options.region,
      credentials: options.credentials ?? LOCAL_CREDENTIALS,
    });
  }

  /** Creates a recorded `aws:dynamodb/table:Table`. */
  async addTable(resource: RecordedResource): Promise<DynamoDbTable> {
    const { engine, clock, region, emit, sweepInterval, replaceTables = false } = this.#options;
    const definition = tableDefinition(resource);
    const created = await createTable(this.client, definition, { replace: replaceTables });
    const expiry =
      definition.expiryAttribute === undefined
        ? undefined
        : new Expiry({
            client: this.client,
            table: definition,
            clock,
            emit,
            interval: sweepInterval,
          });
    const table: DynamoDbTable = { definition, expiry, stream: undefined };
    this.#tables.set(definition.name, table);
    if (definition.stream) {
      if (created.LatestStreamArn === undefined) {
        throw new Error(`The table ${definition.name} is in the engine already, without a stream.`);
      }
      table.stream = new TableStream({
        endpoint: engine.endpoint,
        arn: definition.stream.arn,
        engineArn: created.LatestStreamArn,
        viewType: definition.stream.viewType,
        region,
        clock,
        emit,
        polls: !this.#looksAfterWrites,
        ...(expiry && { isExpiry: (keys, image) => expiry.isExpiry(keys, image) }),
      });
    }
    return table;
  }

  /** The table whose stream has this ARN in the program. */
  tableByStreamArn(arn: string): DynamoDbTable | undefined {
    return [...this.#tables.values()].find(({ definition }) => definition.stream?.arn === arn);
  }

  /** Somebody may have written to a table. */
  noteWrite(): void {
    this.#written = true;
  }

  /**
   * Looks at every stream now; to be called when something may have been written. Not needed, and
   * without effect, where the streams are looked at as time settles.
   */
  nudge(): void {
    if (this.#looksAfterWrites) return;
    for (const { stream } of this.#tables.values()) stream?.nudge();
  }

  /** Deletes every item that has expired now; resolves with their number. */
  async sweep(): Promise<number> {
    const sweeps = [...this.#tables.values()].map(({ expiry }) => expiry?.sweep() ?? 0);
    const counts = await Promise.all(sweeps);
    this.noteWrite();
    this.nudge();
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Ends the sweeps under way, and reads all that was written: time that is moved waits for it. */
  async #settle(thoroughly: boolean): Promise<boolean> {
    const tables = [...this.#tables.values()];
    const mayHaveNew = thoroughly && (this.#written || !this.#looksAfterWrites);
    if (mayHaveNew) {
      this.#written = false;
      for (const { expiry } of tables) expiry?.noteWrites();
    }
    const swept = await Promise.all(tables.map(({ expiry }) => expiry?.settle()));
    if (swept.includes(true)) this.#written = true;
    if (!mayHaveNew) return swept.includes(true);
    const read = await Promise.all(tables.map(({ stream }) => stream?.look()));
    return [...swept, ...read].includes(true);
  }

  /** Closes the streams, the expiry and the client; the engine is its owner's to close. */
  async close(): Promise<void> {
    this.#leaveTime?.();
    for (const { expiry, stream } of this.#tables.values()) {
      await expiry?.close();
      await stream?.close();
    }
    this.client.destroy();
  }
}
