import * as pulumi from "@pulumi/pulumi";
import { laneTaskSeconds } from "../handlers/protocol/index.ts";
import { AccountLogging } from "./account-logging.ts";
import { createAlarmTopic } from "./alarm.ts";
import { authorizeEnvironment } from "./authorize-environment.ts";
import type { Configuration } from "./configuration.ts";
import { ConnectionsTable } from "./connections-table.ts";
import { CustomDomain } from "./custom-domain.ts";
import { Dashboard, metricsNamespace } from "./dashboard.ts";
import { createFailureQueue } from "./failure-queue.ts";
import { FifoQueue } from "./fifo-queue.ts";
import { mapValues } from "./internal/map-values.ts";
import { LambdaFunction, type LambdaFunctionArgs } from "./lambda-function.ts";
import { QueueConsumer, queueConsumerStatement } from "./queue-consumer.ts";
import { ServiceRole } from "./service-role.ts";
import { StreamConsumer, streamConsumerStatements } from "./stream-consumer.ts";
import { acknowledgement, messageRequest, pong, refusal, textRequest } from "./templates.ts";
import { WebSocketApi } from "./websocket-api.ts";
import type { QueueTarget } from "./websocket-route.ts";

export interface RoomcastArgs {
  /** What the stack's configuration says; see {@link Configuration} for each setting. */
  configuration: Configuration;
  /** The folders of the handlers' bundles, relative to the program. */
  bundles: Record<"authorize" | "connect" | "disconnect" | "fan-out" | "presence", string>;
}

/** Timeout of fan-out, in seconds: short, since the queue's visibility timeout is six times it. */
const fanOutTimeoutSeconds = 30;

/**
 * Failures of the authorizer in a minute that are no fault: to Lambda each refused token is one,
 * since API Gateway answers 401 only where the function fails.
 */
const refusedTokensPerMinute = 60;

/**
 * Rooms: whoever holds a token for a room connects to it, and what anybody publishes is delivered
 * to everybody in it, in one order.
 */
export class Roomcast extends pulumi.ComponentResource {
  /** `wss://…`: the custom domain where there is one. Clients add `?room_id=…`. */
  readonly url: pulumi.Output<string>;
  /** `https://…` of the API's own endpoint. */
  readonly managementEndpoint: pulumi.Output<string>;
  readonly tableName: pulumi.Output<string>;
  /** Backends publish here (docs/protocol.md). */
  readonly queueName: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
  readonly deadLetterQueueName: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  /** Where what large rooms are to hear waits for its lane; of no use to backends. */
  readonly lanesQueueName: pulumi.Output<string>;
  readonly lanesDeadLetterQueueName: pulumi.Output<string>;
  readonly lanesDeadLetterQueueUrl: pulumi.Output<string>;
  /** What the stream's consumer gave up lies here. */
  readonly presenceFailureQueueUrl: pulumi.Output<string>;
  /** The configuration's, or Roomcast's own: operators subscribe to it. */
  readonly alarmTopicArn: pulumi.Output<string>;
  readonly dashboardName: pulumi.Output<string>;

