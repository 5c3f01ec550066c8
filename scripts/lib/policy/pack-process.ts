import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Severity } from "@pulumi/policy";
import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema.js";
import type {
  AnalyzeResponse,
  AnalyzerInfo,
  PolicyInfo,
  RemediateResponse,
} from "@pulumi/pulumi/proto/analyzer_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties, RecordedResource } from "../../../local/recording/resource.ts";
import {
  analyzeRequest,
  configureRequest,
  stackRequest,
  stackResourcesRequest,
} from "./requests.ts";
import { type Level, levelOf, type PolicySettings } from "./settings.ts";

const require = createRequire(import.meta.url);
const grpc = require("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
const { AnalyzerClient } =
  require("@pulumi/pulumi/proto/analyzer_grpc_pb") as typeof import("@pulumi/pulumi/proto/analyzer_grpc_pb.js");
const { Empty } =
  require("google-protobuf/google/protobuf/empty_pb") as typeof import("google-protobuf/google/protobuf/empty_pb.js");

/** The pack of this repository. */
export const packFolder = fileURLToPath(new URL("../../../policy", import.meta.url));

const leanSdk = new URL("lean-sdk.ts", import.meta.url).href;

/** As the engine's own. */
const maximumMessageBytes = 400 * 1024 * 1024;

/** What a pack says of a policy. */
export interface Policy {
  name: string;
  description: string;
  level: Exclude<Level, "disabled">;
  severity: Severity;
  remedy: string;
  settings: Record<string, PolicyConfigJSONSchema>;
}

export interface Violation {
  policy: string;
  level: Level;
  message: string;
  /** Empty for the stack as a whole. */
  urn: string;
}

export interface Remediation {
  policy: string;
  urn: string;
  /** The inputs after it, as they travel. */
  inputs: Properties;
}

export interface StackContext {
  project: string;
  stack: string;
  /** A preview, in which some values are not known. Default false. */
  preview?: boolean;
}

/** A policy pack in a process of its own, started and spoken to as Pulumi's engine does. */
export class PackProcess {
  readonly policies: readonly Policy[];
  readonly startedInMs: number;
  readonly #child: ChildProcess;
  readonly #client: InstanceType<typeof AnalyzerClient>;

  private constructor(
    child: ChildProcess,
    client: InstanceType<typeof AnalyzerClient>,
    policies: readonly Policy[],
    startedInMs: number,
  ) {
    this.#child = child;
    this.#client = client;
    this.policies = policies;
    this.startedInMs = startedInMs;
  }

  /**
   * @param options.lean Leave out what of the SDK no pack needs, as the engine does not. Default false.
   * @throws Error with what the pack printed, when it does not start.
   */
  static async start({ folder = packFolder, lean = false } = {}): Promise<PackProcess> {
    const startedAt = performance.now();
    const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack", { paths: [folder] });
    // The first argument is the engine's address; nothing that is asked here needs an engine.
    const imports = lean ? ["--import", leanSdk] : [];
    const child = spawn(process.execPath, [...imports, runner, "127.0.0.1:0", folder], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    // A pack never ends by itself.
    const end = () => child.kill();
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    try {
      const port = await readPort(child);
      const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
        "grpc.max_receive_message_length": maximumMessageBytes,
      });
      const info = await call<AnalyzerInfo>((done) => client.getAnalyzerInfo(new Empty(), done));
      const startedInMs = performance.now() - startedAt;
      return new PackProcess(child, client, info.getPoliciesList().map(policyOf), startedInMs);
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#client.close();
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, "exit");
      this.#child.kill();
      await exited;
    }
  }

  async configure(
    settings: ReadonlyMap<string, PolicySettings>,
    context: StackContext,
  ): Promise<void> {
    await call((done) => this.#client.configureStack(stackRequest(context), done));
    await call((done) => this.#client.configure(configureRequest(settings), done));
  }

  /**
   * The verdict on resources as the program has them: each by its inputs, then all together by their
   * state. Remediations are not applied before, so what one would repair is a violation.
   */
  async analyze(resources: readonly RecordedResource[]): Promise<Violation[]> {
    const violations = await Promise.all(
      resources.map(async (resource) => {
        const request = analyzeRequest(resource, resources);
        const answer = await call<AnalyzeResponse>((done) => this.#client.analyze(request, done));
        return violationsOf(answer, resource.urn);
      }),
    );
    const request = stackResourcesRequest(resources);
    const answer = await call<AnalyzeResponse>((done) => this.#client.analyzeStack(request, done));
    return [...violations.flat(), ...violationsOf(answer, "")];
  }

  /** What the pack would change about one resource before it is judged, policy after policy. */
  async remediate(
    resource: RecordedResource,
    resources: readonly RecordedResource[],
  ): Promise<Remediation[]> {
    const request = analyzeRequest(resource, resources);
    const answer = await call<RemediateResponse>((done) => this.#client.remediate(request, done));
    return answer.getRemediationsList().map((remediation) => {
      const fault = remediation.getDiagnostic();
      if (fault !== "") {
        throw new Error(`${remediation.getPolicyname()}: ${fault}`);
      }
      const inputs = (remediation.getProperties() as Struct).toJavaScript();
      return { policy: remediation.getPolicyname(), urn: resource.urn, inputs };
    });
  }
}

/** In the order of the protocol's enumeration. */
const severities: readonly (Severity | undefined)[] = [
  undefined,
  "low",
  "medium",
  "high",
  "critical",
];

function policyOf(info: PolicyInfo): Policy {
  return {
    name: info.getName(),
    description: info.getDescription(),
    level: levelOf(info.getEnforcementlevel()) as Policy["level"],
    severity: severities[info.getSeverity()] ?? "low",
    remedy: info.getRemediationSteps(),
    settings: (info.getConfigschema()?.getProperties()?.toJavaScript() ?? {}) as Policy["settings"],
  };
}

function violationsOf(answer: AnalyzeResponse, defaultUrn: string): Violation[] {
  return answer.getDiagnosticsList().map((diagnostic) => ({
    policy: diagnostic.getPolicyname(),
    level: levelOf(diagnostic.getEnforcementlevel()),
    message: diagnostic.getMessage(),
    urn: diagnostic.getUrn() || defaultUrn,
  }));
}

/** The first line that a pack prints is its port. */
async function readPort(child: ChildProcess): Promise<string> {
  let printed = "";
  let problems = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    problems += text;
  });
  return await new Promise((resolve, reject) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      const [line, rest] = printed.split(/\r?\n/, 2);
      if (rest === undefined) {
        return;
      }
      if (/^\d+$/.test(line ?? "")) {
        resolve(line ?? "");
      } else {
        reject(new Error(`The policy pack printed "${line}" before its port.`));
      }
    });
    child.once("error", reject);
    child.once("close", (code) => {
      reject(new Error(`The policy pack ended with code ${code}.\n${problems}${printed}`));
    });
  });
}

async function call<Response>(
  send: (done: (error: unknown, response: Response) => void) => unknown,
): Promise<Response> {
  return await new Promise((resolve, reject) => {
    send((error, response) => (error ? reject(error) : resolve(response)));
  });
}
