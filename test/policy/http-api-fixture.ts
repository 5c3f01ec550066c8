import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { foreign } from "../support/policy.ts";

/** An HTTP API that would break most rules, were they for it. */
export function httpApi(): RecordedResource[] {
  const api = foreign(
    "aws:apigatewayv2/api:Api",
    "shop",
    { protocolType: "HTTP" },
    {},
    {
      id: "shop-id",
      executionArn: "arn:aws:execute-api:eu-west-1:111122223333:shop-id",
    },
  );
  const lambda = foreign(
    "aws:lambda/function:Function",
    "sell",
    { timeout: 60 },
    {},
    {
      invokeArn: "arn:sell",
    },
  );
  const part = (
    type: string,
    name: string,
    inputs: Properties,
    links: Record<string, RecordedResource[]> = {},
  ) =>
    foreign(
      `aws:apigatewayv2/${type}`,
      name,
      { apiId: "shop-id", ...inputs },
      { apiId: [api], ...links },
      { id: `${name}-id` },
    );
  return [
    api,
    lambda,
    part("authorizer:Authorizer", "shop-guard", {
      authorizerType: "REQUEST",
      authorizerPayloadFormatVersion: "2.0",
    }),
    part("authorizer:Authorizer", "shop-tokens", { authorizerType: "JWT" }),
    part(
      "integration:Integration",
      "shop-proxy",
      { integrationType: "AWS_PROXY", integrationUri: "arn:sell", timeoutMilliseconds: 30_000 },
      { integrationUri: [lambda] },
    ),
    part("route:Route", "shop-route", {
      routeKey: "GET /",
      authorizationType: "JWT",
      authorizerId: "shop-tokens-id",
    }),
    part("deployment:Deployment", "shop-deployment", {}),
    part("stage:Stage", "shop-stage", { autoDeploy: true }),
    foreign(
      "aws:lambda/permission:Permission",
      "shop-permission",
      {
        action: "lambda:InvokeFunction",
        function: "sell",
        principal: "apigateway.amazonaws.com",
        sourceArn: "arn:aws:execute-api:eu-west-1:111122223333:shop-id/*/*/",
      },
      { function: [lambda], sourceArn: [api] },
    ),
  ];
}
