import type { Emit } from "../events.ts";
import { dynoxideBinary, dynoxidePackage, type Machine, startDynoxide } from "./dynoxide.ts";

export interface DynamoDbEngine {
  /** For instance `http://127.0.0.1:41234`. */
  readonly endpoint: string;
  /** `given` by the person, or `embedded`: started, and ended, by the runtime. */
  readonly kind: "given" | "embedded";
  close(): Promise<void>;
}

export interface EngineOptions {
  /** `DYNAMODB_ENDPOINT`: a running engine. DynamoDB Local has to be started with `-sharedDb`. */
  endpoint?: string | undefined;
  /** Path of a Dynoxide binary; default: that of the installed package for this machine. */
  binary?: string | undefined;
  /** The machine to find a package for; default: this one. */
  machine?: Machine;
  emit?: Emit;
}

/**
 * Finds the DynamoDB engine to use: the given endpoint, else the embedded Dynoxide, in memory. It
 * ends with this process, also when that is killed (on Windows: not when it is killed). Rejects
 * with one line that says what to install when there is neither.
 */
export async function startEngine(options: EngineOptions = {}): Promise<DynamoDbEngine> {
  const { endpoint, emit, machine = process } = options;
  if (endpoint) return { endpoint, kind: "given", close: async () => {} };
  const binary = options.binary ?? dynoxideBinary(machine);
  if (binary === undefined) {
    const wanted = dynoxidePackage(machine);
    throw new Error(
      `No DynamoDB engine: install ${wanted} (npm install --no-save ${wanted}), ` +
        "or set DYNAMODB_ENDPOINT to a running DynamoDB Local (-sharedDb).",
    );
  }
  const engine = await startDynoxide(binary);
  let closing = false;
  void engine.ended.then(() => {
    if (closing) return;
    emit?.({ type: "notice", source: "dynamodb", message: "The DynamoDB engine has ended." });
  });
  const close = () => {
    closing = true;
    return engine.close();
  };
  return { endpoint: engine.endpoint, kind: "embedded", close };
}
