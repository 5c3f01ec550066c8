import { known, type Observed } from "./observed.ts";

/**
 * By module of the provider, the resources that have tags: all of them in the modules that a stack
 * of rooms may have to do with. test/policy/provider.test.ts holds it to the pinned provider.
 */
export const taggable: Record<string, string> = {
  acm: "Certificate",
  apigateway:
    "ApiKey ClientCertificate DomainName DomainNameAccessAssociation RestApi Stage UsagePlan VpcLink",
  apigatewayv2: "Api DomainName Stage VpcLink",
  appautoscaling: "Target",
  cloudwatch:
    "AlarmMuteRule CompositeAlarm ContributorInsightRule ContributorManagedInsightRule EventBus EventRule InternetMonitor LogAnomalyDetector LogDelivery LogDeliveryDestination LogDeliverySource LogDestination LogGroup MetricAlarm MetricStream",
  cognito: "IdentityPool UserPool",
  dynamodb: "Table TableReplica",
  iam: "InstanceProfile OpenIdConnectProvider Policy Role SamlProvider ServerCertificate ServiceLinkedRole User VirtualMfaDevice",
  kinesis: "AnalyticsApplication FirehoseDeliveryStream Stream StreamConsumer VideoStream",
  kms: "ExternalKey Key ReplicaExternalKey ReplicaKey",
  lambda: "CapacityProvider CodeSigningConfig EventSourceMapping Function MicrovmsImage",
  route53:
    "HealthCheck ProfilesAssociation ProfilesProfile ResolverEndpoint ResolverFirewallDomainList ResolverFirewallRuleGroup ResolverFirewallRuleGroupAssociation ResolverQueryLogConfig ResolverRule Zone",
  s3: "AccessPoint Bucket BucketObject BucketObjectv2 BucketV2 DirectoryBucket FilesAccessPoint FilesFileSystem ObjectCopy VectorsIndex VectorsVectorBucket",
  scheduler: "ScheduleGroup",
  secretsmanager: "Secret",
  sfn: "Activity StateMachine",
  sns: "Topic",
  sqs: "Queue",
  ssm: "Activation Association ContactsRotation Document MaintenanceWindow Parameter PatchBaseline QuicksetupConfigurationManager",
  wafv2: "IpSet RegexPatternSet RuleGroup WebAcl",
};

/**
 * Whether a resource can have tags. In a module that is not listed, those can that have some;
 * where they are a list, as those of an autoscaling group, they are something else.
 */
export function isTaggable({ type, props }: Pick<Observed, "type" | "props">): boolean {
  const [, module, name = ""] = /^aws:([a-z0-9]+)\/[^:]+:(\w+)$/.exec(type) ?? [];
  if (module === undefined) {
    return false;
  }
  const names = taggable[module]?.split(" ");
  return names?.includes(name) ?? ["tags", "tagsAll"].some((key) => mayBeMap(props, key));
}

function mayBeMap(props: Observed["props"], key: string): boolean {
  return key in props && !Array.isArray(known(() => props[key]));
}
