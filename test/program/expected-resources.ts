import type { TypeAndName } from "../support/recorded-program.ts";

/** By type, the names of all that a stack without a custom domain registers. */
const common: Record<string, string[]> = {
  "roomcast:index:Roomcast": ["roomcast"],
  "roomcast:index:AccountLogging": ["roomcast-logging"],
  "roomcast:index:ConnectionsTable": ["roomcast-connections"],
  "roomcast:index:Dashboard": ["roomcast-operations"],
  "roomcast:index:FifoQueue": ["roomcast-lanes", "roomcast-rooms"],
  "roomcast:index:LambdaFunction": [
    "roomcast-authorize",
    "roomcast-connect",
    "roomcast-disconnect",
    "roomcast-fan-out",
    "roomcast-presence",
  ],
  "roomcast:index:QueueConsumer": ["roomcast-fan-out-lanes", "roomcast-fan-out-queue"],
  "roomcast:index:ServiceRole": [
    "roomcast-authorize-execution",
    "roomcast-connect-execution",
    "roomcast-disconnect-execution",
    "roomcast-enqueue",
    "roomcast-fan-out-execution",
    "roomcast-logging-writer",
    "roomcast-presence-execution",
  ],
  "roomcast:index:StreamConsumer": ["roomcast-presence-stream"],
  "roomcast:index:WebSocketApi": ["roomcast-gateway"],
  "roomcast:index:WebSocketRoute": [
    "roomcast-gateway-connect",
    "roomcast-gateway-default",
    "roomcast-gateway-disconnect",
    "roomcast-gateway-message",
    "roomcast-gateway-ping",
  ],
  "roomcast:index:WebSocketStage": ["roomcast-gateway"],
  "aws:apigateway/account:Account": ["roomcast-logging-account"],
  "aws:apigatewayv2/api:Api": ["roomcast-gateway-api"],
  "aws:apigatewayv2/authorizer:Authorizer": ["roomcast-gateway-authorizer"],
  "aws:apigatewayv2/deployment:Deployment": ["roomcast-gateway-deployment"],
  "aws:apigatewayv2/integration:Integration": [
    "roomcast-gateway-connect-integration",
    "roomcast-gateway-default-integration",
    "roomcast-gateway-disconnect-integration",
    "roomcast-gateway-message-integration",
    "roomcast-gateway-ping-integration",
  ],
  "aws:apigatewayv2/integrationResponse:IntegrationResponse": [
    "roomcast-gateway-default-failure",
    "roomcast-gateway-default-success",
    "roomcast-gateway-message-failure",
    "roomcast-gateway-message-success",
    "roomcast-gateway-ping-answer",
  ],
  "aws:apigatewayv2/route:Route": [
    "roomcast-gateway-connect-route",
    "roomcast-gateway-default-route",
    "roomcast-gateway-disconnect-route",
    "roomcast-gateway-message-route",
    "roomcast-gateway-ping-route",
  ],
  "aws:apigatewayv2/routeResponse:RouteResponse": [
    "roomcast-gateway-default-response",
    "roomcast-gateway-message-response",
    "roomcast-gateway-ping-response",
  ],
  "aws:apigatewayv2/stage:Stage": ["roomcast-gateway-stage"],
  "pulumi:providers:aws": ["roomcast-aws"],
  "aws:cloudwatch/dashboard:Dashboard": ["roomcast-operations-dashboard"],
  "aws:cloudwatch/logGroup:LogGroup": [
    "roomcast-authorize-logs",
    "roomcast-connect-logs",
    "roomcast-disconnect-logs",
    "roomcast-fan-out-logs",
    "roomcast-gateway-access-logs",
    "roomcast-presence-logs",
  ],
  "aws:cloudwatch/metricAlarm:MetricAlarm": [
    ...["authorize", "connect", "disconnect", "fan-out", "presence"].flatMap((handler) => [
      `roomcast-${handler}-errors-alarm`,
      `roomcast-${handler}-throttles-alarm`,
    ]),
    "roomcast-gateway-integration-errors-alarm",
    "roomcast-lanes-age-alarm",
    "roomcast-lanes-dead-letters-alarm",
    "roomcast-presence-failures-alarm",
    "roomcast-presence-stream-iterator-age-alarm",
    "roomcast-rooms-age-alarm",
    "roomcast-rooms-dead-letters-alarm",
  ],
  "aws:dynamodb/table:Table": ["roomcast-connections-table"],
  "aws:iam/role:Role": [
    "roomcast-authorize-execution-role",
    "roomcast-connect-execution-role",
    "roomcast-disconnect-execution-role",
    "roomcast-enqueue-role",
    "roomcast-fan-out-execution-role",
    "roomcast-logging-writer-role",
    "roomcast-presence-execution-role",
  ],
  "aws:iam/rolePolicy:RolePolicy": [
    "roomcast-authorize-execution-policy",
    "roomcast-connect-execution-policy",
    "roomcast-disconnect-execution-policy",
    "roomcast-enqueue-policy",
    "roomcast-fan-out-execution-policy",
    "roomcast-logging-writer-policy",
    "roomcast-presence-execution-policy",
  ],
  "aws:lambda/eventSourceMapping:EventSourceMapping": [
    "roomcast-fan-out-lanes-mapping",
    "roomcast-fan-out-queue-mapping",
    "roomcast-presence-stream-mapping",
  ],
  "aws:lambda/function:Function": [
    "roomcast-authorize-function",
    "roomcast-connect-function",
    "roomcast-disconnect-function",
    "roomcast-fan-out-function",
    "roomcast-presence-function",
  ],
  "aws:lambda/permission:Permission": [
    "roomcast-gateway-authorizer-permission",
    "roomcast-gateway-connect-permission",
    "roomcast-gateway-disconnect-permission",
  ],
  "aws:sqs/queue:Queue": [
    "roomcast-lanes-dead-letters",
    "roomcast-lanes-queue",
    "roomcast-presence-failures",
    "roomcast-rooms-dead-letters",
    "roomcast-rooms-queue",
  ],
  "aws:sqs/queuePolicy:QueuePolicy": [
    "roomcast-lanes-dead-letters-policy",
    "roomcast-lanes-queue-policy",
    "roomcast-presence-failures-policy",
    "roomcast-rooms-dead-letters-policy",
    "roomcast-rooms-queue-policy",
  ],
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": [
    "roomcast-lanes-dead-letters-source",
    "roomcast-rooms-dead-letters-source",
  ],
};

