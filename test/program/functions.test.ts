import assert from "node:assert/strict";
import type { FileArchive } from "@pulumi/pulumi/asset/index.js";
import { recordRoomcast, recordStack } from "../support/program.ts";
import type { RecordedProgram } from "../support/recorded-program.ts";

const functionType = "aws:lambda/function:Function";
const tableType = "aws:dynamodb/table:Table";
const queueType = "aws:sqs/queue:Queue";
const mappingType = "aws:lambda/eventSourceMapping:EventSourceMapping";

function variables(program: RecordedProgram, handler: string): Record<string, string> {
  const { environment } = program.inputs(functionType, `roomcast-${handler}-function`);
  const { POWERTOOLS_SERVICE_NAME: _service, ...variables } = environment.variables;
  return variables;
}

describe("The functions", () => {
  let program: RecordedProgram;

  before(async () => {
    program = await recordStack("dev");
  });

  it("know whom to believe", async () => {
    assert.deepEqual(variables(program, "authorize"), {
      ISSUER: "https://auth.example.com/",
      AUDIENCE: "roomcast-dev",
      ALGORITHMS: "ES256",
      JWKS_URI: "https://auth.example.com/.well-known/jwks.json",
    });
    assert.deepEqual(variables(await recordStack("prod"), "authorize"), {
      ISSUER: "https://auth.example.com/",
      AUDIENCE: "roomcast",
      ALGORITHMS: "ES256 RS256",
      JWKS_URI: "https://auth.example.com/.well-known/jwks.json",
    });
  });

  it("know the keys themselves where the configuration holds them", async () => {
    const jwks = { keys: [{ kty: "EC", kid: "1", crv: "P-256", x: "x", y: "y" }] };
    const inline = await recordRoomcast("dev", {
      config: { jwksUri: undefined, jwks: JSON.stringify(jwks), audience: '["a","b"]' },
    });
    assert.deepEqual(variables(inline, "authorize"), {
      ISSUER: "https://auth.example.com/",
      AUDIENCE: "a b",
      ALGORITHMS: "ES256",
      JWKS: JSON.stringify(jwks),
    });
  });

  it("know where the members and the queues are, by the program's own outputs", () => {
    const TABLE_NAME = program.state(tableType, "roomcast-connections-table")["name"];
    const QUEUE_URL = program.state(queueType, "roomcast-rooms-queue")["url"];
    const lanes = program.state(queueType, "roomcast-lanes-queue");
    assert.deepEqual(variables(program, "connect"), {
      TABLE_NAME,
      MAXIMUM_CONNECTIONS_PER_USER: "20",
    });
    assert.deepEqual(variables(program, "disconnect"), { TABLE_NAME });
    assert.deepEqual(variables(program, "presence"), { QUEUE_URL });
    const { id } = program.find("aws:apigatewayv2/api:Api", "roomcast-gateway-api");
    assert.deepEqual(variables(program, "fan-out"), {
      TABLE_NAME,
      QUEUE_URL,
      LANES_QUEUE_URL: lanes["url"],
      LANES_QUEUE_ARN: lanes["arn"],
      MANAGEMENT_ENDPOINT: `https://${id}.execute-api.eu-west-1.amazonaws.com/dev`,
      PRESENCE_LIMIT: "100",
      LARGE_ROOM_MEMBERS: "1000",
      LANE_COUNT: "16",
      POSTS_PER_SECOND: "9000",
      POWERTOOLS_METRICS_NAMESPACE: "Roomcast",
    });
  });

  it("name the stack in logs, metrics and traces, which all of them write", async () => {
    for (const stack of ["dev", "prod"] as const) {
      const functions = (await recordStack(stack)).ofType(functionType);
      assert.equal(functions.length, 5);
      for (const { inputs } of functions) {
        const { POWERTOOLS_SERVICE_NAME } = inputs["environment"].variables;
        assert.equal(POWERTOOLS_SERVICE_NAME, `roomcast-${stack}`);
        assert.deepEqual(inputs["tracingConfig"], { mode: "Active" });
      }
    }
  });

  it("post through the API's own endpoint behind a custom domain, too", async () => {
    const prod = await recordStack("prod");
    const { id } = prod.find("aws:apigatewayv2/api:Api", "roomcast-gateway-api");
    assert.equal(
      variables(prod, "fan-out")["MANAGEMENT_ENDPOINT"],
      `https://${id}.execute-api.eu-west-1.amazonaws.com/prod`,
    );
  });

  it("take their numbers from the configuration", async () => {
    const other = await recordRoomcast("dev", {
      config: {
        presenceLimit: "0",
        largeRoomMembers: "1",
        laneCount: "64",
        postsPerSecond: "10",
        maximumConnectionsPerUser: "3",
        maximumConcurrency: "7",
      },
    });
    const fanOut = variables(other, "fan-out");
    assert.equal(fanOut["PRESENCE_LIMIT"], "0");
    assert.equal(fanOut["LARGE_ROOM_MEMBERS"], "1");
    assert.equal(fanOut["LANE_COUNT"], "64");
    assert.equal(fanOut["POSTS_PER_SECOND"], "10");
    assert.equal(variables(other, "connect")["MAXIMUM_CONNECTIONS_PER_USER"], "3");
    for (const name of ["roomcast-fan-out-queue-mapping", "roomcast-fan-out-lanes-mapping"]) {
      const { scalingConfig } = other.inputs(mappingType, name);
      assert.deepEqual(scalingConfig, { maximumConcurrency: 7 });
    }
  });

  it("run the bundles that were built, with time and memory for their work", async () => {
    const settings = await Promise.all(
      program.ofType(functionType).map(async ({ name, inputs }) => {
        const { path } = inputs["code"] as FileArchive;
        return [name, await path, inputs["timeout"], inputs["memorySize"]];
      }),
    );
    assert.deepEqual(settings.sort(), [
      ["roomcast-authorize-function", "dist/handlers/authorize", 10, 256],
      ["roomcast-connect-function", "dist/handlers/connect", 10, 256],
      ["roomcast-disconnect-function", "dist/handlers/disconnect", 10, 256],
      ["roomcast-fan-out-function", "dist/handlers/fan-out", 30, 1024],
      ["roomcast-presence-function", "dist/handlers/presence", 30, 256],
    ]);
  });

  it("reserve no concurrency: a new account has ten in all", () => {
    const reserved = program
      .ofType(functionType)
      .map(({ inputs }) => inputs["reservedConcurrentExecutions"]);
    assert.deepEqual(reserved, new Array(5).fill(undefined));
  });

  it("read the queue: ten records, failing one by one, fifty at once", () => {
    assert.deepEqual(program.inputs(mappingType, "roomcast-fan-out-queue-mapping"), {
      eventSourceArn: program.state(queueType, "roomcast-rooms-queue")["arn"],
      functionName: program.state(functionType, "roomcast-fan-out-function")["arn"],
      batchSize: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 50 },
    });
  });

  it("read the lanes one task at a time, so that each lane has an invocation of its own", () => {
    assert.deepEqual(program.inputs(mappingType, "roomcast-fan-out-lanes-mapping"), {
      eventSourceArn: program.state(queueType, "roomcast-lanes-queue")["arn"],
      functionName: program.state(functionType, "roomcast-fan-out-function")["arn"],
      batchSize: 1,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 50 },
    });
  });

  it("read the stream: joins and leaves, failing one by one, not for ever", () => {
    assert.deepEqual(program.inputs(mappingType, "roomcast-presence-stream-mapping"), {
      eventSourceArn: program.state(tableType, "roomcast-connections-table")["streamArn"],
      functionName: program.state(functionType, "roomcast-presence-function")["arn"],
      startingPosition: "TRIM_HORIZON",
      batchSize: 100,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumRetryAttempts: 10,
      maximumRecordAgeInSeconds: 3600,
      destinationConfig: {
        onFailure: {
          destinationArn: program.state(queueType, "roomcast-presence-failures")["arn"],
        },
      },
      filterCriteria: { filters: [{ pattern: '{"eventName":["INSERT","REMOVE"]}' }] },
    });
  });
});
