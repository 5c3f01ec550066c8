import { type TableDefinition, tableDefinition } from "../../../local/dynamodb/table.ts";
import {
  type QueueMappingDefinition,
  queueMappingDefinition,
} from "../../../local/event-sources/queue-mapping.ts";
import { type StreamMapping, streamMapping } from "../../../local/event-sources/stream-mapping.ts";
import type { ApiDefinition } from "../../../local/gateway/definition.ts";
import { readDefinitions } from "../../../local/gateway/read-definition.ts";
import type { RecordedResource } from "../../../local/recording/resource.ts";
import type { RecordedProgram } from "../../support/recorded-program.ts";
import type { FunctionSettings } from "./simulated-function.ts";

/** What a world plays, read from a recorded Roomcast. */
export interface WorldProgram {
  resources: readonly RecordedResource[];
  api: ApiDefinition;
  stage: string;
  region: string;
  accountId: string;
  /** By the name of the handler. */
  functions: ReadonlyMap<string, FunctionSettings>;
  table: TableDefinition;
  rooms: QueueMappingDefinition;
  lanes: QueueMappingDefinition;
  presence: StreamMapping;
  queueUrl: string;
  lanesQueueUrl: string;
  deadLetterQueueUrls: string[];
}

const read = new WeakMap<RecordedProgram, WorldProgram>();

/** Reads a program once in a process: a world is made for each schedule. */
export function worldProgram(recorded: RecordedProgram): WorldProgram {
  let program = read.get(recorded);
  if (program === undefined) {
    program = readProgram(recorded);
    read.set(recorded, program);
  }
  return program;
}

function readProgram(recorded: RecordedProgram): WorldProgram {
  const { resources, outputs = {} } = recorded;
  const api = only(readDefinitions(resources), "API");
  const table = only(recorded.ofType("aws:dynamodb/table:Table"), "table");
  const mappings = recorded.ofType("aws:lambda/eventSourceMapping:EventSourceMapping");
  const definition = tableDefinition(table);
  const [, , , region = "", accountId = ""] = definition.arn.split(":");
  const ofStream = ({ inputs }: RecordedResource) => inputs["eventSourceArn"].includes("/stream/");
  const ofQueue = (name: string) =>
    queueMappingDefinition(
      only(
        mappings.filter(({ inputs }) => inputs["eventSourceArn"].endsWith(`:${name}`)),
        `mapping of ${name}`,
      ),
    );
  return {
    resources,
    api,
    stage: only([...api.stages.keys()], "stage"),
    functions: new Map(recorded.ofType("aws:lambda/function:Function").map(readFunction)),
    region,
    accountId,
    table: definition,
    rooms: ofQueue(outputs["queueName"]),
    lanes: ofQueue(outputs["lanesQueueName"]),
    presence: streamMapping(only(mappings.filter(ofStream), "stream mapping")),
    queueUrl: outputs["queueUrl"],
    lanesQueueUrl: recorded.resources.find(
      ({ state }) => state["name"] === outputs["lanesQueueName"],
    )?.state["url"],
    deadLetterQueueUrls: [outputs["deadLetterQueueUrl"], outputs["lanesDeadLetterQueueUrl"]],
  };
}

function readFunction({ name, inputs, state }: RecordedResource): [string, FunctionSettings] {
  const handler = /^roomcast-(.+)-function$/.exec(name)?.[1] ?? name;
  const settings = {
    name: state["name"],
    arn: state["arn"],
    timeoutSeconds: inputs["timeout"],
    environment: inputs["environment"].variables,
  };
  return [handler, settings];
}

function only<Thing>(things: readonly Thing[], what: string): Thing {
  const [thing, another] = things;
  if (thing === undefined || another !== undefined) {
    throw new Error(`The fault tests need a program with exactly one ${what}.`);
  }
  return thing;
}
