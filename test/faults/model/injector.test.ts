import assert from "node:assert/strict";
import type { OutsideCall } from "../../../local/faults.ts";
import type { CallTarget, Extent, Fault } from "./fault.ts";
import { Injector, roleOf, type Whereabouts } from "./injector.ts";

const post: OutsideCall = {
  functionName: "roomcast-fan-out-function-1234567",
  service: "execute-api",
  action: "PostToConnection",
  connectionId: "of c1",
};
const query: OutsideCall = {
  functionName: "roomcast-connect-function-1234567",
  service: "dynamodb",
  action: "Query",
};

describe("the injector", () => {
  let now: number;
  let handshaking: boolean;
  let told: boolean[];
  let injector: Injector;

  beforeEach(() => {
    now = 0;
    handshaking = false;
    told = [];
    const whereabouts: Whereabouts = {
      clientOf: (connectionId) => connectionId.slice("of ".length),
      isHandshaking: () => handshaking,
      onCall: (_call, effect) => told.push(effect !== undefined),
    };
    injector = new Injector(() => now, whereabouts);
  });

  function arm(target: CallTarget, extent: Partial<Extent> = {}): Fault {
    const fault: Fault = {
      kind: "post-5xx",
      on: "call",
      target,
      effect: { kind: "refused", status: 500, type: "InternalServerErrorException" },
      extent: { skip: 0, times: 1, ...extent },
    };
    injector.arm(fault);
    return fault;
  }

  function strikes(calls: readonly OutsideCall[]): boolean[] {
    return calls.map((call) => injector.onCall(call) !== undefined);
  }

  it("lets calls pass, strikes so often, counts, and tells of each call", () => {
    arm({ action: "PostToConnection" }, { skip: 1, times: 2 });
    const struck = [false, true, true, false];
    assert.deepEqual(strikes([post, post, post, post]), struck);
    assert.deepEqual(told, struck);
    assert.deepEqual([...injector.strikes], [["post-5xx", 2]]);
  });

  it("strikes for some time from the first time on", () => {
    arm({}, { times: 100, milliseconds: 50 });
    now = 1000;
    assert.deepEqual(strikes([post]), [true]);
    now = 1050;
    assert.deepEqual(strikes([post]), [true]);
    now = 1051;
    assert.deepEqual(strikes([post]), [false]);
  });

  it("lets one pass after every so many", () => {
    arm({}, { times: 4, letsPassAfter: 2 });
    assert.deepEqual(strikes(Array(7).fill(post)), [true, true, false, true, true, false, false]);
  });

  for (const [what, target, meant, other] of [
    ["a function", { role: "connect" }, query, post],
    ["a service", { service: "dynamodb" }, query, post],
    ["an action", { action: "Query" }, query, post],
    ["a client", { client: "c1" }, post, { ...post, connectionId: "of c2" }],
    ["a client, and not calls about none", { client: "c1" }, post, query],
  ] as const) {
    it(`strikes the calls of ${what} only`, () => {
      arm(target);
      assert.deepEqual(strikes([other, meant]), [false, true]);
    });
  }

  it("strikes handshakes only, if so told", () => {
    arm({ handshaking: true });
    assert.deepEqual(strikes([post]), [false]);
    handshaking = true;
    assert.deepEqual(strikes([post]), [true]);
  });

  it("makes those reads stale that were not asked to be consistent", () => {
    injector.arm({
      kind: "stale-read",
      on: "call",
      target: { action: "Query" },
      effect: { kind: "stale", milliseconds: 1 },
      extent: { skip: 0, times: 1 },
    });
    const eventual = { ...query, consistent: false };
    assert.deepEqual(strikes([query, { ...query, consistent: true }, eventual]), [
      false,
      false,
      true,
    ]);
  });

  it("loses deletions and disconnects, and plays with the stream", () => {
    const extent = { skip: 0, times: 1 };
    injector.arm({ kind: "redelivery", on: "deletion", extent });
    injector.arm({ kind: "disconnect-lost", on: "disconnect", extent });
    const stream: Fault = { kind: "stream-delay", on: "stream", delay: 5, repeats: 1, extent };
    injector.arm(stream);
    assert.deepEqual([injector.loseDeletion(), injector.loseDeletion()], [true, false]);
    assert.deepEqual([injector.loseDisconnect(), injector.loseDisconnect()], [true, false]);
    assert.deepEqual(injector.onStreamBatch(), stream);
    assert.deepEqual(injector.onStreamBatch(), { delay: 0, repeats: 0 });
  });

  it("keeps batches of one message group back, of a room's or a lane's", () => {
    const extent = { skip: 1, times: 2 };
    injector.arm({ kind: "lane-lags", on: "batch", of: "lanes", delay: 5000, extent });
    const delayOf = (group: string) =>
      injector.delayQueueBatch({ queueArn: "arn:of-no-matter", groups: [group] });
    assert.deepEqual(["red", "red#1", "red", "red#2"].map(delayOf), [0, 0, 0, 5000]);
    assert.deepEqual(["red#1", "red#2", "red#2"].map(delayOf), [0, 5000, 0]);
    assert.deepEqual([...injector.strikes], [["lane-lags", 2]]);
  });

  it("does nothing once it is stopped", () => {
    arm({}, { times: 100 });
    injector.stop();
    assert.deepEqual(strikes([post]), [false]);
  });

  it("knows a function's role by its name", () => {
    for (const role of ["authorize", "connect", "disconnect", "fan-out", "presence"] as const) {
      assert.equal(roleOf(`roomcast-${role}-function-a1b2c3d`), role);
    }
    assert.equal(roleOf("another"), undefined);
  });
});
