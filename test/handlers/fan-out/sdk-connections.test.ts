import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import type { Connections } from "../../../handlers/lib/fan-out/connections.ts";
import { Payload } from "../../../handlers/lib/fan-out/payload.ts";
import { sdkConnections } from "../../../handlers/lib/fan-out/sdk-connections.ts";

import { RecordedLog } from "../support.ts";

describe("sdkConnections", () => {
  const log = new RecordedLog();
  let now = 0;
  let server: Server;
  let client: ApiGatewayManagementApiClient;
  let connections: Connections;
  const requests: string[] = [];
  /** 0: there is no answer. */
  let status: number;

  before(async () => {
    server = createServer(async (request, response) => {
      const body = (await request.toArray()).join("");
      requests.push(`${request.method} ${request.url} ${body}`);
      if (status > 0) {
        response.writeHead(status).end();
      }
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    client = new ApiGatewayManagementApiClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`,
      region: "eu-west-1",
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
      maxAttempts: 1,
    });
    connections = sdkConnections(client, { log, now: () => now });
  });

  beforeEach(() => {
    requests.length = 0;
  });

  after(async () => {
    client.destroy();
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
      log.lines.map(({ event, connectionId, status }) => [event, connectionId, status]),
      [
        ["post failed", "a=", 403],
        ["deletion failed", "b=", 403],
      ],
    );
  });

  it("gives up at the deadline when there is no answer", async () => {
    status = 0;
    assert.equal(await connections.post("C1=", new Payload("text"), 20), "failed");
    assert.equal(await connections.close("C1=", 20), false);
  });
});
