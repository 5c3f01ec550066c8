import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { operatorAccessKeyId } from "../../local/access-key-id.ts";
import { isLaptopUrl } from "../../scripts/lib/outputs.ts";
import type { StackName } from "./case.ts";
import type { FixtureOutputs, QueueName } from "./fixture/outputs.ts";
import { Mailbox } from "./mailbox.ts";
import type { CaseClock, RoomcastOutputs, Target } from "./target.ts";

/** Makes a token; see `RoomcastTarget.token`. */
export type MakeToken = (
  user: string,
  rooms: string[] | Record<string, string[]>,
  seconds: number,
) => Promise<string>;

export interface SiteOptions {
  place: Target["place"];
  roomcast?: RoomcastOutputs | undefined;
  fixture?: FixtureOutputs | undefined;
  token: MakeToken;
  /** Where the tables are, if not where the SDK looks by itself. */
  dynamoDbEndpoint?: string;
  clock?: CaseClock;
}

/** Seconds that a queue may be waited for, where time passes. */
const waitSeconds = 1;

/** Running stacks, and the SDK's clients for them, which all cases share. */
export class Site {
  readonly place: Target["place"];
  readonly clock: CaseClock | undefined;
  readonly token: MakeToken;
  readonly #options: SiteOptions;
  readonly #mailboxes = new Map<QueueName, Mailbox>();
  readonly #clients = new Map<string, { destroy(): void }>();

  constructor(options: SiteOptions) {
    this.place = options.place;
    this.clock = options.clock;
    this.token = options.token;
    this.#options = options;
  }

  has(stack: StackName): boolean {
    return this.#options[stack] !== undefined;
  }

  get roomcast(): RoomcastOutputs {
    return present(this.#options.roomcast);
  }

  get fixture(): FixtureOutputs {
    return present(this.#options.fixture);
  }

  sqs(stack: StackName): SQSClient {
    return this.#client(`sqs ${stack}`, () => new SQSClient(this.#settings(stack)));
  }

  dynamodb(stack: StackName): DynamoDBClient {
    const { dynamoDbEndpoint } = this.#options;
    const { endpoint: _, ...settings } = this.#settings(stack);
    return this.#client(
      `dynamodb ${stack}`,
      () =>
        new DynamoDBClient({
          ...settings,
          ...(dynamoDbEndpoint === undefined ? {} : { endpoint: dynamoDbEndpoint }),
        }),
    );
  }

  management(endpoint: string): ApiGatewayManagementApiClient {
    const stack = this.has("fixture") ? "fixture" : "roomcast";
    const settings = { ...this.#settings(stack), endpoint, maxAttempts: 1 };
    return this.#client(
      `management ${endpoint}`,
      () => new ApiGatewayManagementApiClient(settings),
    );
  }

  mailbox(queue: QueueName): Mailbox {
    let mailbox = this.#mailboxes.get(queue);
    if (mailbox === undefined) {
      const wait = this.clock === undefined ? waitSeconds : 0;
      const drain = this.place === "laptop" ? 0 : waitSeconds;
      mailbox = new Mailbox(this.sqs("fixture"), this.fixture.queues[queue], wait, drain);
      this.#mailboxes.set(queue, mailbox);
    }
    return mailbox;
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
  }

  #settings(stack: StackName) {
    const queueUrl = stack === "fixture" ? this.fixture.queues.reports : this.roomcast.queueUrl;
    // The address of a queue names its region: https://sqs.<region>.amazonaws.com/…
    if (!isLaptopUrl(queueUrl)) return { region: new URL(queueUrl).hostname.split(".")[1] ?? "" };
    return {
      region: "eu-west-1",
      endpoint: new URL(queueUrl).origin,
      credentials: { accessKeyId: operatorAccessKeyId, secretAccessKey: "any" },
    };
  }

  #client<Kind extends { destroy(): void }>(name: string, create: () => Kind): Kind {
    let client = this.#clients.get(name) as Kind | undefined;
    if (client === undefined) {
      client = create();
      this.#clients.set(name, client);
    }
    return client;
  }
}

function present<T>(outputs: T | undefined): T {
  if (outputs === undefined) throw new Error("this stack was not given");
  return outputs;
}
