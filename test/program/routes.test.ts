import assert from "node:assert/strict";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { recordRoomcast, recordStack } from "../support/program.ts";
import type { RecordedProgram } from "../support/recorded-program.ts";

const routeType = "aws:apigatewayv2/route:Route";
const integrationType = "aws:apigatewayv2/integration:Integration";
const integrationResponseType = "aws:apigatewayv2/integrationResponse:IntegrationResponse";
const routeResponseType = "aws:apigatewayv2/routeResponse:RouteResponse";

for (const stack of ["dev", "prod"] as const) {
  describe(`The routes, stack ${stack}`, () => {
    let program: RecordedProgram;

    before(async () => {
      program = await recordStack(stack);
    });

    it("are five, each with its kind of integration", () => {
      assert.deepEqual(kindsOfRoutes(program), {
        $connect: ["AWS_PROXY", "POST", "roomcast-connect-function"],
        $disconnect: ["AWS_PROXY", "POST", "roomcast-disconnect-function"],
        $default: ["AWS", "POST", undefined],
        message: ["AWS", "POST", undefined],
        ping: ["MOCK", undefined, undefined],
      });
    });

    it("select by the frame's action", () => {
      const api = program.inputs("aws:apigatewayv2/api:Api", "roomcast-gateway-api");
      assert.equal(api["routeSelectionExpression"], "$request.body.action");
    });

    it("have the authorizer on $connect, and nowhere else", () => {
      const authorizer = program.find(
        "aws:apigatewayv2/authorizer:Authorizer",
        "roomcast-gateway-authorizer",
      );
      const authorization = Object.fromEntries(
        program
          .ofType(routeType)
          .map(({ inputs }) => [
            inputs["routeKey"],
            [inputs["authorizationType"], inputs["authorizerId"]],
          ]),
      );
      assert.deepEqual(authorization, {
        $connect: ["CUSTOM", authorizer.id],
        $disconnect: ["NONE", undefined],
        $default: ["NONE", undefined],
        message: ["NONE", undefined],
        ping: ["NONE", undefined],
      });
    });

    it("refuse a handshake without a room before any code runs", () => {
      const authorizer = program.inputs(
        "aws:apigatewayv2/authorizer:Authorizer",
        "roomcast-gateway-authorizer",
      );
      assert.equal(authorizer["authorizerType"], "REQUEST");
      assert.deepEqual(authorizer["identitySources"], ["route.request.querystring.room_id"]);
      const lambda = program.state("aws:lambda/function:Function", "roomcast-authorize-function");
      assert.equal(authorizer["authorizerUri"], lambda["invokeArn"]);
    });

    it("answer on $default, message and ping", () => {
      assert.deepEqual(answersOfRoutes(program), {
        $connect: [],
        $disconnect: [],
        $default: ["$default", "/2\\d\\d/"],
        message: ["$default", "/2\\d\\d/"],
        ping: ["$default"],
      });
      assert.deepEqual(twoWayRoutes(program), ["$default", "message", "ping"]);
    });

    it("let API Gateway call each function for its own route only", () => {
      const { executionArn } = program.state("aws:apigatewayv2/api:Api", "roomcast-gateway-api");
      const authorizer = program.find(
        "aws:apigatewayv2/authorizer:Authorizer",
        "roomcast-gateway-authorizer",
      );
      const allowed = Object.fromEntries(
        program.ofType("aws:lambda/permission:Permission").map(({ inputs }) => {
          assert.equal(inputs["action"], "lambda:InvokeFunction");
          assert.equal(inputs["principal"], "apigateway.amazonaws.com");
          return [functionNamed(program, inputs["function"]), inputs["sourceArn"]];
        }),
      );
      assert.deepEqual(allowed, {
        "roomcast-authorize-function": `${executionArn}/authorizers/${authorizer.id}`,
        "roomcast-connect-function": `${executionArn}/*/$connect`,
        "roomcast-disconnect-function": `${executionArn}/*/$disconnect`,
      });
    });
  });
}

describe("A stack without acknowledgements", () => {
  it("answers pings only", async () => {
    const program = await recordRoomcast("dev", { config: { acknowledgements: "false" } });
    assert.deepEqual(answersOfRoutes(program), {
      $connect: [],
      $disconnect: [],
      $default: [],
      message: [],
      ping: ["$default"],
    });
    assert.deepEqual(twoWayRoutes(program), ["ping"]);
  });
});

/** By route key: integration type, method, and the function that it calls. */
function kindsOfRoutes(program: RecordedProgram): Record<string, unknown[]> {
  return Object.fromEntries(
    program.ofType(routeType).map((route) => {
      const {
        integrationType: type,
        integrationMethod,
        integrationUri,
      } = integrationOf(program, route).inputs;
      const lambda = program
        .ofType("aws:lambda/function:Function")
        .find(({ state }) => state["invokeArn"] === integrationUri);
      return [route.inputs["routeKey"], [type, integrationMethod, lambda?.name]];
    }),
  );
}

/** By route key: the keys of its integration's responses, sorted. */
function answersOfRoutes(program: RecordedProgram): Record<string, string[]> {
  return Object.fromEntries(
    program.ofType(routeType).map((route) => {
      const { id } = integrationOf(program, route);
      const keys = program
        .ofType(integrationResponseType)
        .filter(({ inputs }) => inputs["integrationId"] === id)
        .map(({ inputs }) => inputs["integrationResponseKey"]);
      return [route.inputs["routeKey"], keys.sort()];
    }),
  );
}

/** Keys of the routes that select a response and have one. */
function twoWayRoutes(program: RecordedProgram): string[] {
  const responses = program.ofType(routeResponseType);
  return program
    .ofType(routeType)
    .filter(({ id, inputs }) => {
      const answers = responses.filter((response) => response.inputs["routeId"] === id);
      const selects = inputs["routeResponseSelectionExpression"] === "$default";
      assert.equal(answers.length, selects ? 1 : 0);
      return selects;
    })
    .map(({ inputs }) => inputs["routeKey"])
    .sort();
}

function integrationOf(program: RecordedProgram, route: RecordedResource): RecordedResource {
  const found = program
    .ofType(integrationType)
    .find(({ id }) => route.inputs["target"] === `integrations/${id}`);
  assert.ok(found, `${route.name} has no integration`);
  return found;
}

function functionNamed(program: RecordedProgram, physicalName: string): string | undefined {
  return program
    .ofType("aws:lambda/function:Function")
    .find(({ state }) => state["name"] === physicalName)?.name;
}
