import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "./laptop.ts";

export interface RoleStatement {
  Effect: string;
  Action: string | string[];
  /** Missing in a trust policy. */
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** A document of `docs/roles`. */
export interface RoleDocument {
  Version: string;
  Statement: RoleStatement[];
}

export async function readRoleDocument(file: string): Promise<RoleDocument> {
  return JSON.parse(await readFile(join(repository, "docs/roles", file), "utf8"));
}

export interface ResourceRights {
  /** One such resource, as this program's are named. */
  arn: string;
  /** For a preview with `--refresh`. */
  reads: string[];
  /** To create, change and delete it, beside those. */
  writes: string[];
}

const apiMethods = { reads: ["GET"], writes: ["POST", "PATCH", "DELETE"] };

/**
 * By type of resource, the least that its provider asks of IAM.
 *
 * @param statements Some that name the region and the zone, which every team sets for itself.
 */
export function resourceRights(statements: RoleStatement[]): Record<string, ResourceRights> {
  const text = JSON.stringify(statements);
  const [, region = ""] = /arn:aws:lambda:([^:]+):/.exec(text) ?? [];
  const [zone = ""] = /arn:aws:route53:::hostedzone\/\w+/.exec(text) ?? [];
  const place = `${region}:111122223333`;
  const of =
    (prefix: string, arn: string) =>
    (reads: string[], writes: string[]): ResourceRights => ({
      arn,
      reads: reads.map((action) => `${prefix}:${action}`),
      writes: writes.map((action) => `${prefix}:${action}`),
    });
  const api = (path: string) =>
    of("apigateway", `arn:aws:apigateway:${region}::${path}`)(apiMethods.reads, apiMethods.writes);
  const certificate = of("acm", `arn:aws:acm:${place}:certificate/1`);
  const table = of("dynamodb", `arn:aws:dynamodb:${place}:table/roomcast-connections-table-1`);
  const role = of("iam", "arn:aws:iam::111122223333:role/roomcast-enqueue-role-1");
  const lambda = of("lambda", `arn:aws:lambda:${place}:function:roomcast-connect-function-1`);
  const mapping = of("lambda", `arn:aws:lambda:${place}:event-source-mapping:1`);
  const topic = of("sns", `arn:aws:sns:${place}:roomcast-alarms-1`);
  const queue = of("sqs", `arn:aws:sqs:${place}:roomcast-rooms-queue-1.fifo`);
  const dashboard = of("cloudwatch", "arn:aws:cloudwatch::111122223333:dashboard/roomcast-dev-1");
  const alarm = of("cloudwatch", `arn:aws:cloudwatch:${place}:alarm:roomcast-rooms-age-alarm-1`);
  const logs = of("logs", `arn:aws:logs:${place}:log-group:/aws/vendedlogs/apis/roomcast-dev-1`);
  return {
    "aws:acm/certificate:Certificate": certificate(
      ["DescribeCertificate", "ListTagsForCertificate"],
      ["RequestCertificate", "DeleteCertificate", "AddTagsToCertificate"],
    ),
    "aws:acm/certificateValidation:CertificateValidation": certificate(["DescribeCertificate"], []),
    "aws:apigateway/account:Account": api("/account"),
    "aws:apigatewayv2/api:Api": api("/apis"),
    "aws:apigatewayv2/apiMapping:ApiMapping": api("/domainnames/a/apimappings/1"),
    "aws:apigatewayv2/authorizer:Authorizer": api("/apis/1/authorizers/1"),
    "aws:apigatewayv2/deployment:Deployment": api("/apis/1/deployments/1"),
    "aws:apigatewayv2/domainName:DomainName": api("/domainnames/a"),
    "aws:apigatewayv2/integration:Integration": api("/apis/1/integrations/1"),
    "aws:apigatewayv2/integrationResponse:IntegrationResponse": api(
      "/apis/1/integrations/1/integrationresponses/1",
    ),
    "aws:apigatewayv2/route:Route": api("/apis/1/routes/1"),
    "aws:apigatewayv2/routeResponse:RouteResponse": api("/apis/1/routes/1/routeresponses/1"),
    "aws:apigatewayv2/stage:Stage": api("/apis/1/stages/1"),
    "aws:cloudwatch/dashboard:Dashboard": dashboard(
      ["GetDashboard"],
      ["PutDashboard", "DeleteDashboards"],
    ),
    "aws:cloudwatch/logGroup:LogGroup": logs(
      ["DescribeLogGroups", "ListTagsForResource"],
      ["CreateLogGroup", "DeleteLogGroup", "PutRetentionPolicy", "TagResource"],
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": alarm(
      ["DescribeAlarms", "ListTagsForResource"],
      ["PutMetricAlarm", "DeleteAlarms", "TagResource"],
    ),
    "aws:dynamodb/table:Table": table(
      ["DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups", "ListTagsOfResource"],
      [
        "CreateTable",
        "UpdateTable",
        "DeleteTable",
        "UpdateTimeToLive",
        "UpdateContinuousBackups",
        "TagResource",
      ],
    ),
    "aws:iam/role:Role": role(
      ["GetRole", "ListRolePolicies", "ListAttachedRolePolicies"],
      ["CreateRole", "UpdateRole", "DeleteRole", "UpdateAssumeRolePolicy", "PassRole", "TagRole"],
    ),
    "aws:iam/rolePolicy:RolePolicy": role(["GetRolePolicy"], ["PutRolePolicy", "DeleteRolePolicy"]),
    "aws:lambda/eventSourceMapping:EventSourceMapping": mapping(
      ["GetEventSourceMapping", "ListTags"],
      [
        "CreateEventSourceMapping",
        "UpdateEventSourceMapping",
        "DeleteEventSourceMapping",
        "TagResource",
      ],
    ),
    "aws:lambda/function:Function": lambda(
      ["GetFunction", "GetFunctionCodeSigningConfig", "ListVersionsByFunction", "ListTags"],
      [
        "CreateFunction",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
        "DeleteFunction",
        "TagResource",
      ],
    ),
    "aws:lambda/permission:Permission": lambda(
      ["GetPolicy"],
      ["AddPermission", "RemovePermission"],
    ),
    "aws:route53/record:Record": of("route53", zone)(
      ["ListResourceRecordSets", "GetHostedZone"],
      ["ChangeResourceRecordSets"],
    ),
    "aws:sns/topic:Topic": topic(
      ["GetTopicAttributes", "ListTagsForResource"],
      ["CreateTopic", "SetTopicAttributes", "DeleteTopic", "TagResource"],
    ),
    "aws:sqs/queue:Queue": queue(
      ["GetQueueAttributes", "ListQueueTags"],
      ["CreateQueue", "SetQueueAttributes", "DeleteQueue", "TagQueue"],
    ),
    "aws:sqs/queuePolicy:QueuePolicy": queue(["GetQueueAttributes"], ["SetQueueAttributes"]),
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": queue(
      ["GetQueueAttributes"],
      ["SetQueueAttributes"],
    ),
  };
}