  constructor(name: string, args: RoomcastArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:Roomcast", name, {}, opts);
    const { configuration, bundles } = args;
    const parent = { parent: this };

    // Metrics and traces of all functions go by this name.
    const serviceName = `${pulumi.getProject()}-${pulumi.getStack()}`;
    const alarmTopicArn =
      configuration.alarmTopicArn === undefined
        ? createAlarmTopic(`${name}-alarms`, this)
        : pulumi.output(configuration.alarmTopicArn);

    const table = new ConnectionsTable(
      `${name}-connections`,
      {
        protect: configuration.deletionProtection,
        maximumReadRequestUnits: configuration.maximumReadRequestUnits,
        maximumWriteRequestUnits: configuration.maximumWriteRequestUnits,
      },
      parent,
    );
    const queue = new FifoQueue(
      `${name}-rooms`,
      {
        consumerTimeoutSeconds: fanOutTimeoutSeconds,
        alarmTopicArn,
        protect: configuration.deletionProtection,
      },
      parent,
    );
    const lanes = new FifoQueue(
      `${name}-lanes`,
      {
        consumerTimeoutSeconds: fanOutTimeoutSeconds,
        retentionSeconds: laneTaskSeconds,
        alarmTopicArn,
        protect: configuration.deletionProtection,
      },
      parent,
    );
    const createFunction = (
      handler: keyof RoomcastArgs["bundles"],
      settings: Pick<LambdaFunctionArgs, "timeoutSeconds" | "memoryMegabytes"> &
        Partial<Pick<LambdaFunctionArgs, "environment" | "statements" | "expectedErrorsPerMinute">>,
    ) =>
      new LambdaFunction(
        `${name}-${handler}`,
        {
          bundle: bundles[handler],
          logRetentionDays: configuration.logRetentionDays,
          statements: [],
          alarmTopicArn,
          ...settings,
          environment: { POWERTOOLS_SERVICE_NAME: serviceName, ...settings.environment },
        },
        parent,
      );

    const authorize = createFunction("authorize", {
      timeoutSeconds: 10,
      memoryMegabytes: 256,
      environment: authorizeEnvironment(configuration),
      expectedErrorsPerMinute: refusedTokensPerMinute,
    });
    const connect = createFunction("connect", {
      timeoutSeconds: 10,
      memoryMegabytes: 256,
      environment: {
        TABLE_NAME: table.name,
        MAXIMUM_CONNECTIONS_PER_USER: String(configuration.maximumConnectionsPerUser),
      },
      statements: [{ actions: ["dynamodb:PutItem", "dynamodb:Query"], resources: [table.arn] }],
    });
    const disconnect = createFunction("disconnect", {
      timeoutSeconds: 10,
      memoryMegabytes: 256,
      environment: { TABLE_NAME: table.name },
      statements: [{ actions: ["dynamodb:DeleteItem"], resources: [table.arn] }],
    });

    const enqueue = new ServiceRole(
      `${name}-enqueue`,
      {
        service: "apigateway.amazonaws.com",
        statements: [{ actions: ["sqs:SendMessage"], resources: [queue.arn] }],
      },
      parent,
    );
    const toQueue = (requestTemplate: string): QueueTarget => ({
      kind: "queue",
      queue,
      role: enqueue,
      requestTemplate,
      ...(configuration.acknowledgements
        ? { responses: { success: acknowledgement, failure: refusal } }
        : {}),
    });
    const logging = new AccountLogging(
      `${name}-logging`,
      { role: configuration.accountLoggingRole },
      parent,
    );
    const api = new WebSocketApi(
      `${name}-gateway`,
      {
        authorizer: {
          function: authorize,
          identitySources: ["route.request.querystring.room_id"],
        },
        routes: {
          $connect: { kind: "function", function: connect },
          $disconnect: { kind: "function", function: disconnect },
          $default: toQueue(textRequest),
          message: toQueue(messageRequest),
          ping: { kind: "mock", response: pong },
        },
        stage: configuration,
        loggingReady: logging.ready,
        alarmTopicArn,
      },
      parent,
    );

    const fanOut = createFunction("fan-out", {
      timeoutSeconds: fanOutTimeoutSeconds,
      memoryMegabytes: 1024,
      environment: {
        TABLE_NAME: table.name,
        QUEUE_URL: queue.url,
        LANES_QUEUE_URL: lanes.url,
        LANES_QUEUE_ARN: lanes.arn,
        MANAGEMENT_ENDPOINT: api.managementEndpoint,
        PRESENCE_LIMIT: String(configuration.presenceLimit),
        LARGE_ROOM_MEMBERS: String(configuration.largeRoomMembers),
        LANE_COUNT: String(configuration.laneCount),
        POSTS_PER_SECOND: String(configuration.postsPerSecond),
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
      },
      statements: [
        queueConsumerStatement(queue),
        queueConsumerStatement(lanes),
        { actions: ["sqs:SendMessage"], resources: [lanes.arn] },
        {
          actions: [
            "dynamodb:Query",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:DeleteItem",
          ],
          resources: [table.arn],
        },
        {
          actions: ["execute-api:ManageConnections"],
          resources: ["POST", "DELETE"].map(
            (method) => pulumi.interpolate`${api.stageArn}/${method}/@connections/*`,
          ),
        },
      ],
    });
    new QueueConsumer(
      `${name}-fan-out-queue`,
      { queue, function: fanOut, maximumConcurrency: configuration.maximumConcurrency },
      parent,
    );
    new QueueConsumer(
      `${name}-fan-out-lanes`,
      {
        queue: lanes,
        function: fanOut,
        // Each lane has an invocation of its own: together they would have to share one.
        batchSize: 1,
        maximumConcurrency: configuration.maximumConcurrency,
      },
      parent,
    );
    const presenceFailures = createFailureQueue(
      `${name}-presence-failures`,
      {
        fifo: false,
        alarm: {
          description: "Rooms were not told of some joins or leaves: their records were given up.",
          section: "presence-failures",
          topicArn: alarmTopicArn,
        },
        protect: configuration.deletionProtection,
      },
      this,
    );
    const presence = createFunction("presence", {
      timeoutSeconds: 30,
      memoryMegabytes: 256,
      environment: { QUEUE_URL: queue.url },
      statements: [
        ...streamConsumerStatements(table, presenceFailures),
        { actions: ["sqs:SendMessage"], resources: [queue.arn] },
      ],
    });
    const stream = new StreamConsumer(
      `${name}-presence-stream`,
      {
        table,
        function: presence,
        failures: presenceFailures,
        eventNames: ["INSERT", "REMOVE"],
        alarmTopicArn,
      },
      parent,
    );
    const domain = configuration.customDomain;
    const customDomain =
      domain === undefined
        ? undefined
        : new CustomDomain(
            `${name}-domain`,
            { ...domain, apiId: api.id, stageName: api.stageName },
            parent,
          );
    const functions = { authorize, connect, disconnect, "fan-out": fanOut, presence };
    const dashboard = new Dashboard(
      `${name}-operations`,
      {
        alarmArns: [
          ...queue.alarmArns,
          ...lanes.alarmArns,
          ...api.alarmArns,
          ...Object.values(functions).flatMap(({ alarmArns }) => alarmArns),
          ...stream.alarmArns,
          presenceFailures.alarm.arn,
        ],
        apiId: api.id,
        stageName: api.stageName,
        functionNames: mapValues(functions, (lambda) => lambda.name),
        presenceFunctionName: presence.name,
        queueName: queue.name,
        deadLetterQueueName: queue.deadLetterName,
        lanesQueueName: lanes.name,
        lanesDeadLetterQueueName: lanes.deadLetterName,
        presenceFailureQueueName: presenceFailures.queue.name,
        tableName: table.name,
        serviceName,
      },
      parent,
    );

    this.url = customDomain?.url ?? api.url;
    this.managementEndpoint = api.managementEndpoint;
    this.tableName = table.name;
    this.queueName = queue.name;
    this.queueUrl = queue.url;
    this.deadLetterQueueName = queue.deadLetterName;
    this.deadLetterQueueUrl = queue.deadLetterUrl;
    this.lanesQueueName = lanes.name;
    this.lanesDeadLetterQueueName = lanes.deadLetterName;
    this.lanesDeadLetterQueueUrl = lanes.deadLetterUrl;
    this.presenceFailureQueueUrl = presenceFailures.queue.url;
    this.alarmTopicArn = alarmTopicArn;
    this.dashboardName = dashboard.name;
    this.registerOutputs(this.outputs());
  }

  /** What a stack of this component exports. */
  outputs() {
    return {
      url: this.url,
      managementEndpoint: this.managementEndpoint,
      tableName: this.tableName,
      queueName: this.queueName,
      queueUrl: this.queueUrl,
      deadLetterQueueName: this.deadLetterQueueName,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
      lanesQueueName: this.lanesQueueName,
      lanesDeadLetterQueueName: this.lanesDeadLetterQueueName,
      lanesDeadLetterQueueUrl: this.lanesDeadLetterQueueUrl,
      presenceFailureQueueUrl: this.presenceFailureQueueUrl,
      alarmTopicArn: this.alarmTopicArn,
      dashboardName: this.dashboardName,
    };
  }
}
