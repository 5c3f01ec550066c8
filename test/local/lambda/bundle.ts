import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RuntimeEvent } from "../../../local/events.ts";
import type { FunctionDefinition } from "../../../local/lambda/definition.ts";
import {
  LambdaWorkerPool,
  type LambdaWorkerPoolOptions,
} from "../../../local/lambda/worker-pool.ts";

export const REQUEST_ID = "00000000-0000-4000-8000-000000000001";

export interface Harness {
  pool: LambdaWorkerPool;
  folder: string;
  events: RuntimeEvent[];
  /** Writes the code anew. */
  write(code: string): Promise<void>;
}

const harnesses: Harness[] = [];

/** A pool for a bundle with this code as its `index.mjs`. */
export async function poolOf(
  code: string,
  definition: Partial<FunctionDefinition> = {},
  options: Partial<LambdaWorkerPoolOptions> = {},
): Promise<Harness> {
  const folder = await mkdtemp(join(tmpdir(), "lambda-test-"));
  const write = (text: string) => writeFile(join(folder, "index.mjs"), text);
  await write(code);
  const events: RuntimeEvent[] = [];
  const pool = new LambdaWorkerPool({
    definition: {
      name: "echo",
      arn: "arn:aws:lambda:eu-west-1:123456789012:function:echo",
      folder,
      temporary: false,
      handler: "index.handler",
      runtime: "nodejs24.x",
      timeout: 3,
      memorySize: 128,
      reservedConcurrency: undefined,
      variables: {},
      logging: { format: "Text", level: undefined, group: "/aws/lambda/echo" },
      ...definition,
    },
    newId: () => REQUEST_ID,
    emit: (event) => events.push(event),
    region: "eu-west-1",
    ...options,
  });
  const harness = { pool, folder, events, write };
  harnesses.push(harness);
  return harness;
}

/** For `afterEach`: ends what the test started. */
export async function closeAll(): Promise<void> {
  for (const { pool, folder } of harnesses.splice(0)) {
    await pool.close();
    await rm(folder, { recursive: true, force: true });
  }
}
