import { functionAccessKeyId } from "./access-key-id.ts";
import type { Access } from "./iam/access.ts";
import { logWriting } from "./iam/log-writing.ts";
import { type FunctionDefinition, functionDefinition } from "./lambda/definition.ts";
import type { LambdaFunction } from "./lambda/function.ts";
import { LambdaWorkerPool, type LambdaWorkerPoolOptions } from "./lambda/worker-pool.ts";
import type { CallingFunction } from "./outside-calls.ts";
import type { RecordedResource } from "./recording/resource.ts";

export interface FunctionsOptions
  extends Pick<LambdaWorkerPoolOptions, "clock" | "newId" | "emit" | "region"> {
  /** Where the functions' SDK clients find the services. */
  endpoints: { dynamodb: string; sqs: string };
  access: Access;
  /** After each invocation: something may have been written. */
  onInvoked: () => void;
}

interface PlayedFunction {
  definition: FunctionDefinition;
  pool: LambdaWorkerPool;
  /** The pool, with `onInvoked`. */
  lambda: LambdaFunction;
}

/** The program's functions, found by name or ARN as other resources refer to them. */
export class Functions {
  readonly #played: PlayedFunction[];
  readonly #byAccessKeyId: ReadonlyMap<string, LambdaWorkerPool>;

  private constructor(played: PlayedFunction[]) {
    this.#played = played;
    this.#byAccessKeyId = new Map(played.map(({ pool }) => [functionAccessKeyId(pool.name), pool]));
  }

  /** @throws Error that names the function, for what Lambda refuses and what cannot run here. */
  static async create(
    resources: readonly RecordedResource[],
    options: FunctionsOptions,
  ): Promise<Functions> {
    const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
    return new Functions(
      await Promise.all(functions.map((resource) => play(resource, resources, options))),
    );
  }

  byArn(arn: string): LambdaFunction | undefined {
    return this.#find(arn)?.lambda;
  }

  /** The function that signs its calls with this access key id. */
  byAccessKeyId(id: string): CallingFunction | undefined {
    return this.#byAccessKeyId.get(id);
  }

  /** @throws Error when a mapping refers to a function that the program does not have. */
  target(nameOrArn: string): { lambda: LambdaFunction; timeoutSeconds: number } {
    const found = this.#find(nameOrArn);
    if (found === undefined) {
      throw new Error(
        `An event source mapping refers to ${nameOrArn}, which is no function of the program.`,
      );
    }
    return { lambda: found.lambda, timeoutSeconds: found.definition.timeout };
  }

  /** Loads every function once, so that the first event does not wait for it. */
  async prewarm(): Promise<void> {
    await Promise.all(this.#played.map(({ pool }) => pool.prewarm()));
  }

  /** Loads the functions of these folders anew; events in hand end on the old code. */
  async reload(folders: readonly string[]): Promise<void> {
    const changed = this.#played.filter(({ definition }) => folders.includes(definition.folder));
    await Promise.all(changed.map(({ pool }) => pool.reload()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#played.map(({ pool }) => pool.close()));
  }

  #find(nameOrArn: string): PlayedFunction | undefined {
    return this.#played.find(
      ({ definition }) => definition.arn === nameOrArn || definition.name === nameOrArn,
    );
  }
}

async function play(
  resource: RecordedResource,
  resources: readonly RecordedResource[],
  options: FunctionsOptions,
): Promise<PlayedFunction> {
  const { endpoints, onInvoked, access, emit, ...poolOptions } = options;
  const definition = await functionDefinition(resource);
  const { name, arn, logging } = definition;
  const log = logWriting(access, { name, arn, logGroup: logging.group }, resources);
  const pool = new LambdaWorkerPool({
    ...poolOptions,
    // Lines that the role may not write are lost, as on AWS.
    emit: (event) => {
      if (event.type !== "log" || log.allowed) emit(event);
    },
    definition,
    environment: {
      // Says which function calls; nothing verifies the signature.
      AWS_ACCESS_KEY_ID: functionAccessKeyId(name),
      AWS_SECRET_ACCESS_KEY: "laptop",
      AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
      AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    },
  });
  const lambda: LambdaFunction = {
    name: pool.name,
    arn: pool.arn,
    async invoke(event) {
      // Lambda's own lines are written for every invocation.
      void log.allowed;
      const result = await pool.invoke(event);
      onInvoked();
      emit({ type: "invoked", functionName: pool.name, ok: result.ok });
      return result;
    },
  };
  return { definition, pool, lambda };
}
