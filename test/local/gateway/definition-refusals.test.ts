import assert from "node:assert/strict";
import { readDefinitions } from "../../../local/gateway/read-definition.ts";
import type { Properties, RecordedResource } from "../../../local/recording/resource.ts";
import {
  api,
  authorizer,
  functionArn,
  integrationResponse,
  lambda,
  mock,
  queue,
  resource,
  route,
} from "./resources.ts";

const APIGATEWAY = "aws:apigatewayv2";

describe("API definition", () => {
  function routed(integration: RecordedResource, overrides: Properties = {}, key = "$default") {
    return [...api(), integration, ...route(key, integration, overrides)];
  }

  function guarded(overrides: Properties) {
    return [...api(), authorizer(overrides)];
  }

  const custom = { authorizationType: "CUSTOM", authorizerId: "authorizer-id" };
  const jwt = { authorizationType: "JWT", authorizerId: "authorizer-id" };
  const refused: [string, RecordedResource[], RegExp][] = [
    ["an HTTP API", api({}, { protocolType: "HTTP" }), /api:Api "chat": protocolType: HTTP/],
    [
      "a disabled endpoint",
      api({}, { disableExecuteApiEndpoint: true }),
      /"chat": disableExecuteApiEndpoint/,
    ],
    [
      "a route selection that is not of the message",
      api({}, { routeSelectionExpression: "$request.header.x" }),
      /"chat": routeSelectionExpression/,
    ],
    [
      "an unknown kind of resource",
      [...api(), resource(`${APIGATEWAY}/model:Model`, "m", { apiId: "a1b2c3" })],
      /model:Model "m": type/,
    ],
    [
      "a route key with a reserved $",
      [...api(), mock(), ...route("$other", mock())],
      /"route-\$other": routeKey: \$ is reserved/,
    ],
    [
      "a required parameter of a route, which is not played",
      routed(mock(), {
        requestParameters: [{ requestParameterKey: "route.request.querystring.a", required: true }],
      }),
      /requestParameters: required parameters are not played/,
    ],
    ["a model", routed(mock(), { requestModels: { "application/json": "m" } }), /requestModels/],
    ["a conversion", routed(mock({ contentHandlingStrategy: "CONVERT_TO_BINARY" })), /contentHand/],
    [
      "a conversion of the answer",
      [
        ...routed(mock()),
        integrationResponse(mock(), "$default", "", { contentHandlingStrategy: "CONVERT_TO_TEXT" }),
      ],
      /"mock-\$default": contentHandlingStrategy/,
    ],
    [
      "a context variable that API Gateway does not have",
      routed(
        queue({
          requestParameters: { "integration.request.header.A": "context.messageDirection" },
        }),
      ),
      /requestParameters: the mapping of integration\.request\.header\.A/,
    ],
    ["a stage name", [...routed(mock()), ...api({ name: "a.b" })], /"stage": name: may have/],
    [
      "settings of a route that is not there",
      [...api({ routeSettings: [{ routeKey: "other" }] }), mock(), ...route("a", mock())],
      /"stage": routeSettings: there is no route other/,
    ],
    [
      "the 11th stage",
      [
        ...routed(mock()),
        ...Array.from({ length: 10 }, (_, i) => api({ name: `s${i}` })[2] as RecordedResource),
      ],
      /apiId: an API can have 10 of this type/,
    ],
    [
      "the 301st route",
      [...api(), mock(), ...Array.from({ length: 301 }, (_, i) => route(`r${i}`, mock())).flat()],
      /"route-r300": apiId: an API can have 300 of this type/,
    ],
    [
      "a template above 32 768 characters",
      routed(mock({ requestTemplates: { $default: "x".repeat(32_769) } })),
      /"mock": requestTemplates: a template can have 32768 characters/,
    ],
    ["a deployment without routes", api(), /"deployment": apiId: at least one route is required/],
    [
      "an unknown deployment",
      [...routed(mock()), ...api({ deploymentId: "gone" }).slice(2)],
      /stage:Stage "stage": deploymentId/,
    ],
    ["a route without integration", [...api(), ...route("a", undefined)], /"route-a": target/],
    ["a target that is not there", [...api(), ...route("a", mock())], /"route-a": target/],
    [
      "two routes of one key",
      [...routed(mock()), ...route("$default", mock())],
      /routeKey: \$default already exists/,
    ],
    [
      "an authorizer on another route",
      [...routed(mock(), custom), authorizer()],
      /"route-\$default": authorizationType: .*\$connect route only/,
    ],
    [
      "JWT authorization",
      [...routed(mock(), jwt, "$connect"), authorizer()],
      /authorizationType: JWT is not supported/,
    ],
    [
      "IAM authorization, which is not played",
      routed(mock(), { authorizationType: "AWS_IAM" }, "$connect"),
      /authorizationType: AWS_IAM is not played/,
    ],
    [
      "an authorizer that is not there",
      routed(mock(), custom, "$connect"),
      /authorizerId: names no/,
    ],
    [
      "an authorizer that would not be asked",
      [...routed(mock(), { authorizerId: "authorizer-id" }, "$connect"), authorizer()],
      /authorizerId: has no effect/,
    ],
    ["an API key", routed(mock(), { apiKeyRequired: true }), /apiKeyRequired/],
    [
      "a route response selection",
      routed(mock(), { routeResponseSelectionExpression: "$x" }),
      /routeResponseSelectionExpression: \$default is the only/,
    ],
    [
      "a route response key",
      [
        ...routed(mock()),
        resource(`${APIGATEWAY}/routeResponse:RouteResponse`, "r", {
          ...{ apiId: "a1b2c3", routeId: "route-$default-id", routeResponseKey: "/2../" },
        }),
      ],
      /"r": routeResponseKey: \$default is the only supported/,
    ],
    ["a JWT authorizer", guarded({ authorizerType: "JWT" }), /authorizerType: JWT/],
    [
      "a cached authorizer",
      guarded({ authorizerResultTtlInSeconds: 0 }),
      /AuthorizerResultTtlInSeconds cannot be set for WEBSOCKET protocol Apis/,
    ],
    ["simple responses", guarded({ enableSimpleResponses: true }), /EnableSimpleResponses/],
    ["an authorizer URI", guarded({ authorizerUri: functionArn("a") }), /authorizerUri/],
    [
      "an identity source in the form of HTTP APIs",
      guarded({ identitySources: ["$request.header.Authorization"] }),
      /identitySources: \$request\.header\.Authorization is not supported/,
    ],
    [
      "an identity source in the body",
      guarded({ identitySources: ["route.request.body.a"] }),
      /identitySources/,
    ],
    [
      "a timeout too short",
      routed(mock({ timeoutMilliseconds: 49 })),
      /timeoutMilliseconds: .*50 ms/,
    ],
    ["a timeout too long", routed(mock({ timeoutMilliseconds: 29_001 })), /between .* 29000 ms/],
    ["an HTTP integration", routed(mock({ integrationType: "HTTP" })), /integrationType: HTTP/],
    [
      "a proxy with templates",
      routed(lambda("a", { requestTemplates: { $default: "" } })),
      /"call-a": requestTemplates/,
    ],
    [
      "payload format 2.0",
      routed(lambda("a", { payloadFormatVersion: "2.0" })),
      /payloadFormatVersion/,
    ],
    [
      "a proxy that is not a function",
      routed(lambda("a", { integrationUri: queue().inputs["integrationUri"] })),
      /"call-a": integrationUri/,
    ],
    ["a service URI", routed(queue({ integrationUri: "https://x" })), /"queue": integrationUri/],
    [
      "a function that is not proxied",
      routed(queue({ integrationUri: lambda("a").inputs["integrationUri"] })),
      /"queue": integrationType: AWS with a Lambda/,
    ],
    ["a service without role", routed(queue({ credentialsArn: undefined })), /Role ARN must be/],
    [
      "a service without method",
      routed(queue({ integrationMethod: undefined })),
      /integrationMethod/,
    ],
    ["a passthrough", routed(queue({ passthroughBehavior: "ALWAYS" })), /passthroughBehavior/],
    [
      "a static default without its backslash",
      routed(queue({ templateSelectionExpression: "$default" })),
      /templateSelectionExpression: \$default is not valid/,
    ],
    [
      "a parameter without quotes",
      routed(queue({ requestParameters: { "integration.request.header.A": "text/plain" } })),
      /requestParameters: the mapping of integration\.request\.header\.A/,
    ],
    [
      "a parameter of an unknown target",
      routed(queue({ requestParameters: { "integration.request.body.A": "'a'" } })),
      /requestParameters/,
    ],
    [
      "a response key without slashes",
      [...routed(mock()), integrationResponse(mock(), "2\\d\\d", "")],
      /integrationResponseKey/,
    ],
    [
      "a response key that is no expression",
      [...routed(mock()), integrationResponse(mock(), "/(/", "")],
      /integrationResponseKey/,
    ],
    [
      "a response of an unknown integration",
      [...routed(mock()), integrationResponse(queue(), "$default", "")],
      /integrationId/,
    ],
  ];
  for (const [what, resources, message] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(() => readDefinitions(resources), { name: "DefinitionError", message });
    });
  }
});
