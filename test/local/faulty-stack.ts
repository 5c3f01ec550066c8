import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DynamoDbEngine } from "../../local/dynamodb/engine.ts";
import type { RuntimeEvent } from "../../local/events.ts";
import type { InjectFault, OutsideCall, RuntimeFaults } from "../../local/faults.ts";
import { type RunningStack, startRuntime } from "../../local/runtime.ts";
import type { Queue } from "../../local/sqs/queue.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { startTestEngine } from "../support/test-engine.ts";
import { allow, policy, trust } from "./iam/support.ts";

/** A job for the function: what it is to call, once, with two seconds to answer. */
export interface Job {
  call: "PutItem" | "SendMessage" | "PostToConnection" | "ReceiveMessage";
  /** Of the item, or the text of the message. */
  id?: string;
  connectionId?: string;
}

/** What became of a job, as the function saw it. */
export interface Outcome {
  job: string;
  error?: string;
  status?: number;
  messages?: number;
  /** Milliseconds that the call took. */
  took: number;
}

const sdk = (name: string) => JSON.stringify(import.meta.resolve(`@aws-sdk/client-${name}`));

/** Does what a job says, and logs what it came to; logs the records of the table's stream, and leavings. */
const code = `
const { env } = process;
const options = { region: "eu-west-1", maxAttempts: 1 };
const sender = (client) => (command, patience = 2000) =>
  client.send(command, { abortSignal: AbortSignal.timeout(patience) });
const calls = {
  async PutItem({ id }) {
    const { DynamoDBClient, PutItemCommand } = await import(${sdk("dynamodb")});
    return sender(new DynamoDBClient(options))(
      new PutItemCommand({ TableName: env.TABLE, Item: { id: { S: id } } }));
  },
  async SendMessage({ id }) {
    const { SQSClient, SendMessageCommand } = await import(${sdk("sqs")});
    return sender(new SQSClient(options))(
      new SendMessageCommand({ QueueUrl: env.OUT, MessageBody: id }));
  },
  async ReceiveMessage() {
    const { SQSClient, ReceiveMessageCommand } = await import(${sdk("sqs")});
    return sender(new SQSClient(options))(
      new ReceiveMessageCommand({ QueueUrl: env.OUT, WaitTimeSeconds: 5 }), 8000);
  },
  async PostToConnection({ id, connectionId }) {
    const { ApiGatewayManagementApiClient, PostToConnectionCommand } =
      await import(${sdk("apigatewaymanagementapi")});
    return sender(new ApiGatewayManagementApiClient({ ...options, endpoint: env.MANAGEMENT }))(
      new PostToConnectionCommand({ ConnectionId: connectionId, Data: id }));
  },
};
async function outcomeOf(job) {
  const start = Date.now();
  try {
    const { Messages } = await calls[job.call](job);
    return { messages: Messages?.length, took: Date.now() - start };
  } catch (error) {
    return { error: error.name, status: error.$metadata?.httpStatusCode, took: Date.now() - start };
  }
}
export async function handler({ Records = [], requestContext }) {
  if (requestContext) console.log(JSON.stringify({ left: requestContext.connectionId }));
  for (const { body, dynamodb } of Records) {
    if (body) console.log(JSON.stringify({ job: body, ...await outcomeOf(JSON.parse(body)) }));
    else console.log(JSON.stringify({ written: dynamodb.Keys.id.S }));
  }
}`;

