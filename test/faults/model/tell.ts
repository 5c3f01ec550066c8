import type { Extent, Fault } from "./fault.ts";
import { packed } from "./packed.ts";
import type { Outcome } from "./run.ts";
import {
  type ClientPlan,
  faultsOf,
  type RoomSettings,
  type Schedule,
  type Step,
  stepsOf,
} from "./schedule.ts";

/** A failing schedule for a person: what it violates, its steps with their times, and how to run it again. */
export function tell({ schedule, violations }: Pick<Outcome, "schedule" | "violations">): string {
  const { seed, settings, clients, steps } = schedule;
  let passed = 0;
  const lines = steps.map((step) => {
    const line = `  ${timeOf(passed)}  ${sentence(step)}`;
    if (step.do === "pass") passed += step.milliseconds;
    return line;
  });
  return [
    `Seed ${seed}: ${clients.length} clients, ${stepsOf(schedule)} steps, ${faultsOf(schedule).length} faults.`,
    ...violations.map(({ check, sentence }) => `  VIOLATED (${check}): ${sentence}`),
    ...(settings === undefined ? [] : [settingsSentence(settings)]),
    ...clients.map(clientSentence),
    ...lines,
    `  ${timeOf(passed)}  faults end, and everything comes to rest`,
    "Again:",
    `  ${replayCommand(schedule)}`,
  ].join("\n");
}

export function replayCommand(schedule: Schedule): string {
  return `npm run test:faults -- --replay ${packed(schedule)}`;
}

function settingsSentence({ presenceLimit, largeRoomMembers, laneCount }: RoomSettings): string {
  return `  presence up to ${presenceLimit} connections, ${laneCount} lanes from ${largeRoomMembers + 1} on`;
}

function clientSentence({ name, user, room, rights, tokenSeconds, silent }: ClientPlan): string {
  const may = (["subscribe", "publish"] as const).filter((right) => rights[right]).join(" and ");
  const quiet = silent ? ", sends no pings" : "";
  return `  ${name} is ${user} in ${room}, may ${may}, token for ${tokenSeconds} s${quiet}`;
}

function timeOf(milliseconds: number): string {
  const seconds = (milliseconds / 1000) % 60;
  const minutes = Math.floor(milliseconds / 60_000);
  return `${String(minutes).padStart(3)}:${seconds.toFixed(3).padStart(6, "0")}`;
}

function sentence(step: Step): string {
  switch (step.do) {
    case "connect":
      return `${step.client} connects`;
    case "publish":
      return `${step.client} publishes ${step.n}${idOf(step)}${sizeOf(step)}`;
    case "text":
      return `${step.client} sends the text ${step.n}`;
    case "invalid":
      return `${step.client} sends ${step.n}, which is invalid: ${step.what}${idOf(step)}`;
    case "ping":
      return `${step.client} pings`;
    case "burst":
      return `${step.client} publishes ${rangeOf(step)} at once${sizeOf(step)}`;
    case "backend":
      return `a backend publishes ${rangeOf(step)} to ${step.room}${sizeOf(step)}`;
    case "leave":
      return `${step.client} leaves`;
    case "vanish":
      return `${step.client} vanishes`;
    case "pass":
      return `${step.milliseconds} ms pass`;
    case "fault":
      return `FAULT ${faultSentence(step.fault)}`;
  }
}

function idOf({ id }: { id?: string }): string {
  return id === undefined ? "" : ` under the id ${id}`;
}

function sizeOf({ bytes }: { bytes?: number }): string {
  return bytes === undefined ? "" : `, ${bytes} bytes each`;
}

function rangeOf({ first, count }: { first: number; count: number }): string {
  return count === 1 ? String(first) : `${first} to ${first + count - 1}`;
}

function faultSentence(fault: Fault): string {
  const often = extentOf(fault.extent);
  switch (fault.on) {
    case "call": {
      const { role, service, action = "any call", client, handshaking } = fault.target;
      const { kind, ...details } = fault.effect;
      const about = [
        action,
        role === undefined ? `by any function${service ? ` to ${service}` : ""}` : `by ${role}`,
        client === undefined ? "" : `about ${client}`,
        handshaking ? "in handshakes" : "",
      ].filter((text) => text !== "");
      const with_ = Object.values(details).join(" ");
      return `${fault.kind}: ${about.join(" ")}: ${kind} ${with_}, ${often}`;
    }
    case "stream": {
      const { delay, repeats, pause = 0 } = fault;
      return `${fault.kind}: batches of the stream ${delay} ms late, ${repeats} repeats after ${pause} ms, ${often}`;
    }
    case "batch":
      return `${fault.kind}: batches of ${fault.of} ${fault.delay} ms late, ${often}`;
    default:
      return `${fault.kind}: ${often}`;
  }
}

function extentOf({ skip, times, milliseconds, letsPassAfter }: Extent): string {
  const from = skip === 0 ? "from the first" : `after ${skip}`;
  const often = milliseconds === undefined ? `${times} times` : `for ${milliseconds} ms`;
  const but = letsPassAfter === undefined ? "" : `, but not every ${letsPassAfter + 1}th`;
  return `${from}, ${often}${but}`;
}
