import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { rules } from "../../policy/rules/index.ts";
import { readPackConfiguration } from "../../scripts/lib/policy/configuration.ts";
import type { PackConfiguration } from "../../scripts/lib/policy/settings.ts";
import { repository } from "../support/laptop.ts";
import { judge, type RuleSettings } from "../support/policy.ts";
import { fixtures, recordComponents, type StackName } from "../support/program.ts";

/** One line of a component, changed, and the only rule that must speak after it. */
const changes: [rule: string, file: string, from: string, to: string][] = [
  [
    "connect-route-is-authorized",
    "websocket-route.ts",
    '{ authorizationType: "CUSTOM", authorizerId: authorizer.id }',
    '{ authorizationType: "NONE" }',
  ],
  ["websocket-routes-are-complete", "roomcast.ts", "          $default: toQueue(textRequest),", ""],
  [
    "deployment-triggers-are-complete",
    "websocket-route.ts",
    "      definitions.push({ id: resource.id, definition });",
    '      if (routeKey !== "$disconnect") definitions.push({ id: resource.id, definition });',
  ],
  [
    "deployment-waits-for-routes",
    "websocket-stage.ts",
    "{ parent: this, dependsOn: args.resources }",
    "{ parent: this, dependsOn: args.resources, deleteBeforeReplace: true }",
  ],
  [
    "stage-has-access-log",
    "websocket-stage.ts",
    "        accessLogSettings: { destinationArn: logs.arn, format: accessLogFormat },",
    "",
  ],
  [
    "access-log-format-is-safe",
    "websocket-stage.ts",
    '  status: "$context.status",',
    '  status: "$context.status", user: "$context.authorizer.user",',
  ],
  [
    "stage-data-trace-is-off",
    "websocket-stage.ts",
    "dataTraceEnabled: args.dataTrace,",
    "dataTraceEnabled: true,",
  ],
  [
    "stage-execution-log-is-on",
    "websocket-stage.ts",
    "loggingLevel: args.executionLogLevel,",
    'loggingLevel: "OFF",',
  ],
  [
    "stage-throttling-is-set",
    "websocket-stage.ts",
    "          throttlingRateLimit: args.throttlingRateLimit,",
    "",
  ],
  [
    "domain-uses-tls-1-2",
    "custom-domain.ts",
    'securityPolicy: "TLS_1_2",',
    'securityPolicy: "TLS_1_0",',
  ],
  [
    "authorizer-has-identity-source",
    "roomcast.ts",
    'identitySources: ["route.request.querystring.room_id"],',
    "identitySources: [],",
  ],
  ["api-permission-names-its-source", "websocket-route.ts", "executionArn}/*/$", "executionArn}/$"],
  ["function-runtime-is-supported", "lambda-function.ts", '"nodejs24.x"', '"nodejs16.x"'],
  [
    "function-timeout-and-memory-are-set",
    "lambda-function.ts",
    "        memorySize: args.memoryMegabytes,",
    "",
  ],
  [
    "function-tracing-is-active",
    "lambda-function.ts",
    '        tracingConfig: { mode: "Active" },',
    "",
  ],
  [
    "function-owns-its-log-group",
    "lambda-function.ts",
    'loggingConfig: { logFormat: "JSON", logGroup: logs.name },',
    'loggingConfig: { logFormat: "JSON" },',
  ],
  [
    "queue-visibility-outlasts-consumer",
    "fifo-queue.ts",
    "6 * args.consumerTimeoutSeconds",
    "5 * args.consumerTimeoutSeconds",
  ],
  [
    "queue-consumer-reports-item-failures",
    "queue-consumer.ts",
    '        functionResponseTypes: ["ReportBatchItemFailures"],',
    "",
  ],
  [
    "fifo-consumer-batch-is-valid",
    "queue-consumer.ts",
    "        batchSize,",
    "        maximumBatchingWindowInSeconds: 1,",
  ],
  [
    "queue-has-dead-letter-queue",
    "fifo-queue.ts",
    "maxReceiveCount: maximumReceives,",
    "maxReceiveCount: 2,",
  ],
  [
    "queue-has-dead-letter-queue",
    "fifo-queue.ts",
    "          deadLetterTargetArn: deadLetters.arn,",
    "",
  ],
  [
    "dead-letter-queue-fits-its-source",
    "failure-queue.ts",
    "...(fifo ? { fifoQueue: true } : {}),",
    "...(fifo ? {} : {}),",
  ],
  ["queue-is-encrypted", "failure-queue.ts", "      sqsManagedSseEnabled: true,", ""],
  [
    "queue-policy-requires-tls",
    "queue-policy.ts",
    '            Effect: "Deny",',
    '            Effect: "Allow",',
  ],
  [
    "fifo-throughput-is-consistent",
    "fifo-queue.ts",
    '        deduplicationScope: "messageGroup",',
    "",
  ],
  [
    "stream-consumer-is-bounded",
    "stream-consumer.ts",
    "        maximumRetryAttempts,\n",
    "        maximumRetryAttempts: -1,\n",
  ],
  [
    "stream-consumer-is-bounded",
    "stream-consumer.ts",
    "        destinationConfig: { onFailure: { destinationArn: args.failures.queue.arn } },",
    "",
  ],
  ["alarms-cover-failures", "alarm.ts", "      alarmActions: [topicArn],", ""],
  [
    "alarms-cover-failures",
    "lambda-function.ts",
    'metricName: "Throttles",',
    'metricName: "Invocations",',
  ],
  [
    "table-is-recoverable",
    "connections-table.ts",
    "        pointInTimeRecovery: { enabled: true },",
    "",
  ],
  [
    "connections-table-expires",
    "connections-table.ts",
    '        ttl: { enabled: true, attributeName: "expiresAt" },',
    "",
  ],
  [
    "table-attributes-match-keys",
    "connections-table.ts",
    '          { name: "room", type: "S" },',
    '          { name: "room", type: "S" }, { name: "user", type: "S" },',
  ],
  [
    "log-retention-is-set",
    "lambda-function.ts",
    "{ retentionInDays: args.logRetentionDays }",
    "{}",
  ],
  [
    "iam-policy-has-no-wildcards",
    "roomcast.ts",
    '["dynamodb:DeleteItem"], resources',
    '["dynamodb:*"], resources',
  ],
  [
    "iam-policy-has-no-wildcards",
    "roomcast.ts",
    '["sqs:SendMessage"], resources: [queue.arn]',
    '["sqs:SendMessage"], resources: ["*"]',
  ],
  ["manage-connections-names-one-stage", "roomcast.ts", "method}/@connections/*", "method}/*"],
  ["domain-alias-is-complete", "custom-domain.ts", '["A", "AAAA"]', '["A"]'],
  [
    "domain-alias-is-complete",
    "custom-domain.ts",
    "name: target.targetDomainName,",
    "name: args.apiId,",
  ],
  ["certificate-renews-itself", "custom-domain.ts", "        allowOverwrite: true,", ""],
  ["resources-are-tagged", "provider.ts", "    defaultTags: { tags },", ""],
  ["provider-is-pinned", "provider.ts", "    allowedAccountIds,", ""],
];

