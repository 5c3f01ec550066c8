import assert from "node:assert/strict";
import { managed, ofUsage } from "../../bench/cost/cost.ts";
import { at, type Counted } from "../../bench/cost/counted.ts";
import type { Profile } from "../../bench/cost/profiles.ts";
import { deliveriesOf, roomcastUsage, usualUsage } from "../../bench/cost/usage.ts";

const counted: Counted = {
  billed: {
    roomcast: [{ members: 10, milliseconds: 100 }],
    usual: [{ members: 10, milliseconds: 200 }],
  },
  readUnitsPerMember: 0.05,
  postsPerBurstOfTen: 2,
  batchesPerBurstOfTen: 2,
  largeRoomMembers: 1000,
  lanes: 16,
};

/** A thousand messages an hour to each of two rooms of ten, for an hour. */
const profile: Profile = {
  name: "test",
  description: "",
  rooms: 2,
  membersPerRoom: 10,
  hours: 1,
  messagesPerHour: 1000,
  burst: 1,
  bytes: 100,
  fromClients: true,
  joinsPerMember: 0,
};

/** Long polls of two mappings, around the clock: not what these tests are about. */
const idle = 2 * 5 * 3 * 60 * 24 * 30;

describe("the cost model", () => {
  it("counts deliveries", () => {
    assert.equal(deliveriesOf(profile), 20_000);
  });

  it("counts what a message takes", () => {
    const usage = roomcastUsage(profile, counted);
    // A post for each delivery; what comes in and its acknowledgement.
    assert.equal(usage.webSocketMessages, 20_000 + 2 * 2000);
    assert.equal(usage.webSocketMinutes, 20 * 60);
    // Sent, received, deleted.
    assert.equal(usage.sqsRequests - idle, 3 * 2000);
    assert.equal(usage.lambdaRequests, 2000);
    assert.equal(usage.lambdaGigabyteSeconds, 200);
    // Never less than one unit for a read.
    assert.equal(usage.readUnits, 2000);
    assert.equal(usage.writeUnits, 0);
  });

  it("counts coalesced posts for bursts, and no acknowledgement of a backend's", () => {
    const usage = roomcastUsage({ ...profile, burst: 10, fromClients: false }, counted);
    assert.equal(usage.webSocketMessages, 4000);
    assert.equal(usage.sqsRequests - idle, 2000 + 2 * 400);
    assert.equal(usage.lambdaRequests, 400);
  });

  it("counts who joins and leaves, and what the others hear of it", () => {
    const usage = roomcastUsage({ ...profile, messagesPerHour: 0, joinsPerMember: 1 }, counted);
    // A welcome each, and a frame to ten for each who joins and each who leaves.
    assert.equal(usage.webSocketMessages, 20 + 20 * 2 * 10);
    assert.equal(usage.writeUnits, 40);
  });

  it("tells nobody of it in a room above the limit of presence", () => {
    const large = { ...profile, membersPerRoom: 200, messagesPerHour: 0, joinsPerMember: 1 };
    assert.equal(roomcastUsage(large, counted).webSocketMessages, 400);
  });

  it("reads no more than a page of a large room for who joins or leaves", () => {
    const large = { ...profile, rooms: 1, membersPerRoom: 2000, messagesPerHour: 0 };
    // 50 units for the first thousand members, twice for each join, and the joiner's own look.
    const usage = roomcastUsage({ ...large, joinsPerMember: 1 }, counted);
    assert.equal(usage.readUnits, 2000 * (2 * 50 + 1));
  });

  it("counts the tasks of lanes", () => {
    const large = { ...profile, rooms: 1, membersPerRoom: 2000, messagesPerHour: 1 };
    const usage = roomcastUsage(large, counted);
    // Three for the message; two calls to enqueue; received and deleted in each lane.
    assert.equal(usage.sqsRequests - idle, 3 + 2 + 2 * 16);
    assert.equal(usage.lambdaRequests, 17);
  });

  it("counts the usual way's Scan of all rooms", () => {
    const usage = usualUsage(profile, counted);
    assert.equal(usage.webSocketMessages, 22_000);
    // Twenty rows, eventually consistent.
    assert.equal(usage.readUnits, 2000 * 0.5);
    assert.equal(usualUsage({ ...profile, rooms: 20 }, counted).readUnits, 20_000 * 5);
    assert.equal(usage.sqsRequests, 0);
  });

  it("prices a use", () => {
    const cost = ofUsage("roomcast", profile, {
      webSocketMessages: 1e6,
      webSocketMinutes: 4e6,
      sqsRequests: 2e6,
      lambdaRequests: 5e6,
      lambdaGigabyteSeconds: 0,
      readUnits: 8e6,
      writeUnits: 0,
      gigabytesOut: 0,
    });
    const { messages, connections, sqs, lambda, dynamoDb, total, perMillionDeliveries } = cost;
    assert.deepEqual([messages, connections, sqs, lambda, dynamoDb], [1, 1, 1, 1, 1]);
    assert.equal(total, 5);
    assert.equal(perMillionDeliveries, 250);
  });

  it("meters a managed service in steps", () => {
    const one = managed("appsync", profile, 1e-6, 0);
    assert.equal(one.messages, 22_000e-6);
    assert.equal(managed("appsync", { ...profile, bytes: 5121 }, 1e-6, 0).messages, 44_000e-6);
  });

  it("reads between what was measured, and beyond it in proportion", () => {
    const points = [
      { members: 10, milliseconds: 20 },
      { members: 100, milliseconds: 110 },
    ];
    assert.equal(at(points, 5), 20);
    assert.equal(at(points, 55), 65);
    assert.equal(at(points, 200), 220);
    assert.throws(() => at([], 1), /Nothing was measured/);
  });
});
