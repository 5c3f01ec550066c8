import assert from "node:assert/strict";
import { WebSocketApi } from "../../components/websocket-api.ts";
import type { RouteTarget } from "../../components/websocket-route.ts";
import { recordComponent } from "../support/program.ts";
import {
  alarmTopicArn,
  createFunction,
  createQueue,
  createRole,
  stageSettings,
} from "./fixtures.ts";

const deploymentType = "aws:apigatewayv2/deployment:Deployment";

/** Every definition that a deployment is a snapshot of, so that a test can change one. */
interface Definitions {
  routeSelectionExpression: string;
  identitySource: string;
  authorizerFunction: string;
  connectFunction: string;
  requestTemplate: string;
  responses: { success: string; failure: string } | undefined;
  pong: string;
  pingKey: string;
}

const definitions: Definitions = {
  routeSelectionExpression: "$request.body.action",
  identitySource: "route.request.querystring.room_id",
  authorizerFunction: "authorize",
  connectFunction: "connect",
  requestTemplate: "Action=SendMessage",
  responses: { success: "yes", failure: "no" },
  pong: "{}",
  pingKey: "ping",
};

function createApi(changes: Partial<Definitions>): WebSocketApi {
  const all = { ...definitions, ...changes };
  const functions = {
    authorize: createFunction("authorize"),
    connect: createFunction("connect"),
    other: createFunction("other"),
  };
  const functionOf = (name: string) => functions[name as keyof typeof functions];
  const toQueue: RouteTarget = {
    kind: "queue",
    queue: createQueue("chat"),
    role: createRole("enqueue"),
    requestTemplate: all.requestTemplate,
    ...(all.responses === undefined ? {} : { responses: all.responses }),
  };
  return new WebSocketApi("gateway", {
    routeSelectionExpression: all.routeSelectionExpression,
    authorizer: {
      function: functionOf(all.authorizerFunction),
      identitySources: [all.identitySource],
    },
    routes: {
      $connect: { kind: "function", function: functionOf(all.connectFunction) },
      $default: toQueue,
      [all.pingKey]: { kind: "mock", response: all.pong },
    },
    stage: stageSettings,
    loggingReady: [],
    alarmTopicArn,
  });
}

async function triggersOf(changes: Partial<Definitions>): Promise<Record<string, string>> {
  const program = await recordComponent(() => createApi(changes));
  return program.inputs(deploymentType, "gateway-deployment")["triggers"];
}

describe("Deployment triggers", () => {
  let unchanged: Record<string, string>;

  before(async () => {
    unchanged = await triggersOf({});
  });

  it("are the same for the same definitions", async () => {
    assert.deepEqual(await triggersOf({}), unchanged);
    assert.equal(Object.keys(unchanged).length, 5);
  });

  const changes: [what: string, change: Partial<Definitions>, changedTriggers: number][] = [
    ["route selection", { routeSelectionExpression: "$request.body.type" }, 1],
    ["authorizer's identity source", { identitySource: "route.request.querystring.room" }, 1],
    ["authorizer's function", { authorizerFunction: "other" }, 1],
    ["integration's function", { connectFunction: "other" }, 1],
    ["integration's template", { requestTemplate: "Action=SendMessage&A=B" }, 1],
    ["success response", { responses: { success: "sure", failure: "no" } }, 1],
    ["failure response", { responses: { success: "yes", failure: "never" } }, 1],
    ["mock's response", { pong: '{"type":"pong"}' }, 1],
    ["presence of responses", { responses: undefined }, 1],
    ["route's key", { pingKey: "beat" }, 2],
  ];
  for (const [what, change, expected] of changes) {
    it(`change with the ${what}`, async () => {
      const changed = await triggersOf(change);
      const keys = new Set([...Object.keys(unchanged), ...Object.keys(changed)]);
      const different = [...keys].filter((key) => changed[key] !== unchanged[key]);
      assert.equal(different.length, expected, different.join());
    });
  }

  it("wait for every definition: routes, integrations, responses, authorizer", async () => {
    const program = await recordComponent(() => createApi({}));
    const deployment = program.find(deploymentType, "gateway-deployment");
    const awaited = new Set(program.dependenciesOf(deployment));
    const definitions = program.resources.filter(({ type }) =>
      /\/(api|authorizer|integration|integrationResponse|route|routeResponse):/.test(type),
    );
    assert.equal(definitions.length, 13);
    assert.deepEqual(
      definitions.filter(({ name }) => !awaited.has(name)),
      [],
    );
  });
});