describe("one changed line of a component turns exactly one rule red", function () {
  this.timeout(20_000);
  const stack: StackName = "prod";
  let folder: string;
  let settings: RuleSettings;

  before(async () => {
    // Inside of the repository, for the packages to be found.
    await mkdir(join(repository, ".local"), { recursive: true });
    folder = await mkdtemp(join(repository, ".local/changed-"));
    settings = settingsOf(await readPackConfiguration(stack, rules, fixtures));
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  for (const [index, [rule, file, from, to]] of changes.entries()) {
    it(`${rule}: ${(to.trim() || `without ${from.trim()}`).split("\n")[0]}`, async () => {
      const copy = join(folder, String(index), "components");
      await cp(join(repository, "components"), copy, { recursive: true });
      await cp(join(repository, "handlers/protocol"), join(copy, "../handlers/protocol"), {
        recursive: true,
      });
      const source = await readFile(join(copy, file), "utf8");
      assert.ok(source.includes(from), `${file} has no ${from}`);
      await writeFile(
        join(copy, file),
        source.replace(from, () => to),
      );
      const resources = await recordComponents(`${copy}/index.ts`, stack);
      assert.deepEqual(redRules(resources, settings), [rule]);
    });
  }

  it("and none without a change", async () => {
    const resources = await recordComponents(join(repository, "components/index.ts"), stack);
    assert.deepEqual(redRules(resources, settings), []);
  });
});

/** The rules that speak; one that speaks more softly than its level says so. */
function redRules(resources: readonly RecordedResource[], settings: RuleSettings): string[] {
  const names = judge(resources, settings).map(({ rule, advisory }) => {
    const isSoft = rules.find(({ name }) => name === rule)?.level === "advisory";
    return advisory && !isSoft ? `${rule}, as an advisory` : rule;
  });
  return [...new Set(names)];
}

function settingsOf(configuration: PackConfiguration): RuleSettings {
  return Object.fromEntries(
    Object.entries(configuration).flatMap(([name, given]) =>
      typeof given === "string" ? [] : [[name, given]],
    ),
  );
}
