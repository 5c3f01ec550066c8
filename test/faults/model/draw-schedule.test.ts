import assert from "node:assert/strict";
import { drawSchedule } from "./draw-schedule.ts";
import { faultKinds } from "./fault.ts";
import { faultsOf, type Schedule, stepsOf, textsOf } from "./schedule.ts";

const schedules = Array.from({ length: 300 }, (_, seed) => drawSchedule(seed));

describe("a schedule that is drawn", () => {
  it("is the same for the same seed, and another for another", () => {
    assert.deepEqual(drawSchedule(7), drawSchedule(7));
    assert.notDeepEqual(drawSchedule(7).steps, drawSchedule(8).steps);
  });

  it("has at least three users, two rooms, forty steps and three faults", () => {
    for (const schedule of schedules) {
      const { clients } = schedule;
      assert.ok(new Set(clients.map(({ user }) => user)).size >= 3);
      assert.ok(new Set(clients.map(({ room }) => room)).size >= 2);
      assert.ok(stepsOf(schedule) >= 40);
      assert.ok(faultsOf(schedule).length >= 3);
    }
  });

  it("sends no text twice, but pings", () => {
    for (const { steps } of schedules) {
      const texts = steps.filter((step) => step.do !== "ping").flatMap(textsOf);
      assert.equal(new Set(texts).size, texts.length);
    }
  });

  it("has, among many, every kind of step and of fault", () => {
    const steps = schedules.flatMap((schedule) => schedule.steps);
    assert.deepEqual(
      new Set(steps.map((step) => step.do)),
      new Set([
        ...["connect", "publish", "text", "invalid", "ping", "burst", "backend", "leave", "vanish"],
        ...["pass", "fault"],
      ]),
    );
    assert.deepEqual(
      new Set(["token-expires", ...schedules.flatMap(faultsOf).map(({ kind }) => kind)]),
      new Set(Object.keys(faultKinds)),
    );
  });

  it("has, among many, every kind of client", () => {
    const clients = schedules.flatMap((schedule) => schedule.clients);
    assert.ok(clients.some(({ rights }) => !rights.publish));
    assert.ok(clients.some(({ rights }) => !rights.subscribe));
    assert.ok(clients.some(({ tokenSeconds }) => tokenSeconds < 400));
    assert.ok(clients.some(({ silent }) => silent));
    assert.ok(
      schedules.some(({ clients: [first, ...others] }) =>
        others.some(({ user, room }) => user === first?.user && room === first.room),
      ),
    );
  });

  it("has, among many, large rooms and long passes, with the faults of lanes only there", () => {
    const large = schedules.filter(({ settings }) => settings !== undefined);
    assert.ok(large.length > schedules.length / 2 && large.length < schedules.length);
    assert.ok(new Set(large.map(({ settings }) => settings?.laneCount)).size === 3);
    for (const { settings } of large) {
      assert.ok(settings && settings.presenceLimit <= settings.largeRoomMembers);
    }
    const isLong = ({ steps }: Schedule) =>
      steps.some((step) => step.do === "pass" && step.milliseconds > 2 * 3600_000);
    assert.ok(large.some(isLong));
    const small = schedules.filter(({ settings }) => settings === undefined);
    assert.ok(!small.some(isLong));
    assert.ok(!small.flatMap(faultsOf).some(({ kind }) => kind.startsWith("lane-")));
  });

  it("uses ids again", () => {
    const again = schedules.flatMap(({ steps }) => {
      const ids = steps.flatMap((step) => ("id" in step ? [step.id] : []));
      return ids.filter((id, index) => ids.indexOf(id) !== index);
    });
    assert.ok(again.length > schedules.length);
  });
});
