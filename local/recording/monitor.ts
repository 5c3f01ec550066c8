import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb.js";
import type { Mocks } from "@pulumi/pulumi/runtime/mocks.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties, RecordedResource } from "./resource.ts";
import { mocks, pulumi, rpc } from "./sdk.ts";

type Callback<Response> = (error: unknown, response: Response) => void;

/** Pulumi's mock monitor, which also keeps what `MockResourceArgs` leaves out: parent, dependencies, options. */
export class RecordingMonitor extends mocks.MockMonitor {
  readonly recorded: RecordedResource[] = [];
  readonly #byUrn = new Map<string, RecordedResource>();

  constructor(answers: Mocks) {
    super(answers);
    // Declared private, so not to be overridden: of the types above a resource the mocks keep one.
    Object.defineProperty(this, "newUrn", { value: newUrn });
  }

  override async registerResource(
    request: RegisterResourceRequest,
    callback: Callback<RegisterResourceResponse>,
  ): Promise<void> {
    await super.registerResource(request, (error, response: RegisterResourceResponse) => {
      if (!error) {
        this.#keep(toResource(request, response));
      }
      callback(error, response);
    });
  }

  override registerResourceOutputs(
    request: RegisterResourceOutputsRequest,
    callback: Callback<unknown>,
  ): void {
    const resource = this.#byUrn.get(request.getUrn());
    const outputs = request.getOutputs();
    if (resource !== undefined && outputs !== undefined) {
      resource.outputs = plain(outputs);
      resource.wire.state = { ...resource.wire.state, ...outputs.toJavaScript() };
    }
    super.registerResourceOutputs(request, callback);
  }

  /** An engine refuses a URN that is taken; the mocks would let the second one overwrite the first. */
  #keep(resource: RecordedResource): void {
    if (this.#byUrn.has(resource.urn)) {
      throw new Error(
        `Duplicate resource: ${resource.type} "${resource.name}" is registered twice.`,
      );
    }
    this.recorded.push(resource);
    this.#byUrn.set(resource.urn, resource);
  }
}

/** As the engine: all the types above a resource but the stack's own, and no name of a parent. */
function newUrn(parent: string, type: string, name: string): string {
  const above = parent.split("::")[2] ?? "";
  const isBelowComponent = above !== "" && above !== "pulumi:pulumi:Stack";
  const chain = isBelowComponent ? `${above}$${type}` : type;
  return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${chain}::${name}`;
}

function toResource(
  request: RegisterResourceRequest,
  response: RegisterResourceResponse,
): RecordedResource {
  const propertyDependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((dependencies, property) => {
    propertyDependencies[property] = dependencies.getUrnsList();
  });
  // Both sides always carry a Struct in practice; the generated types only say "maybe".
  const inputs = request.getObject() as Struct;
  const state = response.getObject() as Struct;
  return {
    urn: response.getUrn(),
    id: response.getId(),
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent(),
    provider: request.getProvider(),
    inputs: plain(inputs),
    state: plain(state),
    outputs: undefined,
    wire: { inputs: inputs.toJavaScript(), state: state.toJavaScript() },
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    options: {
      protect: request.getProtect() ?? false,
      deleteBeforeReplace: request.getDeletebeforereplacedefined()
        ? request.getDeletebeforereplace()
        : undefined,
      ignoreChanges: request.getIgnorechangesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      retainOnDelete: request.getRetainondelete() ?? false,
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    },
  };
}

/** Plain values: the SDK leaves a property with a secret in it as one wrapped secret. */
function plain(struct: Struct): Properties {
  const properties: Properties = rpc.deserializeProperties(struct);
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      rpc.isRpcSecret(value) ? rpc.unwrapRpcSecret(value) : value,
    ]),
  );
}
