import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { startRuntime } from "../../local/runtime.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { HandshakeRefused, RoomClient } from "../support/room-client.ts";

const program = () => {
  for (const name of ["first", "second"]) {
    const api = new aws.apigatewayv2.Api(name, {
      protocolType: "WEBSOCKET",
      routeSelectionExpression: "$request.body.action",
    });
    const mock = new aws.apigatewayv2.Integration(name, {
      apiId: api.id,
      integrationType: "MOCK",
    });
    const route = new aws.apigatewayv2.Route(name, {
      apiId: api.id,
      routeKey: "$default",
      target: mock.id.apply((id) => `integrations/${id}`),
    });
    const deployment = new aws.apigatewayv2.Deployment(
      name,
      { apiId: api.id },
      { dependsOn: [route] },
    );
    new aws.apigatewayv2.Stage(name, {
      apiId: api.id,
      name: "dev",
      deploymentId: deployment.id,
    });
  }
};

describe("the quotas of an account", () => {
  it("are shared by the APIs of a program", async () => {
    const clock = new ManualClock();
    const stack = await startRuntime({
      load: async () => ({ default: program }),
      project: "project",
      stack: "dev",
      config: { "aws:region": "eu-west-1" },
      clock,
      emit: () => {},
      account: { connections: { rate: 1, burst: 1 } },
    });
    const connect = (index: number) => RoomClient.connect(stack.stages[index]?.url ?? "", {});
    try {
      await connect(0);
      await assert.rejects(connect(1), new HandshakeRefused(429));
      await clock.advance(1000);
      await connect(1);
      await assert.rejects(connect(0), new HandshakeRefused(429));
    } finally {
      await stack.close();
    }
  });
});
