import { createHash } from "node:crypto";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";
import type { Properties } from "./resource.ts";

/** Where the program believes to be deployed. */
export interface Place {
  partition: string;
  region: string;
  accountId: string;
}

/** Where the counterparts of the recorded resources can be reached. */
export interface Addresses {
  /** Origin of queue URLs, without a slash at the end. */
  queueOrigin: string;
  /** Origin of an API's stages (`ws://…` or `wss://…`), without a slash at the end. */
  gatewayOrigin(apiId: string): Promise<string> | string;
}

/** The addresses that AWS would answer with. */
export function awsAddresses({ region }: Place): Addresses {
  return {
    queueOrigin: `https://sqs.${region}.amazonaws.com`,
    gatewayOrigin: (apiId) => `wss://${apiId}.execute-api.${region}.amazonaws.com`,
  };
}

/** What the provider computes for a resource, in AWS's own shapes: id, name, ARN, addresses. */
export async function computedProperties(
  { type, name: logicalName, inputs }: Pick<MockResourceArgs, "type" | "name" | "inputs">,
  place: Place,
  addresses: Addresses,
): Promise<Properties & { id: string }> {
  const { partition, region, accountId } = place;
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  const shortId = digest(`${type}${logicalName}`).slice(0, 10);
  const name = physicalName(logicalName, inputs);

  switch (type) {
    case "aws:apigatewayv2/api:Api":
      return {
        id: shortId,
        name,
        arn: `arn:${partition}:apigateway:${region}::/apis/${shortId}`,
        executionArn: arn("execute-api", shortId),
        apiEndpoint: await addresses.gatewayOrigin(shortId),
      };
    case "aws:apigatewayv2/stage:Stage":
      return {
        id: name,
        name,
        executionArn: arn("execute-api", `${inputs["apiId"]}/${name}`),
        invokeUrl: `${await addresses.gatewayOrigin(inputs["apiId"])}/${name}`,
      };
    case "aws:apigatewayv2/domainName:DomainName":
      return {
        id: inputs["domainName"],
        domainNameConfiguration: {
          ...inputs["domainNameConfiguration"],
          targetDomainName: `d-${shortId}.execute-api.${region}.amazonaws.com`,
          hostedZoneId: "ZLAPTOP",
        },
      };
    case "aws:lambda/function:Function": {
      const functionArn = arn("lambda", `function:${name}`);
      const path = `path/2015-03-31/functions/${functionArn}/invocations`;
      const invokeArn = `arn:${partition}:apigateway:${region}:lambda:${path}`;
      return { id: name, name, arn: functionArn, invokeArn };
    }
    case "aws:sqs/queue:Queue": {
      const url = `${addresses.queueOrigin}/${accountId}/${name}`;
      return { id: url, name, url, arn: arn("sqs", name) };
    }
    case "aws:dynamodb/table:Table": {
      const tableArn = arn("dynamodb", `table/${name}`);
      const streamArn = inputs["streamEnabled"] ? `${tableArn}/stream/2026-01-01T00:00:00.000` : "";
      return { id: name, name, arn: tableArn, streamArn };
    }
    case "aws:iam/role:Role":
      return { id: name, name, arn: `arn:${partition}:iam::${accountId}:role/${name}` };
    case "aws:iam/policy:Policy": {
      const policyArn = `arn:${partition}:iam::${accountId}:policy/${name}`;
      return { id: policyArn, name, arn: policyArn };
    }
    case "aws:iam/rolePolicy:RolePolicy":
      return { id: `${inputs["role"]}:${name}`, name };
    case "aws:cloudwatch/metricAlarm:MetricAlarm":
      return { id: name, name, arn: arn("cloudwatch", `alarm:${name}`) };
    case "aws:cloudwatch/dashboard:Dashboard": {
      const id: string = inputs["dashboardName"];
      return { id, dashboardArn: `arn:${partition}:cloudwatch::${accountId}:dashboard/${id}` };
    }
    case "aws:sns/topic:Topic": {
      const topicArn = arn("sns", name);
      return { id: topicArn, name, arn: topicArn };
    }
    case "aws:sqs/queuePolicy:QueuePolicy":
    case "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy":
      return { id: inputs["queueUrl"] };
    case "pulumi:providers:aws":
      return { id: shortId };
    case "aws:cloudwatch/logGroup:LogGroup":
      return { id: name, name, arn: arn("logs", `log-group:${name}`) };
    case "aws:acm/certificate:Certificate": {
      const certificateArn = arn("acm", `certificate/${shortId}`);
      const label = `_${shortId}.${inputs["domainName"]}.`;
      const option = {
        domainName: inputs["domainName"],
        resourceRecordName: label,
        resourceRecordType: "CNAME",
        resourceRecordValue: `_${shortId}.acm-validations.aws.`,
      };
      return { id: certificateArn, arn: certificateArn, domainValidationOptions: [option] };
    }
    case "aws:route53/record:Record":
      return { id: shortId, fqdn: String(inputs["name"]) };
    default:
      return { id: shortId, name, arn: arn(type.split(":")[1]?.split("/")[0] ?? "", name) };
  }
}

/** As the provider names what the program does not: the logical name and some hex digits. */
function physicalName(logicalName: string, inputs: Properties): string {
  const suffix = inputs["fifoQueue"] === true ? ".fifo" : "";
  return inputs["name"] ?? `${logicalName}-${digest(logicalName).slice(0, 7)}${suffix}`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
