import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceInvokeRequest,
  SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import { awsAddresses, computedProperties, type Place } from "../../local/recording/outputs.ts";
import type { Properties } from "../../local/recording/resource.ts";

// By require: the SDK's generated modules are CommonJS without an exports map.
const require = createRequire(import.meta.url);
const { EngineService } =
  require("@pulumi/pulumi/proto/engine_grpc_pb") as typeof import("@pulumi/pulumi/proto/engine_grpc_pb.js");
const { ResourceMonitorService } =
  require("@pulumi/pulumi/proto/resource_grpc_pb") as typeof import("@pulumi/pulumi/proto/resource_grpc_pb.js");
const resourceMessages =
  require("@pulumi/pulumi/proto/resource_pb") as typeof import("@pulumi/pulumi/proto/resource_pb.js");
const { Struct } =
  require("google-protobuf/google/protobuf/struct_pb") as typeof import("google-protobuf/google/protobuf/struct_pb.js");

type Call<Request> = { request: Request };
type Callback = (error: object | null, response?: unknown) => void;
type Handler = (call: Call<never>, callback: Callback) => void;

export interface Registration {
  type: string;
  name: string;
  custom: boolean;
  /** Reference of the explicit provider, `<urn>::<id>`; empty for a default provider. */
  provider: string;
}

/** A provider function that the program called. */
export interface Invocation {
  token: string;
  provider: string;
}

/** What a program without output values may use; the engine itself has more. */
const features = ["secrets", "resourceReferences", "aliasSpecs", "deletedWith"];

type Fields = Parameters<typeof Struct.fromJavaScript>[0];

const nobodysAccount = "000000000000";

/** An unknown value, as it travels. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * As much of Pulumi's engine as its Node runner needs: it takes registrations, answers with what
 * AWS would compute, and refuses a URN that is taken. Its AWS provider refuses an account that is
 * not on its list, unless the account is nobody's.
 */
export class FakeEngine {
  readonly registrations: Registration[] = [];
  readonly invocations: Invocation[] = [];
  /** Messages of the program, warnings and errors. */
  readonly problems: string[] = [];
  /** The stack's outputs; an unknown one is undefined. */
  outputs: Properties | undefined;
  readonly #place: Place;
  readonly #preview: boolean;
  readonly #urns = new Set<string>();
  readonly #server = new grpc.Server();
  #rootUrn = "";
  #refusesAccount = false;

  constructor(place: Place, preview: boolean) {
    this.#place = place;
    this.#preview = preview;
  }

  /** Starts on a free port of 127.0.0.1 and resolves to its address. */
  async listen(): Promise<string> {
    addService(this.#server, ResourceMonitorService, {
      supportsFeature: (call: Call<SupportsFeatureRequest>, callback: Callback) => {
        const response = new resourceMessages.SupportsFeatureResponse();
        response.setHassupport(features.includes(call.request.getId()));
        callback(null, response);
      },
      registerResource: (call: Call<RegisterResourceRequest>, callback: Callback) =>
        void this.#register(call.request).then(
          (response) => callback(null, response),
          (error: Error) => callback({ code: grpc.status.ALREADY_EXISTS, details: error.message }),
        ),
      registerResourceOutputs: (call: Call<RegisterResourceOutputsRequest>, callback: Callback) => {
        if (call.request.getUrn() === this.#rootUrn) {
          this.outputs = known(call.request.getOutputs()?.toJavaScript() ?? {});
        }
        callback(null, emptyResponse(ResourceMonitorService.registerResourceOutputs));
      },
      invoke: ({ request }: Call<ResourceInvokeRequest>, callback: Callback) => {
        this.invocations.push({ token: request.getTok(), provider: request.getProvider() });
        if (this.#refusesAccount) {
          const details = `AWS account ID not allowed: ${this.#place.accountId}`;
          callback({ code: grpc.status.UNKNOWN, details });
          return;
        }
        const response = new resourceMessages.ResourceInvokeResponse();
        response.setReturn(Struct.fromJavaScript(this.#answer(request.getTok())));
        callback(null, response);
      },
      signalAndWaitForShutdown: (_call: Call<unknown>, callback: Callback) =>
        callback(null, emptyResponse(ResourceMonitorService.signalAndWaitForShutdown)),
    });
    addService(this.#server, EngineService, {
      log: ({ request }: Call<LogRequest>, callback: Callback) => {
        // 2 is a warning, 3 an error.
        if (request.getSeverity() >= 2) {
          this.problems.push(request.getMessage());
        }
        callback(null, emptyResponse(EngineService.log));
      },
      setRootResource: (call: Call<{ getUrn(): string }>, callback: Callback) => {
        this.#rootUrn = call.request.getUrn();
        callback(null, emptyResponse(EngineService.setRootResource));
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(
        "127.0.0.1:0",
        grpc.ServerCredentials.createInsecure(),
        (error, bound) => (error ? reject(error) : resolve(bound)),
      );
    });
    return `127.0.0.1:${port}`;
  }

