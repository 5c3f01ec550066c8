import assert from "node:assert/strict";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { type RecordingOptions, recordStack } from "../support/program.ts";
import { type RecordedProgram, textsIn, typesAndNames } from "../support/recorded-program.ts";
import { expectedResources } from "./expected-resources.ts";

const providerType = "pulumi:providers:aws";
/** How an id travels that is not known yet. */
const unknownId = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const modes: [title: string, options: RecordingOptions][] = [
  ["known", {}],
  ["previewed", { preview: true }],
];

for (const stack of ["dev", "prod"] as const) {
  for (const [mode, options] of modes) {
    describe(`The program, stack ${stack}, ${mode}`, () => {
      let program: RecordedProgram;

      before(async () => {
        program = await recordStack(stack, options);
      });

      it("registers exactly these resources", () => {
        assert.deepEqual(typesAndNames(program.resources), expectedResources[stack]);
      });

      it("names every resource after its parent", () => {
        const odd = program.resources.filter(
          (resource) => hasParent(resource, program) && !startsWithParentsName(resource, program),
        );
        assert.deepEqual(
          odd.map(({ name }) => name),
          [],
        );
      });

      it("puts every cloud resource below a component", () => {
        const components = new Set(
          program.resources
            .filter(({ custom, type }) => !custom && type !== "pulumi:pulumi:Stack")
            .map(({ urn }) => urn),
        );
        const orphans = program.resources.filter(
          ({ custom, type, parent }) => custom && type !== providerType && !components.has(parent),
        );
        assert.deepEqual(
          orphans.map(({ name }) => name),
          [],
        );
      });

      it("has every cloud resource made by its own provider", () => {
        const [provider, ...others] = program.ofType(providerType);
        assert.deepEqual(others, []);
        const reference = `${provider?.urn}::${provider?.id || unknownId}`;
        const foreign = program.resources.filter(
          (resource) => resource.custom && resource !== provider && resource.provider !== reference,
        );
        assert.deepEqual(
          foreign.map(({ name, provider }) => [name, provider]),
          [],
        );
      });

      it("has the outputs of every component registered", () => {
        const unfinished = program.resources.filter(
          ({ custom, outputs }) => !custom && outputs === undefined,
        );
        assert.deepEqual(
          unfinished.map(({ name }) => name),
          [],
        );
      });

      it("never puts an output into a text", () => {
        const broken = program.resources.flatMap(({ inputs, outputs }) =>
          textsIn([inputs, outputs]).filter((text) => text.includes("Calling [toString]")),
        );
        assert.deepEqual(broken, []);
      });

      it("replaces nothing by deleting it first", () => {
        const told = program.resources.filter(
          (resource) => resource.options.deleteBeforeReplace !== undefined,
        );
        assert.deepEqual(
          told.map(({ name }) => name),
          [],
        );
      });
    });
  }
}

describe("The program's protection", () => {
  const named = (program: RecordedProgram, option: "protect" | "retainOnDelete") =>
    typesAndNames(program.resources.filter(({ custom, options }) => custom && options[option]));

  it("protects table and queues in prod, and nothing in dev", async () => {
    assert.deepEqual(named(await recordStack("prod"), "protect"), [
      ["aws:dynamodb/table:Table", "roomcast-connections-table"],
      ["aws:sqs/queue:Queue", "roomcast-lanes-dead-letters"],
      ["aws:sqs/queue:Queue", "roomcast-lanes-queue"],
      ["aws:sqs/queue:Queue", "roomcast-presence-failures"],
      ["aws:sqs/queue:Queue", "roomcast-rooms-dead-letters"],
      ["aws:sqs/queue:Queue", "roomcast-rooms-queue"],
    ]);
    assert.deepEqual(named(await recordStack("dev"), "protect"), []);
  });

  it("keeps API Gateway's log role, and nothing else, when the stack is destroyed", async () => {
    assert.deepEqual(named(await recordStack("prod"), "retainOnDelete"), [
      ["aws:apigateway/account:Account", "roomcast-logging-account"],
      ["aws:iam/role:Role", "roomcast-logging-writer-role"],
      ["aws:iam/rolePolicy:RolePolicy", "roomcast-logging-writer-policy"],
    ]);
  });
});

describe("The program's outputs", () => {
  const queues = "https://sqs.eu-west-1.amazonaws.com/000000000000";

  it("name the API's own endpoint in dev", async () => {
    const program = await recordStack("dev");
    const apiId = program.find("aws:apigatewayv2/api:Api", "roomcast-gateway-api").id;
    const queueName = (name: string) =>
      program.state("aws:sqs/queue:Queue", `roomcast-${name}`)["name"];
    const queue = queueName("rooms-queue");
    const deadLetters = queueName("rooms-dead-letters");
    const lanesDeadLetters = queueName("lanes-dead-letters");
    const failures = queueName("presence-failures");
    const endpoint = `${apiId}.execute-api.eu-west-1.amazonaws.com/dev`;
    assert.deepEqual(program.outputs, {
      url: `wss://${endpoint}`,
      managementEndpoint: `https://${endpoint}`,
      tableName: program.state("aws:dynamodb/table:Table", "roomcast-connections-table")["name"],
      queueName: queue,
      queueUrl: `${queues}/${queue}`,
      deadLetterQueueName: deadLetters,
      deadLetterQueueUrl: `${queues}/${deadLetters}`,
      lanesQueueName: queueName("lanes-queue"),
      lanesDeadLetterQueueName: lanesDeadLetters,
      lanesDeadLetterQueueUrl: `${queues}/${lanesDeadLetters}`,
      presenceFailureQueueUrl: `${queues}/${failures}`,
      alarmTopicArn: program.state("aws:sns/topic:Topic", "roomcast-alarms")["arn"],
      dashboardName: "roomcast-dev-roomcast-operations",
    });
  });

  it("name the custom domain in prod, and the API's own endpoint for management", async () => {
    const program = await recordStack("prod");
    const apiId = program.find("aws:apigatewayv2/api:Api", "roomcast-gateway-api").id;
    assert.equal(program.outputs?.["url"], "wss://rooms.example.com");
    assert.equal(
      program.outputs?.["managementEndpoint"],
      `https://${apiId}.execute-api.eu-west-1.amazonaws.com/prod`,
    );
  });

  it("are the same as the component's", async () => {
    const program = await recordStack("dev");
    const component = program.find("roomcast:index:Roomcast", "roomcast");
    assert.deepEqual(component.outputs, program.outputs);
  });
});

/** Below the stack every name is free. */
function hasParent({ parent }: RecordedResource, program: RecordedProgram): boolean {
  return parent !== "" && program.byUrn(parent).type !== "pulumi:pulumi:Stack";
}

function startsWithParentsName(resource: RecordedResource, program: RecordedProgram): boolean {
  return resource.name.startsWith(program.byUrn(resource.parent).name);
}
