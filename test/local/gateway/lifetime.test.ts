import assert from "node:assert/strict";
import { once } from "node:events";
import { PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import type { Timer } from "../../../local/clock.ts";
import type { GatewayOptions } from "../../../local/gateway/options.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { api, lambda, ping, route } from "./resources.ts";
import { type Client, Stack, stopStacks } from "./support.ts";

const MINUTE = 60_000;

function start(options: Partial<GatewayOptions> = {}): Promise<Stack> {
  const left = lambda("left");
  const resources = [...api(), left, ...route("$disconnect", left), ...ping()];
  return Stack.start(resources, { left: () => ({ statusCode: 200 }) }, options);
}

/** Knows how many of its timers are pending. */
class CountingClock extends ManualClock {
  readonly pending = new Set<symbol>();

  override after(milliseconds: number, callback: () => void): Timer {
    const key = Symbol();
    this.pending.add(key);
    const timer = super.after(milliseconds, () => {
      this.pending.delete(key);
      callback();
    });
    return {
      cancel: () => {
        this.pending.delete(key);
        timer.cancel();
      },
    };
  }
}

async function exchange(client: Client): Promise<void> {
  client.send({ action: "ping" });
  assert.equal(await client.next(), '{"type":"pong"}');
}

/** Still open one millisecond before, and closed then. */
async function assertEndsIn(
  stack: Stack,
  client: Client & { id: string },
  milliseconds: number,
): Promise<void> {
  await stack.clock.advance(milliseconds - 1);
  assert.equal(stack.gateway.connections.get(client.id)?.live, true);
  await stack.clock.advance(1);
  assert.deepEqual(await client.closed, { code: 1001, reason: "Going away" });
}

describe("gateway: the life of a connection", () => {
  afterEach(stopStacks);

  it("ends an idle one after 10 minutes with 1001, and tells $disconnect", async () => {
    const stack = await start();
    const client = await stack.connect();
    await assertEndsIn(stack, client, 10 * MINUTE);
    const { requestContext } = await stack.function("left").nextCall();
    assert.equal(requestContext.disconnectStatusCode, 1001);
    assert.equal(requestContext.disconnectReason, "Going away");
    assert.equal(requestContext.requestTimeEpoch - requestContext.connectedAt, 10 * MINUTE);
  });

  it("counts from the last message of the client", async () => {
    const stack = await start();
    const client = await stack.connect();
    await stack.clock.advance(9 * MINUTE);
    await exchange(client);
    await assertEndsIn(stack, client, 10 * MINUTE);
  });

  it("counts from the last post to the client", async () => {
    const stack = await start();
    const client = await stack.connect();
    await stack.clock.advance(9 * MINUTE);
    const command = new PostToConnectionCommand({
      ConnectionId: client.id,
      Data: Buffer.from("a"),
    });
    await stack.management().send(command);
    assert.equal(await client.next(), "a");
    await assertEndsIn(stack, client, 10 * MINUTE);
  });

  it("does not count ping frames (unconfirmed on AWS)", async () => {
    const stack = await start();
    const client = await stack.connect();
    await stack.clock.advance(9 * MINUTE);
    const pong = once(client.socket, "pong");
    client.socket.ping();
    await pong;
    await assertEndsIn(stack, client, MINUTE);
  });

  it("ends a busy one after 2 hours with 1001, which takes a test less than a second", async () => {
    const begin = process.cpuUsage();
    const stack = await start();
    const client = await stack.connect();
    for (let count = 0; count < 12; count++) {
      await stack.clock.advance(9.5 * MINUTE);
      await exchange(client);
    }
    await assertEndsIn(stack, client, 120 * MINUTE - 12 * 9.5 * MINUTE);
    const { requestContext } = await stack.function("left").nextCall();
    assert.equal(requestContext.disconnectReason, "Going away");
    assert.equal(requestContext.requestTimeEpoch - requestContext.connectedAt, 120 * MINUTE);
    const command = new PostToConnectionCommand({
      ConnectionId: client.id,
      Data: Buffer.from("a"),
    });
    await assert.rejects(stack.management().send(command), { name: "GoneException" });
    // Not the time on the wall, which depends on what else the machine does.
    const { user, system } = process.cpuUsage(begin);
    assert.ok(user + system < 1_000_000);
  });

  it("forgets a connection that ended by itself", async () => {
    const clock = new CountingClock();
    const stack = await start({ clock });
    const first = await stack.connect();
    assert.equal(clock.pending.size, 1);
    const next = await stack.connect();
    assert.equal(clock.pending.size, 2);
    await first.close();
    await stack.function("left").nextCall();
    await exchange(next);
    assert.equal(clock.pending.size, 1);
  });
});
