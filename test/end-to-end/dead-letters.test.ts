import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { operatorAccessKeyId } from "../../local/access-key-id.ts";
import type { DynamoDbEngine } from "../../local/dynamodb/engine.ts";
import type { RuntimeEvent } from "../../local/events.ts";
import { type RunningStack, startRuntime } from "../../local/runtime.ts";
import { laptopConfiguration, laptopIdentity } from "../../scripts/lib/laptop-identity.ts";
import { readStackConfiguration } from "../../scripts/lib/stack-configuration.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { fixtures } from "../support/program.ts";
import { RoomClient } from "../support/room-client.ts";
import { startTestEngine } from "../support/test-engine.ts";

/** The whole program on a clock of the test's own: two and a half minutes of retries take no time. */
describe("a record that always fails", function () {
  this.timeout(60_000);
  const clock = new ManualClock(Date.now());
  const events = new EventEmitter();
  let queue: SQSClient;
  let engine: DynamoDbEngine;
  let stack: RunningStack;
  let lobby: RoomClient;
  let attic: RoomClient;

  before(async () => {
    const identity = await laptopIdentity();
    const { project, config } = await readStackConfiguration("dev", fixtures);
    const { "roomcast:jwksUri": _uri, ...settings } = config;
    engine = await startTestEngine();
    stack = await startRuntime({
      load: () => import("../../index.ts"),
      project,
      stack: "dev",
      config: { ...settings, ...laptopConfiguration(identity) },
      clock,
      dynamoDbEndpoint: engine.endpoint,
      emit: (event) => events.emit(event.type, event),
    });
    queue = new SQSClient({
      region: "eu-west-1",
      endpoint: new URL(stack.outputs["queueUrl"]).origin,
      credentials: { accessKeyId: operatorAccessKeyId, secretAccessKey: "test" },
    });
    const url = stack.stages[0]?.url ?? "";
    const token = await identity.token("alice", ["lobby", "attic"]);
    lobby = await clock.until(RoomClient.join(url, { token }));
    attic = await clock.until(RoomClient.join(url, { token, query: "room_id=attic" }));
  });

  after(async () => {
    await lobby?.close();
    await attic?.close();
    await stack?.close();
    await engine?.close();
    queue?.destroy();
  });

  it("takes no other message with it, and lies in the dead-letter queue in the end", async () => {
    await publish("lobby", '"first"');
    await publish("lobby", "this is not JSON");
    await publish("attic", '"elsewhere"');
    assert.equal((await attic.next("message")).data, "elsewhere");
    assert.equal((await lobby.next("message")).data, "first");

    const delays: number[] = [];
    for (let receive = 1; receive <= 10; receive++) {
      const seconds = await postponed(receive);
      delays.push(seconds);
      // In the batch of the next receive, the last one excepted: after that there is none.
      await publish("lobby", `"after receive ${receive}"`);
      await clock.advance(seconds * 1000);
      assert.equal((await lobby.next("message")).data, `after receive ${receive}`);
    }
    assert.deepEqual(delays, [1, 2, 4, 8, 16, 30, 30, 30, 30, 30]);

    const { Messages } = await queue.send(
      new ReceiveMessageCommand({
        QueueUrl: stack.outputs["deadLetterQueueUrl"],
        MessageSystemAttributeNames: ["MessageGroupId"],
      }),
    );
    assert.deepEqual(
      Messages?.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId]),
      [["this is not JSON", "lobby"]],
    );
  });

  async function publish(room: string, body: string): Promise<void> {
    await queue.send(
      new SendMessageCommand({
        QueueUrl: stack.outputs["queueUrl"],
        MessageGroupId: room,
        MessageDeduplicationId: `${room} ${body}`.replaceAll(/[^\w]/g, "-"),
        MessageBody: body,
      }),
    );
  }

  /** What fan-out has logged, and what it has logged in invocations that have ended. */
  const logged: Postponement[] = [];
  const ended: Postponement[] = [];
  events.on("log", ({ line }: Extract<RuntimeEvent, { type: "log" }>) => {
    const entry = JSON.parse(line);
    if (entry.event === "records postponed") {
      logged.push(entry);
    }
  });
  events.on("invoked", () => {
    ended.push(...logged.splice(0));
    events.emit("ended");
  });

  /** Resolves to the delay that fan-out gave the records after this receive, when it has ended. */
  async function postponed(receive: number): Promise<number> {
    for (;;) {
      const found = ended.find(({ receiveCount }) => receiveCount === receive);
      if (found !== undefined) {
        return found.seconds;
      }
      await once(events, "ended");
    }
  }
});

interface Postponement {
  seconds: number;
  receiveCount: number;
}