  close(): void {
    this.#server.forceShutdown();
  }

  async #register(request: RegisterResourceRequest) {
    const [type, name, custom] = [request.getType(), request.getName(), request.getCustom()];
    const urn = urnOf(request);
    if (this.#urns.has(urn)) {
      throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
    }
    this.#urns.add(urn);
    this.registrations.push({ type, name, custom, provider: request.getProvider() });
    const inputs: Properties = request.getObject()?.toJavaScript() ?? {};
    if (type === "pulumi:providers:aws" && this.#place.accountId !== nobodysAccount) {
      const allowed: string[] = JSON.parse(inputs["allowedAccountIds"]);
      this.#refusesAccount = !allowed.includes(this.#place.accountId);
    }
    const response = new resourceMessages.RegisterResourceResponse();
    response.setUrn(urn);
    response.setObject(Struct.fromJavaScript(inputs as Fields));
    if (custom && !this.#preview) {
      const computed = await computedProperties(
        { type, name, inputs },
        this.#place,
        awsAddresses(this.#place),
      );
      response.setId(computed.id);
      response.setObject(Struct.fromJavaScript({ ...inputs, ...computed } as Fields));
    }
    return response;
  }

  /** The provider functions by which a program asks where it is. */
  #answer(token: string) {
    const { accountId, region, partition } = this.#place;
    switch (token) {
      case "aws:index/getCallerIdentity:getCallerIdentity":
        return { accountId };
      case "aws:index/getRegion:getRegion":
        return { region };
      case "aws:index/getPartition:getPartition":
        return { partition };
      default:
        throw new Error(`The engine of the tests has no answer for ${token}.`);
    }
  }
}

/** As the engine: the whole chain of component types, without the stack's own. */
function urnOf(request: RegisterResourceRequest): string {
  const chain = request.getParent().split("::")[2] ?? "";
  const isBelowComponent = chain !== "" && chain !== "pulumi:pulumi:Stack";
  const type = isBelowComponent ? `${chain}$${request.getType()}` : request.getType();
  return `urn:pulumi:stack::project::${type}::${request.getName()}`;
}

function known(outputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name, value === unknown ? undefined : value]),
  );
}

function emptyResponse(method: unknown): unknown {
  return new (method as { responseType: new () => unknown }).responseType();
}

/** Every method that has no handler answers UNIMPLEMENTED, as an engine does that is older than the SDK. */
function addService(server: grpc.Server, service: object, handlers: Record<string, Handler>): void {
  const unimplemented: Handler = (_call, callback) => callback({ code: grpc.status.UNIMPLEMENTED });
  const complete = Object.keys(service).map((method) => [
    method,
    handlers[method] ?? unimplemented,
  ]);
  server.addService(service as grpc.ServiceDefinition, Object.fromEntries(complete));
}
