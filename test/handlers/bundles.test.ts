import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { bundleHandlers, type HandlerName, readBundles } from "../../scripts/bundle.ts";
import { closeAll, poolOf } from "../local/lambda/bundle.ts";
import { repository } from "../support/laptop.ts";
import { queueRecord } from "./support.ts";

const variables = {
  POWERTOOLS_SERVICE_NAME: "roomcast-dev",
  POWERTOOLS_METRICS_NAMESPACE: "Roomcast",
  TABLE_NAME: "connections",
  PRESENCE_LIMIT: "100",
  QUEUE_URL: "http://127.0.0.1:1/queue",
  LANES_QUEUE_URL: "http://127.0.0.1:1/lanes",
  LANES_QUEUE_ARN: "arn:aws:sqs:eu-west-1:123456789012:lanes.fifo",
  LARGE_ROOM_MEMBERS: "1000",
  LANE_COUNT: "16",
  POSTS_PER_SECOND: "9000",
  MANAGEMENT_ENDPOINT: "http://127.0.0.1:1/dev",
};

describe("the bundles", () => {
  let bundles: Map<HandlerName, string>;
  let inputs: string[];

  before(async function () {
    this.timeout(60_000);
    await bundleHandlers();
    bundles = await readBundles();
    const record = JSON.parse(await readFile(join(repository, "dist/build.json"), "utf8"));
    inputs = Object.keys(record.inputs);
  });

  afterEach(closeAll);

  it("are small: cold starts load them", () => {
    for (const [name, text] of bundles) {
      const limit = name === "authorize" ? 80_000 : 420_000;
      assert.ok(text.length < limit, `${name} has ${text.length} bytes, promised are ${limit}`);
    }
  });

  it("hold the small provider of credentials, and nothing of the SDK's", () => {
    assert.ok(inputs.includes("handlers/lib/environment-credentials.ts"));
    const others = /credential-provider|nested-clients|token-providers/;
    assert.deepEqual(
      inputs.filter((path) => others.test(path)),
      [],
    );
  });

  it("hold each library once, as ES modules, without middleware", () => {
    const powertools = inputs.filter((path) => path.includes("@aws-lambda-powertools"));
    const folder = /^node_modules\/@aws-lambda-powertools\/(logger|metrics|commons)\/lib\/esm\//;
    assert.deepEqual(
      powertools.filter((path) => !folder.test(path)),
      [],
    );
    assert.deepEqual(
      inputs.filter((path) => /middy|jmespath/.test(path)),
      [],
    );
  });

  it("sign with the function's own credentials, region and endpoint", async () => {
    const service = await startService();
    const { pool } = await poolOf(
      bundles.get("disconnect") ?? "",
      { variables },
      {
        environment: {
          AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
          AWS_SECRET_ACCESS_KEY: "secret",
          AWS_SESSION_TOKEN: "a session",
          AWS_ENDPOINT_URL_DYNAMODB: service.url,
        },
        region: "eu-central-1",
      },
    );
    const authorizer = { room: "lobby", user: "alice", userHash: "hash" };
    const requestContext = { connectionId: "c", requestId: "r", connectedAt: 0, authorizer };
    assert.deepEqual(await pool.invoke({ requestContext }), {
      ok: true,
      payload: { statusCode: 200 },
    });
    const [headers] = service.requests;
    assert.equal(service.requests.length, 1);
    assert.equal(headers?.["x-amz-security-token"], "a session");
    assert.match(
      headers?.authorization ?? "",
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/dynamodb\/aws4_request, SignedHeaders=[^,]*x-amz-security-token/,
    );
    service.close();
  }).timeout(10_000);

  it("log with the id of each invocation, and write the metrics beside it", async () => {
    const ids = ["r-1", "log-stream", "r-2"].values();
    const { pool, events } = await poolOf(
      bundles.get("fan-out") ?? "",
      { variables, logging: { format: "JSON", level: undefined, group: "g" }, timeout: 30 },
      { newId: () => ids.next().value ?? "" },
    );
    const Records = [queueRecord("{}", { attributes: { kind: "other" } })];
    const payload = { batchItemFailures: [{ itemIdentifier: "m-100" }] };
    assert.deepEqual(await pool.invoke({ Records }), { ok: true, payload });
    assert.deepEqual(await pool.invoke({ Records }), { ok: true, payload });
    const lines = events.map((event) => {
      assert.equal(event.type, "log");
      return event.type === "log" ? JSON.parse(event.line) : {};
    });
    assert.deepEqual(
      lines.map(({ requestId, event, _aws }) => [requestId, event ?? Object.keys(_aws)[1]]),
      ["r-1", "r-2"].flatMap((requestId) => [
        [requestId, "record unreadable"],
        // It has no credentials.
        [requestId, "records not postponed"],
        [requestId, "CloudWatchMetrics"],
      ]),
    );
  }).timeout(30_000);
});

/** An AWS service that answers everything with an empty object. */
async function startService() {
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    request.resume().once("end", () => response.end("{}"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
