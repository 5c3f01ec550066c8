import { createRequire } from "node:module";
import type {
  AnalyzeRequest,
  AnalyzerProviderResource,
  AnalyzerResource,
  AnalyzerResourceOptions,
} from "@pulumi/pulumi/proto/analyzer_pb.js";
import type { Properties, RecordedResource } from "../../../local/recording/resource.ts";
import type { StackContext } from "./pack-process.ts";
import { type PolicySettings, wireLevelOf } from "./settings.ts";

const require = createRequire(import.meta.url);
const messages =
  require("@pulumi/pulumi/proto/analyzer_pb") as typeof import("@pulumi/pulumi/proto/analyzer_pb.js");
const { Struct } =
  require("google-protobuf/google/protobuf/struct_pb") as typeof import("google-protobuf/google/protobuf/struct_pb.js");

/** One resource by its inputs; also for a remediation. `resources` has its provider. */
export function analyzeRequest(
  resource: RecordedResource,
  resources: readonly RecordedResource[],
): AnalyzeRequest {
  return described(new messages.AnalyzeRequest(), resource, resource.wire.inputs, resources);
}

/** The whole stack by its state, with what each property was computed from. */
export function stackResourcesRequest(resources: readonly RecordedResource[]) {
  const request = new messages.AnalyzeStackRequest();
  request.setResourcesList(resources.map((resource) => stackResource(resource, resources)));
  return request;
}

export function stackRequest({ project, stack, preview = false }: StackContext) {
  const request = new messages.AnalyzerStackConfigureRequest();
  request.setStack(stack);
  request.setProject(project);
  request.setOrganization("organization");
  request.setDryRun(preview);
  return request;
}

export function configureRequest(settings: ReadonlyMap<string, PolicySettings>) {
  const request = new messages.ConfigureAnalyzerRequest();
  for (const [policy, { level, properties }] of settings) {
    const configuration = new messages.PolicyConfig();
    configuration.setEnforcementlevel(wireLevelOf(level));
    configuration.setProperties(Struct.fromJavaScript(properties));
    request.getPolicyconfigMap().set(policy, configuration);
  }
  return request;
}

function stackResource(
  resource: RecordedResource,
  resources: readonly RecordedResource[],
): AnalyzerResource {
  const { state } = resource.wire;
  const message = described(new messages.AnalyzerResource(), resource, state, resources);
  message.setParent(resource.parent);
  message.setDependenciesList(resource.dependencies);
  for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
    if (urns.length > 0) {
      const dependencies = new messages.AnalyzerPropertyDependencies();
      dependencies.setUrnsList(urns);
      message.getPropertydependenciesMap().set(property, dependencies);
    }
  }
  return message;
}

/** What both kinds of message say of a resource. */
function described<Message extends AnalyzeRequest | AnalyzerResource>(
  message: Message,
  resource: RecordedResource,
  properties: Properties,
  resources: readonly RecordedResource[],
): Message {
  message.setType(resource.type);
  message.setUrn(resource.urn);
  message.setName(resource.name);
  message.setProperties(Struct.fromJavaScript(properties));
  // Without options the SDK answers that the CLI is too old.
  message.setOptions(optionsOf(resource));
  message.setProvider(providerOf(resource, resources));
  return message;
}

function optionsOf({ options, parent }: RecordedResource): AnalyzerResourceOptions {
  const message = new messages.AnalyzerResourceOptions();
  message.setProtect(options.protect);
  message.setIgnorechangesList(options.ignoreChanges);
  message.setAdditionalsecretoutputsList(options.additionalSecretOutputs);
  message.setCustomtimeouts(new messages.AnalyzerResourceOptions.CustomTimeouts());
  message.setParent(parent);
  if (options.deleteBeforeReplace !== undefined) {
    message.setDeletebeforereplacedefined(true);
    message.setDeletebeforereplace(options.deleteBeforeReplace);
  }
  return message;
}

function providerOf(
  { provider }: RecordedResource,
  resources: readonly RecordedResource[],
): AnalyzerProviderResource | undefined {
  const found = resources.find(({ urn }) => provider.startsWith(`${urn}::`));
  if (found === undefined) {
    return undefined;
  }
  const message = new messages.AnalyzerProviderResource();
  message.setType(found.type);
  message.setUrn(found.urn);
  message.setName(found.name);
  message.setProperties(Struct.fromJavaScript(found.wire.inputs));
  return message;
}
