import { rounded, type Spread, spreadOf } from "../lib/statistics.ts";
import type { Contestant } from "./contestant.ts";
import type { Deployment } from "./deployment.ts";
import { messagesOf } from "./messages.ts";
import { otherWay } from "./other-way.ts";
import { roomcast } from "./roomcast.ts";
import type { Scenario, Way } from "./scenarios.ts";

/** How one way did in one scenario. A delivery is one message to one member. */
export interface ComparisonRow {
  members: number;
  bytes: number;
  messages: number;
  way: Way;
  /** Of all of fan-out's processes together, in microseconds. */
  cpuPerDelivery: Spread;
  /** Of the first broadcast of new processes; undefined where nothing warmed them up. */
  firstCpuPerDelivery: number | undefined;
  /** From handing over the burst to the answer to its last post, in milliseconds. */
  lastMember: Spread;
  /** Of a broadcast. */
  posts: number;
  postedBytes: number;
  readUnits: number;
  invocations: number;
  /** Lambda's billed duration, in milliseconds. */
  billed: Spread;
  /** The most that one of its processes had resident, in megabytes. */
  peakMegabytes: number;
  environments: number;
}

/** A way that did not come to an end. */
export interface Failure {
  members: number;
  bytes: number;
  messages: number;
  way: Way;
  reason: string;
}

const roomName = "room";
/** Before it counts, since code that has hardly run is slow: so many posts, or as many broadcasts. */
const warmUpPosts = 10_000;
const warmUpBroadcasts = 100;
/** A way that needs minutes for the room is not sent through it twice. */
const quickWays: readonly Way[] = ["roomcast", "floor"];
const warmUpMembers = 10_000;

/** Measures the ways of a scenario in turns, so that what disturbs the machine disturbs all of them. */
export async function compare(
  deployment: Deployment,
  scenario: Scenario,
): Promise<{ rows: ComparisonRow[]; failures: Failure[] }> {
  const { members, bytes, messages: count } = scenario;
  const messages = messagesOf(bytes, count);
  const field: Entrant[] = [];
  for (const way of scenario.ways) {
    const tableName = await tableFor(deployment, scenario, way);
    field.push({ way, contestant: await open(way, deployment, tableName), samples: [] });
  }
  const each = async (act: (entrant: Entrant) => Promise<void>) => {
    for (const entrant of field) {
      if (entrant.failed !== undefined) continue;
      await act(entrant).catch((error: Error) => {
        entrant.failed = error.message;
      });
    }
  };
  await each(async (entrant) => {
    if (members > warmUpMembers && !quickWays.includes(entrant.way)) return;
    entrant.first = await warmUp(entrant.contestant, messages, members);
  });
  for (let round = 0; round < scenario.rounds; round++) {
    await each(async ({ contestant, samples }) => {
      samples.push(await sample(deployment, contestant, messages, scenario));
    });
    // Nobody is always the first.
    field.push(...field.splice(0, 1));
  }
  await Promise.all(field.map(({ contestant }) => contestant.close()));
  const order = (way: Way) => scenario.ways.indexOf(way);
  field.sort((one, other) => order(one.way) - order(other.way));
  const about = { members, bytes, messages: count };
  return {
    rows: field
      .filter(({ samples, failed }) => samples.length > 0 && failed === undefined)
      .map(({ way, samples, first }) => ({
        ...{ ...about, way, firstCpuPerDelivery: first },
        ...summary(samples),
      })),
    failures: field.flatMap(({ way, failed }) =>
      failed === undefined ? [] : [{ ...about, way, reason: reasonOf(failed) }],
    ),
  };
}

interface Entrant {
  way: Way;
  contestant: Contestant;
  samples: Sample[];
  /** CPU per delivery of its first broadcast. */
  first?: number;
  failed?: string;
}

/** Resolves to the CPU per delivery of the first broadcast, in microseconds. */
async function warmUp(
  contestant: Contestant,
  messages: readonly string[],
  members: number,
): Promise<number> {
  const deliveries = members * messages.length;
  await contestant.broadcast(roomName, messages);
  const first = (contestant.takeTotals().cpuMs * 1000) / deliveries;
  const broadcasts = Math.min(Math.ceil(warmUpPosts / deliveries), warmUpBroadcasts);
  for (let done = 1; done < broadcasts; done++) {
    await contestant.broadcast(roomName, messages);
  }
  contestant.takeTotals();
  return rounded(first);
}

