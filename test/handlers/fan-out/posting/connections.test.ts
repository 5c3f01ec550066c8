import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import type { Connections } from "../../../../handlers/lib/fan-out/connections.ts";
import { Payload } from "../../../../handlers/lib/fan-out/payload.ts";
import { leanConnections } from "../../../../handlers/lib/fan-out/posting/lean-connections.ts";
import { PooledTransport } from "../../../../handlers/lib/fan-out/posting/pooled-transport.ts";
import { PostSigner } from "../../../../handlers/lib/fan-out/posting/post-signer.ts";
import { sdkConnections } from "../../../../handlers/lib/fan-out/sdk-connections.ts";
import { RecordedLog } from "../../support.ts";

const region = "eu-west-1";
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };

type Connect = (endpoint: string, log: RecordedLog, now: () => number) => Connections;

const bySdk: Connect = (endpoint, log, now) => {
  const options = { endpoint, region, credentials, maxAttempts: 1 };
  return sdkConnections(new ApiGatewayManagementApiClient(options), { log, now });
};

const lean: Connect = (endpoint, log, now) =>
  leanConnections({
    signer: new PostSigner({ endpoint, region, credentials: () => credentials, now }),
    transport: new PooledTransport({ endpoint, now }),
    close: bySdk(endpoint, log, now).close,
    log,
    now,
  });

/** Both have to do the same. */
function describeConnections(connect: Connect): void {
  const log = new RecordedLog();
  let now = 0;
  let server: Server;
  let connections: Connections;
  const requests: string[] = [];
  /** 0: there is no answer. */
  let status: number;

  before(async () => {
    server = createServer(async (request, response) => {
      const body = (await request.toArray()).join("");
      requests.push(`${request.method} ${request.url} ${body}`);
      if (status > 0) {
        response.writeHead(status, { "x-amzn-ErrorType": "SomeException" }).end();
      }
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`;
    connections = connect(endpoint, log, () => now);
  });

  beforeEach(() => {
    requests.length = 0;
  });

  after(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  });

  const outcomes = [
    [200, "delivered", true],
    [410, "gone", true],
    [429, "throttled", false],
    [413, "too-large", false],
    [403, "failed", false],
    [500, "failed", false],
    [503, "failed", false],
  ] as const;
  for (const [answer, outcome, isClosed] of outcomes) {
    it(`takes ${answer} to a post for "${outcome}", with one attempt`, async () => {
      status = answer;
      assert.equal(await connections.post("C1=", new Payload("é"), 2000), outcome);
      assert.deepEqual(requests, ["POST /dev/@connections/C1%3D é"]);
    });

    it(`takes ${answer} to a deletion for ${isClosed ? "an end" : "none"}`, async () => {
      status = answer;
      assert.equal(await connections.close("C1=", 2000), isClosed);
      assert.deepEqual(requests, ["DELETE /dev/@connections/C1%3D "]);
    });
  }

  it("logs why something failed, once a second, and nothing of what is expected", async () => {
    log.lines.length = 0;
    now += 10_000;
    for (const answer of [200, 410, 429, 403, 500]) {
      status = answer;
      await connections.post("a=", new Payload("text"), 1000);
    }
    now += 1000;
    status = 403;
    await connections.close("b=", 1000);
    assert.deepEqual(
      log.lines,
      [
        ["post failed", "a="],
        ["deletion failed", "b="],
      ].map(([event, connectionId]) => {
        return { level: "warn", event, connectionId, status: 403, error: "SomeException" };
      }),
    );
  });

  it("gives up at the deadline when there is no answer", async () => {
    status = 0;
    assert.equal(await connections.post("C1=", new Payload("text"), 20), "failed");
    assert.equal(await connections.close("C1=", 20), false);
  });
}

describe("sdkConnections", () => describeConnections(bySdk));
describe("leanConnections", () => describeConnections(lean));
