import * as pulumi from "@pulumi/pulumi";
import { AccountLogging } from "./account-logging.ts";
import type { Configuration } from "./configuration.ts";
import { ConnectionsTable } from "./connections-table.ts";
import { CustomDomain } from "./custom-domain.ts";
import { FifoQueue } from "./fifo-queue.ts";
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

  constructor(name: string, args: RoomcastArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:Roomcast", name, {}, opts);
    const { configuration, bundles } = args;
    const parent = { parent: this };

    const table = new ConnectionsTable(
      `${name}-connections`,
      { protect: configuration.deletionProtection },
      parent,
    );
    const queue = new FifoQueue(
      `${name}-rooms`,
      {
        consumerTimeoutSeconds: fanOutTimeoutSeconds,
        alarmTopicArn: configuration.alarmTopicArn,
        protect: configuration.deletionProtection,
      },
      parent,
    );
    const createFunction = (
      handler: keyof RoomcastArgs["bundles"],
      settings: Pick<LambdaFunctionArgs, "timeoutSeconds" | "memoryMegabytes"> &
        Partial<Pick<LambdaFunctionArgs, "environment" | "statements">>,
    ) =>
      new LambdaFunction(
        `${name}-${handler}`,
        {
          bundle: bundles[handler],
          logRetentionDays: configuration.logRetentionDays,
          environment: {},
          statements: [],
          ...settings,
        },
        parent,
      );

    const authorize = createFunction("authorize", {
      timeoutSeconds: 10,
      memoryMegabytes: 256,
      environment: authorizeEnvironment(configuration),
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
      },
      parent,
    );

    const fanOut = createFunction("fan-out", {
      timeoutSeconds: fanOutTimeoutSeconds,
      memoryMegabytes: 1024,
      environment: {
        TABLE_NAME: table.name,
        QUEUE_URL: queue.url,
        MANAGEMENT_ENDPOINT: api.managementEndpoint,
        PRESENCE_LIMIT: String(configuration.presenceLimit),
      },
      statements: [
        queueConsumerStatement(queue),
        { actions: ["dynamodb:Query", "dynamodb:DeleteItem"], resources: [table.arn] },
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
    const presence = createFunction("presence", {
      timeoutSeconds: 30,
      memoryMegabytes: 256,
      environment: { QUEUE_URL: queue.url },
      statements: [
        ...streamConsumerStatements(table),
        { actions: ["sqs:SendMessage"], resources: [queue.arn] },
      ],
    });
    new StreamConsumer(
      `${name}-presence-stream`,
      { table, function: presence, eventNames: ["INSERT", "REMOVE"] },
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

    this.url = customDomain?.url ?? api.url;
    this.managementEndpoint = api.managementEndpoint;
    this.tableName = table.name;
    this.queueName = queue.name;
    this.queueUrl = queue.url;
    this.deadLetterQueueName = queue.deadLetterName;
    this.deadLetterQueueUrl = queue.deadLetterUrl;
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
    };
  }
}

/** What handlers/authorize.ts reads. None of it is secret: it says whom to believe, not how to sign. */
function authorizeEnvironment(configuration: Configuration): Record<string, string> {
  return {
    ISSUER: configuration.issuer,
    AUDIENCE: configuration.audience.join(" "),
    ALGORITHMS: configuration.algorithms.join(" "),
    ...("jwksUri" in configuration.keys
      ? { JWKS_URI: configuration.keys.jwksUri }
      : { JWKS: JSON.stringify(configuration.keys.jwks) }),
  };
}
