import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import type { Case } from "./case.ts";
import { Client, type HandshakeAnswer, type HandshakeOptions, handshake } from "./client.ts";
import type { Report } from "./fixture/handlers/report.ts";
import type { FixtureOutputs, QueueName } from "./fixture/outputs.ts";
import type { Site } from "./site.ts";
import type {
  CaseClock,
  FixtureHandshake,
  FixtureTarget,
  RoomcastOutputs,
  RoomcastTarget,
  Target,
} from "./target.ts";

const hour = 3600;

/** Milliseconds; on AWS messages and functions take their time. */
const patience = {
  laptop: { limit: 20_000, pause: 10, grace: 100 },
  deployed: { limit: 30_000, pause: 250, grace: 3000 },
};

/** A run of one case: whatever it opens is closed by {@link end}. */
class Session implements Target {
  protected readonly site: Site;
  readonly place: Target["place"];
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly #id: string;
  readonly #clients: Client[] = [];

  constructor(site: Site, { id, stack }: Case) {
    this.site = site;
    this.place = site.place;
    this.#id = id;
    this.sqs = site.sqs(stack);
    this.dynamodb = site.dynamodb(stack);
  }

  management(endpoint: string): ApiGatewayManagementApiClient {
    return this.site.management(endpoint);
  }

  get clock(): CaseClock {
    if (this.site.clock === undefined) throw new Error("the clock of this place cannot be moved");
    return this.site.clock;
  }

  now(): number {
    return this.site.clock?.now() ?? Date.now();
  }

  unique(): string {
    return `${this.#id.slice(0, 27)}-${randomBytes(6).toString("hex")}`;
  }

  async connect(url: string, options?: HandshakeOptions): Promise<Client> {
    const client = await Client.connect(url, options);
    this.#clients.push(client);
    return client;
  }

  handshake(url: string, options?: HandshakeOptions): Promise<HandshakeAnswer> {
    return handshake(url, options);
  }

  async eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
    const { limit } = patience[this.place];
    const deadline = Date.now() + limit;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await this.#pause("pause");
    }
  }

  async grace(): Promise<void> {
    await this.#pause("grace");
  }

  async end(): Promise<void> {
    const open = this.#clients.splice(0).filter(({ isOpen }) => isOpen);
    for (const client of open) client.drop();
    await Promise.all(open.map(({ closed }) => closed));
    await this.site.clock?.settle();
  }

  async #pause(kind: "pause" | "grace"): Promise<void> {
    if (this.site.clock === undefined) await delay(patience[this.place][kind]);
    else await this.site.clock.settle();
  }
}

export class FixtureSession extends Session implements FixtureTarget {
  get outputs(): FixtureOutputs {
    return this.site.fixture;
  }

  open(options: FixtureHandshake = {}): Promise<Client> {
    return this.connect(this.#url(options), asked(options));
  }

  knock(options: FixtureHandshake = {}): Promise<HandshakeAnswer> {
    return this.handshake(this.#url(options), asked(options));
  }

  async report(name: string, source: string): Promise<Report> {
    const { Body = "" } = await this.#take(
      "reports",
      name,
      (letter) => sourceOf(letter) === source,
    );
    return JSON.parse(Body);
  }

  async reported(name: string): Promise<string[]> {
    await this.grace();
    const mailbox = this.site.mailbox("reports");
    await mailbox.drain();
    return mailbox.letters(name).map(sourceOf);
  }

  async mail(queue: QueueName, name: string): Promise<Message> {
    return await this.#take(queue, name, () => true);
  }

  async #take(
    queue: QueueName,
    name: string,
    passes: (letter: Message) => boolean,
  ): Promise<Message> {
    const mailbox = this.site.mailbox(queue);
    const letters = mailbox.letters(name);
    return await this.eventually(async () => {
      if (!letters.some(passes)) await mailbox.receive();
      const index = letters.findIndex(passes);
      const [letter] = index < 0 ? [] : letters.splice(index, 1);
      if (letter !== undefined) return letter;
      throw new Error(`nothing came to ${queue} for ${name} but ${letters.length} others`);
    });
  }

  #url({ stage = "main" }: FixtureHandshake): string {
    return this.outputs.stages[stage].url;
  }
}

export class RoomcastSession extends Session implements RoomcastTarget {
  get outputs(): RoomcastOutputs {
    return this.site.roomcast;
  }

  token(user: string, rooms: string[] | Record<string, string[]>, seconds = hour): Promise<string> {
    return this.site.token(user, rooms, seconds);
  }

  async join(user: string, room: string, seconds?: number): Promise<Client> {
    const headers = { Authorization: `Bearer ${await this.token(user, [room], seconds)}` };
    const client = await this.connect(this.outputs.url, { query: { room_id: room }, headers });
    let frame: { type?: string; events?: { type: string }[] };
    do {
      frame = await (this.site.clock?.until(client.nextJson()) ?? client.nextJson());
    } while (![frame, ...(frame.events ?? [])].some(({ type }) => type === "welcome"));
    return client;
  }
}

function asked({ outcome = "allow", connect, name, ...rest }: FixtureHandshake): HandshakeOptions {
  return {
    ...rest,
    query: {
      outcome,
      ...(connect === undefined ? {} : { connect }),
      ...(name === undefined ? {} : { case: name }),
      ...rest.query,
    },
    headers: { "X-Caller": "conformance", ...rest.headers },
  };
}

function sourceOf({ Body = "" }: Message): string {
  return JSON.parse(Body).source;
}