/** What a stack adds that is not told where alarms go. */
const ownAlarmTopic: Record<string, string[]> = { "aws:sns/topic:Topic": ["roomcast-alarms"] };

/** What a custom domain with a certificate of its own adds. */
const customDomain: Record<string, string[]> = {
  "roomcast:index:CustomDomain": ["roomcast-domain"],
  "aws:acm/certificate:Certificate": ["roomcast-domain-certificate"],
  "aws:acm/certificateValidation:CertificateValidation": ["roomcast-domain-issued"],
  "aws:apigatewayv2/apiMapping:ApiMapping": ["roomcast-domain-mapping"],
  "aws:apigatewayv2/domainName:DomainName": ["roomcast-domain-name"],
  "aws:route53/record:Record": [
    "roomcast-domain-alias-a",
    "roomcast-domain-alias-aaaa",
    "roomcast-domain-validation",
  ],
};

export const expectedResources: Record<"dev" | "prod", TypeAndName[]> = {
  dev: flatten({ "pulumi:pulumi:Stack": ["roomcast-dev"], ...common, ...ownAlarmTopic }),
  prod: flatten({ "pulumi:pulumi:Stack": ["roomcast-prod"], ...common, ...customDomain }),
};

function flatten(names: Record<string, string[]>): TypeAndName[] {
  return Object.entries(names)
    .flatMap(([type, list]) => list.map((name): TypeAndName => [type, name]))
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
}