const program = () => {
  const role = new aws.iam.Role("role", {
    assumeRolePolicy: JSON.stringify(trust("lambda.amazonaws.com")),
  });
  const actions = ["dynamodb:*", "sqs:*", "execute-api:ManageConnections"];
  new aws.iam.RolePolicy("policy", {
    role: role.id,
    policy: JSON.stringify(policy(allow([...actions, "logs:*"]))),
  });
  const table = new aws.dynamodb.Table("table", {
    attributes: [{ name: "id", type: "S" }],
    hashKey: "id",
    billingMode: "PAY_PER_REQUEST",
    streamEnabled: true,
    streamViewType: "KEYS_ONLY",
  });
  const jobs = new aws.sqs.Queue("jobs", { visibilityTimeoutSeconds: 30 });
  const out = new aws.sqs.Queue("out", {});
  const api = new aws.apigatewayv2.Api("api", {
    protocolType: "WEBSOCKET",
    routeSelectionExpression: "$request.body.action",
  });
  const lambda = new aws.lambda.Function("caller", {
    runtime: "nodejs24.x",
    handler: "index.handler",
    timeout: 20,
    memorySize: 512,
    role: role.arn,
    environment: {
      variables: {
        TABLE: table.name,
        OUT: out.url,
        MANAGEMENT: pulumi.interpolate`${api.apiEndpoint}/dev`.apply((url) =>
          url.replace(/^ws/, "http"),
        ),
      },
    },
    code: new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(code) }),
  });
  new aws.lambda.Permission("permission", {
    action: "lambda:InvokeFunction",
    function: lambda.name,
    principal: "apigateway.amazonaws.com",
  });
  const integration = new aws.apigatewayv2.Integration("integration", {
    apiId: api.id,
    integrationType: "AWS_PROXY",
    integrationUri: lambda.invokeArn,
  });
  const target = pulumi.interpolate`integrations/${integration.id}`;
  const route = new aws.apigatewayv2.Route("route", {
    apiId: api.id,
    routeKey: "$disconnect",
    target,
  });
  const deployment = new aws.apigatewayv2.Deployment(
    "deployment",
    { apiId: api.id },
    { dependsOn: [route] },
  );
  new aws.apigatewayv2.Stage("stage", {
    apiId: api.id,
    name: "dev",
    deploymentId: deployment.id,
  });
  const functionName = lambda.arn;
  const eventSourceArn = jobs.arn;
  new aws.lambda.EventSourceMapping("jobs", { eventSourceArn, functionName, batchSize: 1 });
  new aws.lambda.EventSourceMapping("stream", {
    eventSourceArn: table.streamArn,
    functionName,
    startingPosition: "TRIM_HORIZON",
  });
  return { jobs: jobs.url, out: out.url };
};

/** A function that calls DynamoDB, SQS and `@connections`, on a clock that is moved by hand. */
export class FaultyStack {
  readonly clock = new ManualClock();
  readonly events: RuntimeEvent[] = [];
  /** The calls that the runtime has asked about. */
  readonly calls: OutsideCall[] = [];
  /** Of the next call; then all goes well again. */
  next: ReturnType<InjectFault>;
  faults: Omit<RuntimeFaults, "onCall"> = {};
  #engine: DynamoDbEngine | undefined;
  #stack: RunningStack | undefined;

  static async start(): Promise<FaultyStack> {
    const started = new FaultyStack();
    started.#engine = await startTestEngine();
    try {
      started.#stack = await startRuntime({
        load: async () => ({ default: program }),
        project: "project",
        stack: "dev",
        config: { "aws:region": "eu-west-1" },
        clock: started.clock,
        dynamoDbEndpoint: started.#engine.endpoint,
        emit: (event) => started.events.push(event),
        faults: {
          onCall: (call) => started.#onCall(call),
          loseDeletion: (id) => started.faults.loseDeletion?.(id) ?? false,
          loseDisconnect: (id) => started.faults.loseDisconnect?.(id) ?? false,
          delayQueueBatch: (batch) => started.faults.delayQueueBatch?.(batch) ?? 0,
          onStreamBatch: () => started.faults.onStreamBatch?.() ?? { delay: 0, repeats: 0 },
        },
      });
    } catch (error) {
      await started.close();
      throw error;
    }
    return started;
  }

  get url(): string {
    return this.#stack?.stages[0]?.url ?? "";
  }

  get out(): Queue {
    return this.#queue("out");
  }

  /** Gives the function a job and lets it do it, with the virtual time that this takes. */
  async run(job: Job, milliseconds = 10_000): Promise<void> {
    this.#queue("jobs").send({ body: JSON.stringify(job) });
    await this.clock.advance(milliseconds);
  }

  /** What the function has logged so far. */
  logged<Line = Outcome>(): Line[] {
    return this.events.flatMap((event) => (event.type === "log" ? [JSON.parse(event.line)] : []));
  }

  reset(): void {
    this.events.length = 0;
    this.calls.length = 0;
    this.next = undefined;
    this.faults = {};
  }

  async close(): Promise<void> {
    await this.#stack?.close();
    await this.#engine?.close();
  }

  #onCall(call: OutsideCall): ReturnType<InjectFault> {
    this.calls.push(call);
    const fault = this.next;
    this.next = undefined;
    return fault;
  }

  #queue(name: string): Queue {
    const queue = this.#stack?.queueByUrl(this.#stack.outputs[name]);
    if (queue === undefined) throw new Error(`There is no queue ${name}.`);
    return queue;
  }
}
