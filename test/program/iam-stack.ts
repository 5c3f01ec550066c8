import { EventEmitter, on } from "node:events";
import { BatchWriteItemCommand, DynamoDBClient, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { hashOf } from "../../handlers/lib/connection-context.ts";
import { sortKeyOf } from "../../handlers/lib/members/member.ts";
import { operatorAccessKeyId } from "../../local/access-key-id.ts";
import type { Clock } from "../../local/clock.ts";
import type { DynamoDbEngine } from "../../local/dynamodb/engine.ts";
import type { RuntimeEvent } from "../../local/events.ts";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { type RunningStack, startRuntime } from "../../local/runtime.ts";
import { laptopIdentity } from "../../scripts/lib/laptop-identity.ts";
import { RoomClient } from "../support/room-client.ts";
import { roomcastProgram } from "../support/roomcast-program.ts";
import { startTestEngine } from "../support/test-engine.ts";

export type Event<Type extends RuntimeEvent["type"]> = Extract<RuntimeEvent, { type: Type }>;

/** Rooms of more than two are large. */
const settings = {
  "roomcast:presenceLimit": "2",
  "roomcast:largeRoomMembers": "2",
  "roomcast:laneCount": "2",
};

/** Behind every other in the order of the members; API Gateway knows that they cannot be any (400). */
const impossibleConnections = ["~1", "~2"];

/** The whole program in this process, whose policies can be changed while it runs. */
export class IamStack {
  readonly stack: RunningStack;
  readonly denials: Event<"denied">[] = [];
  readonly #events: EventEmitter;
  readonly #engine: DynamoDbEngine;
  readonly #table: DynamoDBClient;
  readonly #queue: SQSClient;
  readonly #token: string;
  readonly #clients: RoomClient[] = [];
  /** Of connections that can be neither reached nor closed: their rooms would be tried for minutes. */
  readonly #rows: ReturnType<typeof rowOf>[] = [];
  #rooms = 0;

  private constructor(
    stack: RunningStack,
    events: EventEmitter,
    engine: DynamoDbEngine,
    token: string,
  ) {
    this.stack = stack;
    this.#events = events;
    this.#engine = engine;
    this.#token = token;
    const credentials = { accessKeyId: operatorAccessKeyId, secretAccessKey: "any" };
    const region = "eu-west-1";
    this.#table = new DynamoDBClient({ region, endpoint: engine.endpoint, credentials });
    const endpoint = new URL(stack.outputs["queueUrl"]).origin;
    this.#queue = new SQSClient({ region, endpoint, credentials });
    events.setMaxListeners(0);
    events.on("denied", (event) => this.denials.push(event));
  }

  static async start(clock?: Clock): Promise<IamStack> {
    const identity = await laptopIdentity();
    const events = new EventEmitter();
    const engine = await startTestEngine();
    const stack = await startRuntime({
      ...(await roomcastProgram(identity.jwks, settings)),
      emit: (event) => events.emit(event.type, event),
      dynamoDbEndpoint: engine.endpoint,
      ...(clock && { clock }),
    });
    return new IamStack(stack, events, engine, await identity.token("alice", ["iam-*"]));
  }

  /** Ends the clients that are left. */
  leave(): void {
    for (const { socket } of this.#clients.splice(0)) socket.terminate();
  }

  async close(): Promise<void> {
    this.leave();
    this.#table.destroy();
    this.#queue.destroy();
    await this.stack.close();
    await this.#engine.close();
  }

  /** The function of this name below Roomcast, as events call it. */
  functionName(name: string): string {
    const found = this.stack.resources.find(
      (resource) => resource.name === `roomcast-${name}-function`,
    );
    return found?.state["name"];
  }

  /** The next event of a type that passes. */
  async next<Type extends RuntimeEvent["type"]>(
    type: Type,
    passes: (event: Event<Type>) => boolean = () => true,
  ): Promise<Event<Type>> {
    for await (const [event] of on(this.#events, type)) if (passes(event)) return event;
    throw new Error("The events have ended.");
  }

  /** Every event of a type from now on. */
  collect<Type extends RuntimeEvent["type"]>(type: Type): Event<Type>[] {
    const collected: Event<Type>[] = [];
    this.#events.on(type, (event: Event<Type>) => collected.push(event));
    return collected;
  }

  async connect(room: string): Promise<RoomClient> {
    const url = this.stack.stages[0]?.url ?? "";
    const query = `room_id=${room}`;
    const client = await RoomClient.connect(url, { token: this.#token, query });
    this.#clients.push(client);
    return client;
  }

  /** As a backend does. */
  async publish(room: string, MessageBody: string): Promise<void> {
    const MessageDeduplicationId = crypto.randomUUID();
    const QueueUrl = this.stack.outputs["queueUrl"];
    await this.#queue.send(
      new SendMessageCommand({
        QueueUrl,
        MessageGroupId: room,
        MessageDeduplicationId,
        MessageBody,
      }),
    );
  }

  /** What has been reported of records that were given up. */
  async failures(): Promise<unknown[]> {
    const QueueUrl = this.stack.outputs["presenceFailureQueueUrl"];
    const { Messages = [] } = await this.#queue.send(new ReceiveMessageCommand({ QueueUrl }));
    return Messages.map(({ Body = "" }) => JSON.parse(Body));
  }

  /** A row whose token has expired a minute ago. */
  addExpired(room: string, connectionId: string): Promise<void> {
    return this.#write([{ PutRequest: { Item: rowOf(room, connectionId, -60) } }]);
  }

  async #write(requests: WriteRequest[]): Promise<void> {
    if (requests.length === 0) return;
    const RequestItems = { [this.stack.outputs["tableName"]]: requests };
    await this.#table.send(new BatchWriteItemCommand({ RequestItems }));
  }

  /** Everything that needs a permission, in rooms of its own, the on-failure destination excepted. */
  async live(): Promise<void> {
    const room = `iam-${++this.#rooms}`;
    await this.#liveAsAWhole(room);
    await this.#liveInLanes(`${room}-large`);
  }

  async #liveAsAWhole(room: string): Promise<void> {
    const alice = await this.connect(room);
    const { connectionId } = await alice.next("welcome");
    alice.send("hello");
    await alice.next("ack");
    await alice.next("message");

    const postponed = this.#postponed(`"${room}-unreadable"`);
    await this.publish(`${room}-unreadable`, "this is not JSON");
    await postponed;

    const witness = await this.connect(room);
    await witness.next("welcome");
    await this.addExpired(`${room}-expired`, connectionId);
    await this.publish(`${room}-expired`, '"anything"');
    await alice.next("closing");
    // Not the next invocation of the function: that may be for somebody who left in an earlier life.
    while ((await witness.next("presence")).connections !== 1);
  }

  /** A task that cannot end: it leaves a cursor, and goes on from there. */
  async #liveInLanes(room: string): Promise<void> {
    const alice = await this.connect(room);
    await alice.next("welcome");
    const postponed = this.#postponed(`"${room}#`);
    const rows = impossibleConnections.map((connectionId) => rowOf(room, connectionId, 3600));
    this.#rows.push(...rows);
    await this.#write(rows.map((Item) => ({ PutRequest: { Item } })));
    await postponed;
    await this.#removeRows();
    // The lane's order: what is behind that task is delivered after it.
    await this.publish(room, '"anything"');
    await alice.next("message");
  }

  async #removeRows(): Promise<void> {
    const keys = this.#rows.splice(0).map(({ room, member }) => ({ room, member }));
    await this.#write(keys.map((Key) => ({ DeleteRequest: { Key } })));
  }

  /** @param group How the message group begins, as it stands in the log. */
  async #postponed(group: string): Promise<void> {
    await this.next(
      "log",
      ({ line }) => line.includes('"records postponed"') && line.includes(`"room":${group}`),
    );
  }

  /** What is denied first while the stack lives with other policies; undefined when nothing is. */
  async firstDenial(policies: readonly RecordedResource[]): Promise<Event<"denied"> | undefined> {
    this.stack.replacePolicies(policies);
    const denied = this.next("denied");
    const lived = this.live().then(() => undefined);
    lived.catch(() => {});
    try {
      return await Promise.race([denied, lived]);
    } finally {
      this.stack.replacePolicies(this.stack.resources);
      this.leave();
      await this.#removeRows();
    }
  }
}

/** A row of one of alice's connections. @param tokenSeconds How long its token is still good for. */
function rowOf(room: string, connectionId: string, tokenSeconds: number) {
  const nowSeconds = Math.floor(Date.now() / 1000);
  return {
    room: { S: room },
    member: { S: sortKeyOf({ user: "alice", userHash: hashOf("alice"), connectionId }) },
    subscribe: { BOOL: true },
    connectedAt: { N: String((nowSeconds - 60) * 1000) },
    tokenExpiresAt: { N: String(nowSeconds + tokenSeconds) },
    expiresAt: { N: String(nowSeconds + 7200) },
  };
}