/**
 * Each scenario has a table of its own, so that a way which scans is not charged for other rooms, and
 * one that closes connections, on a machine that is too busy, harms no other. And a room that is to be
 * served in one must not be known as large.
 */
async function tableFor(
  deployment: Deployment,
  { members, bytes, messages }: Scenario,
  way: Way,
): Promise<string> {
  const suffix = way === "roomcast-in-one" ? "-in-one" : "";
  const name = `bench-${members}-${bytes}-${messages}${suffix}`;
  if (!deployment.hasTable(name)) {
    await deployment.createTable(name, { [roomName]: members });
  }
  return name;
}

function open(
  way: Way,
  deployment: Deployment,
  tableName: string,
): Promise<Contestant> | Contestant {
  switch (way) {
    case "roomcast":
      return roomcast(deployment, { tableName });
    case "roomcast-in-one":
      return roomcast(deployment, { tableName, variables: { LARGE_ROOM_MEMBERS: "1000000" } });
    default:
      return otherWay(way, deployment, tableName);
  }
}

interface Sample {
  cpuPerDelivery: number;
  lastMember: number[];
  posts: number;
  postedBytes: number;
  readUnits: number;
  invocations: number;
  billed: number;
  peakBytes: number;
  environments: number;
}

/** @throws Error when not everybody was posted everything: then there is nothing to compare. */
async function sample(
  deployment: Deployment,
  contestant: Contestant,
  messages: readonly string[],
  { members, repeats }: Scenario,
): Promise<Sample> {
  await deployment.resetPosts();
  const lastMember: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const startedAt = performance.timeOrigin + performance.now();
    await contestant.broadcast(roomName, messages);
    lastMember.push((await deployment.postFigures()).lastAnswerAt - startedAt);
  }
  const figures = await deployment.postFigures();
  const { readUnits } = deployment.dynamoDb.takeFigures();
  const totals = contestant.takeTotals();
  const deliveries = members * messages.length * repeats;
  // More is allowed: a retry repeats, and clients drop what they have seen.
  if (figures.messages < deliveries || figures.connections !== members) {
    throw new Error(
      `Of ${deliveries} deliveries ${figures.messages} were made, to ${figures.connections} members.`,
    );
  }
  return {
    cpuPerDelivery: (totals.cpuMs * 1000) / deliveries,
    lastMember,
    posts: figures.posts / repeats,
    postedBytes: figures.bytes / repeats,
    readUnits: readUnits / repeats,
    invocations: totals.invocations / repeats,
    billed: totals.billedMs / repeats,
    peakBytes: totals.peakBytes,
    environments: totals.environments,
  };
}

function summary(samples: readonly Sample[]) {
  const most = (pick: (sample: Sample) => number) => Math.max(...samples.map(pick));
  return {
    cpuPerDelivery: roundedSpread(samples.map(({ cpuPerDelivery }) => cpuPerDelivery)),
    lastMember: roundedSpread(samples.flatMap(({ lastMember }) => lastMember)),
    posts: most(({ posts }) => posts),
    postedBytes: Math.round(most(({ postedBytes }) => postedBytes)),
    readUnits: rounded(most(({ readUnits }) => readUnits)),
    invocations: rounded(most(({ invocations }) => invocations)),
    billed: roundedSpread(samples.map(({ billed }) => billed)),
    peakMegabytes: rounded(most(({ peakBytes }) => peakBytes) / 1e6, 3),
    environments: most(({ environments }) => environments),
  };
}

function roundedSpread(values: readonly number[]): Spread {
  const { median, least, most, count } = spreadOf(values);
  return { median: rounded(median), least: rounded(least), most: rounded(most), count };
}

/** What Node says when its heap is full is long; anything else is told as it is. */
function reasonOf(message: string): string {
  return message.includes("heap out of memory") ? "ran out of memory" : message.slice(0, 200);
}
