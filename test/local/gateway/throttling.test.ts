import assert from "node:assert/strict";
import {
  GetConnectionCommand,
  type ApiGatewayManagementApiServiceException as ServiceError,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { accountBuckets } from "../../../local/gateway/throttle.ts";
import { TokenBucket } from "../../../local/gateway/token-bucket.ts";
import type { Properties } from "../../../local/recording/resource.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { api, lambda, ping, route } from "./resources.ts";
import { type Client, Stack, stopStacks } from "./support.ts";

/** A stack with these settings, whose $default route answers `ok`. */
function start(stage: Properties): Promise<Stack> {
  const echo = lambda("echo");
  const resources = [...api(stage), echo, ...route("$default", echo, { twoWay: true }), ...ping()];
  return Stack.start(resources, { echo: () => ({ statusCode: 200, body: "ok" }) });
}

function limits(throttlingRateLimit: number, throttlingBurstLimit: number) {
  return { throttlingRateLimit, throttlingBurstLimit };
}

async function answers(client: Client, messages: unknown[]): Promise<string[]> {
  const heard: string[] = [];
  for (const message of messages) {
    client.send(message);
    const frame = await client.next();
    heard.push(frame.startsWith("{") ? (JSON.parse(frame).message ?? "pong") : frame);
  }
  return heard;
}

const THROTTLED = "Too Many Requests";
const PING = { action: "ping" };

describe("token bucket, as the developer guide's examples of 10 000 a second, burst 5 000", () => {
  const cases: [string, [at: number, requests: number][], number][] = [
    ["10 000 in the first millisecond: 5 000", [[0, 10_000]], 5000],
    [
      "10 in each millisecond: all",
      Array.from({ length: 1000 }, (_, at) => [at, 10] as [number, number]),
      10_000,
    ],
    [
      "5 000 at first and 5 000 in the 101st millisecond: 6 000",
      [
        [0, 5000],
        [100, 5000],
      ],
      6000,
    ],
    [
      "it never holds more than the burst",
      [
        [0, 1],
        [60_000, 6000],
      ],
      5001,
    ],
  ];
  for (const [what, requests, served] of cases) {
    it(what, async () => {
      const clock = new ManualClock(0);
      const bucket = new TokenBucket(clock, { rate: 10_000, burst: 5000 });
      let count = 0;
      for (const [at, number] of requests) {
        if (at > clock.now()) await clock.advance(at - clock.now());
        for (let index = 0; index < number; index++) if (bucket.take()) count++;
      }
      assert.equal(count, served);
    });
  }
});

describe("gateway: throttling by the stage", () => {
  afterEach(stopStacks);

  const zero: [string, Properties][] = [
    ["are zero", limits(0, 0)],
    ["are left out beside other settings, which is sent as zero", { loggingLevel: "INFO" }],
    ["have no rate, which is sent as zero", { throttlingBurstLimit: 100 }],
    ["have no burst, which is sent as zero", { throttlingRateLimit: 100 }],
    ["have a rate of zero", limits(0, 100)],
    ["have a burst of zero", limits(100, 0)],
  ];
  for (const [what, defaultRouteSettings] of zero) {
    it(`answers every handshake with 429 when the limits ${what}`, async () => {
      const stack = await start({ defaultRouteSettings });
      for (let count = 0; count < 2; count++) {
        const { status, body } = await stack.refused("/dev?token=secret");
        assert.deepEqual([status, body], [429, { message: THROTTLED }]);
        await stack.clock.advance(60_000);
      }
      assert.match(
        stack.eventsOf("refused")[0]?.reason ?? "",
        /^throttled: route \$connect of stage dev allows \d+ requests a second, in bursts of \d+$/,
      );
    });
  }

  it("answers a message over the limits with an error frame (unconfirmed on AWS), and stays connected", async () => {
    const stack = await start({ defaultRouteSettings: limits(1, 2) });
    const client = await stack.connect();
    assert.deepEqual(await answers(client, ["a", "b"]), ["ok", "ok"]);
    client.send("c");
    const frame = JSON.parse(await client.next());
    assert.deepEqual(Object.keys(frame), ["message", "connectionId", "requestId"]);
    assert.deepEqual([frame.message, frame.connectionId], [THROTTLED, client.id]);
    assert.equal((await answers(client, ["d"]))[0], THROTTLED);
    assert.equal(stack.function("echo").unread, 2);
    await stack.clock.advance(1000);
    assert.deepEqual(await answers(client, ["e", "f"]), ["ok", THROTTLED]);
    // One for each row of refusals.
    assert.equal(stack.eventsOf("notice").length, 2);
  });

  it("counts each route by itself, and handshakes as those of $connect", async () => {
    const stack = await start({ defaultRouteSettings: limits(1, 1) });
    const client = await stack.connect();
    assert.deepEqual(await answers(client, ["a", PING, "b", PING]), [
      ...["ok", "pong"],
      ...[THROTTLED, THROTTLED],
    ]);
    assert.equal((await stack.refused()).status, 429);
    await stack.clock.advance(1000);
    await stack.connect();
  });

  it("takes a route's own settings instead of the stage's", async () => {
    const stack = await start({
      defaultRouteSettings: limits(1, 1),
      routeSettings: [
        { routeKey: "ping", ...limits(1, 3) },
        { routeKey: "$default", loggingLevel: "INFO" },
      ],
    });
    const client = await stack.connect();
    assert.deepEqual(await answers(client, [PING, PING, PING, PING, "a"]), [
      ...["pong", "pong", "pong"],
      ...[THROTTLED, THROTTLED],
    ]);
  });
});

describe("gateway: throttling by the account", () => {
  afterEach(stopStacks);

  it("has the quotas of a new account by default", () => {
    const { requests, connections } = accountBuckets(new ManualClock());
    assert.deepEqual(requests.limits, { rate: 10_000, burst: 5000 });
    assert.deepEqual(connections.limits, { rate: 500, burst: 500 });
  });

  it("answers @connections with LimitExceeded when handshakes and messages have used it up", async () => {
    const clock = new ManualClock();
    const account = accountBuckets(clock, { requests: { rate: 1, burst: 3 } });
    const stack = await Stack.start([...api(), ...ping()], {}, { clock, account });
    const client = await stack.connect();
    assert.deepEqual(await answers(client, [PING]), ["pong"]);
    const get = () =>
      stack.management().send(new GetConnectionCommand({ ConnectionId: client.id }));
    assert.equal((await get()).$metadata.httpStatusCode, 200);
    await assert.rejects(get(), (error: ServiceError) => {
      assert.deepEqual(
        [error.name, error.$metadata.httpStatusCode, error.message],
        ["LimitExceededException", 429, THROTTLED],
      );
      return true;
    });
    assert.deepEqual(await answers(client, [PING]), [THROTTLED]);
    await clock.advance(1000);
    assert.equal((await get()).$metadata.httpStatusCode, 200);
  });

  it("bounds new connections, of all gateways that share it", async () => {
    const clock = new ManualClock();
    const account = accountBuckets(clock, { connections: { rate: 2, burst: 2 } });
    const one = await Stack.start([...api(), ...ping()], {}, { clock, account });
    const two = await Stack.start([...api(), ...ping()], {}, { clock, account });
    await one.connect();
    await two.connect();
    assert.equal((await one.refused()).status, 429);
    assert.match(one.eventsOf("refused")[0]?.reason ?? "", /new connections allows 2 requests/);
    await clock.advance(500);
    await two.connect();
  });
});
