import { table } from "../../scripts/lib/markdown.ts";
import type { ComparisonRow } from "../measure/comparison.ts";
import { findRow, type Results } from "../results.ts";
import { brief, dollars, percent, seconds, spread, wayNames, whole } from "./format.ts";
import { verdictLines } from "./verdict-table.ts";
import { verdicts } from "./verdicts.ts";

/** The part of docs/performance.md that is made from the results. */
export function performancePart(results: Results): string[] {
  return [
    ...aboutTheRun(results),
    "## The promises",
    "",
    ...verdictLines(verdicts(results)),
    "",
    ...oneMessage(results),
    ...bursts(results),
    ...tableReads(results),
    ...simulation(results),
    ...laptop(results),
    ...startup(results),
    ...cost(results),
  ];
}

function aboutTheRun({ about, failures }: Results): string[] {
  const { date, cpu, cores, memoryGigabytes, node, loadBefore, loadAfter, minutes } = about;
  return [
    `Run of ${date}: ${cpu}, ${cores} cores, ${memoryGigabytes} GB, Node ${node}; ${minutes} minutes. The load was ${loadBefore} as it`,
    `began and ${loadAfter} as it ended; above ${cores}, processes waited for each other. Medians, with the least and the most in brackets.`,
    "",
    ...failures.flatMap(({ members, bytes, messages, way, reason }) => [
      `No result for ${wayNames[way]} with ${whole(members)} members and ${messages} × ${bytes} bytes: ${reason}`,
      "",
    ]),
  ];
}

function oneMessage({ comparison }: Results): string[] {
  const rows = comparison.filter(({ messages }) => messages === 1);
  return [
    "## One message",
    "",
    "CPU is that of fan-out's processes, reading the room included; deliveries per second are what one such core would",
    "make of it. The first is the first broadcast of a new process, whose code has yet to be compiled; the others come after 10 000 posts or",
    "a hundred broadcasts. The last member is reached when the service, which takes 15 ms, has answered the last post; Roomcast's posts are",
    "paced, so on purpose it does not go as fast as it could.",
    "",
    "![CPU per delivery by members](charts/cpu-per-delivery.svg)",
    "",
    "![Time to the last member](charts/last-member.svg)",
    "",
    ...table(
      [
        "members",
        "bytes",
        "way",
        "CPU per delivery, µs",
        "the first, µs",
        "deliveries/s of a core",
        "last member, ms",
        "resident, MB",
        "read units",
      ],
      rows.map((row) => [
        whole(row.members),
        whole(row.bytes),
        wayNames[row.way],
        spread(row.cpuPerDelivery),
        row.firstCpuPerDelivery === undefined ? "" : whole(row.firstCpuPerDelivery),
        whole(1e6 / row.cpuPerDelivery.median),
        spread(row.lastMember),
        memoryOf(row),
        brief(row.readUnits),
      ]),
    ),
    "",
  ];
}

function memoryOf({ peakMegabytes, environments }: ComparisonRow): string {
  return `${whole(peakMegabytes)}${environments > 1 ? ` each of ${environments}` : ""}`;
}

function bursts({ comparison }: Results): string[] {
  return [
    "## A burst of ten",
    "",
    "Ten messages that fan-out is handed as one batch. A delivery is still one message to one member.",
    "",
    "![Posts for a burst of ten](charts/burst-posts.svg)",
    "",
    ...table(
      [
        "members",
        "bytes",
        "way",
        "posts",
        "CPU per delivery, µs",
        "last member, ms",
        "resident, MB",
      ],
      comparison
        .filter(({ messages }) => messages > 1)
        .map((row) => [
          whole(row.members),
          whole(row.bytes),
          wayNames[row.way],
          whole(row.posts),
          spread(row.cpuPerDelivery),
          spread(row.lastMember),
          memoryOf(row),
        ]),
    ),
    "",
  ];
}

function tableReads({ tableReads: rows }: Results): string[] {
  const others = [...new Set(rows.map((row) => row.others))];
  const units = (way: string, count: number) =>
    brief(rows.find((row) => row.way === way && row.others === count)?.readUnits ?? Number.NaN);
  return [
    "## What a message reads",
    "",
    `Read units that one message to a room of ${rows[0]?.members} consumes, as the engine counts them: consistent reads of the room, against an`,
    "eventually consistent Scan of everything.",
    "",
    ...table(
      ["connections in other rooms", wayNames.roomcast, wayNames.usual],
      others.map((count) => [whole(count), units("roomcast", count), units("usual", count)]),
    ),
    "",
  ];
}

function simulation({
  simulation: { scale, raised, stress, bindings, cpuPerPostMs },
}: Results): string[] {
  return [
    "## Beyond this machine",
    "",
    "A simulation of one message, from its lying on the queue to its last member, with fan-out's own pacing and a new account's",
    `quotas; a post takes ${cpuPerPostMs} ms of an environment's CPU, from the measurements above. Each row is the median and the worst of its seeds.`,
    "",
    "![Simulated time to the last member](charts/simulation.svg)",
    "",
    ...table(
      [
        "members",
        "quota, requests/s",
        "lanes",
        "last member",
        "worst",
        "as the quota allows",
        "throttled",
        "of others",
      ],
      [...scale, ...raised].map((row) => [
        whole(row.members),
        whole(row.quota),
        String(row.lanes),
        seconds(row.medianSeconds),
        seconds(row.worstSeconds),
        seconds(row.idealSeconds),
        percent(row.throttledShare),
        percent(row.othersThrottledShare),
      ]),
    ),
    "",
    "What binds: how much of the time is saved when one thing alone is doubled, or cold starts are taken away.",
    "",
    ...table(
      ["members", "change", "time saved"],
      bindings.map(({ members, change, saved }) => [whole(members), change, percent(saved)]),
    ),
    "",
    "A hundred thousand members under worse conditions:",
    "",
    ...table(
      [
        "condition",
        "last member",
        "worst",
        "as the quota allows",
        "throttled",
        "of others",
        "invocations that went on behind a cursor",
      ],
      stress.map((row) => [
        row.what,
        seconds(row.medianSeconds),
        seconds(row.worstSeconds),
        seconds(row.idealSeconds),
        percent(row.throttledShare),
        percent(row.othersThrottledShare),
        whole(row.retries),
      ]),
    ),
    "",
  ];
}

function laptop({ laptop: results }: Results): string[] {
  const { sockets, openMs, half, last, burst, throughput } = results;
  return [
    "## The whole stack on this machine",
    "",
    `\`npm start\` with ${whole(sockets)} real sockets in one room, in another process; they were opened in ${seconds(openMs / 1000)}. From a publish over a`,
    "socket, through gateway, queue, fan-out and gateway, to the sockets.",
    "",
    ...table(
      ["", "measured"],
      [
        ["one message to half of the members", `${spread(half)} ms`],
        ["one message to the last member", `${spread(last)} ms`],
        ["burst of ten to the last member", `${spread(burst.last)} ms`],
        [
          "frames to each member for it, as the poller takes the first alone",
          spread(burst.framesPerMember),
        ],
        [
          `deliveries per second, ${throughput.messages} messages at once`,
          spread(throughput.deliveriesPerSecond),
        ],
        ["frames to each member for them", spread(throughput.framesPerMember)],
      ],
    ),
    "",
  ];
}

function startup({ startup: { handlers, npmStart, program, policyPack } }: Results): string[] {
  return [
    "## Starting",
    "",
    ...table(
      ["handler", "bundle, KB", "cold import, ms"],
      handlers.map(({ name, bytes, import: time }) => [name, whole(bytes / 1000), spread(time)]),
    ),
    "",
    ...table(
      ["", "ms"],
      [
        ["from `npm start` to the addresses", spread(npmStart)],
        ["the program under Pulumi's own runner", spread(program)],
        ["start of the policy pack", spread(policyPack)],
      ],
    ),
    "",
  ];
}

const serviceNames = {
  roomcast: "Roomcast",
  usual: "(a) the usual way",
  appsync: "AppSync Events",
  iot: "IoT Core",
} as const;

function cost({ costs }: Results): string[] {
  return [
    "## What it costs",
    "",
    "Dollars a month at list prices, from counted calls; what each use is, and what is left out, stands above. Roomcast has",
    "acknowledgements and presence in it, the others have neither.",
    "",
    "![Dollars per million deliveries](charts/cost.svg)",
    "",
    ...table(
      [
        "use",
        "way",
        "messages",
        "connections",
        "SQS",
        "Lambda",
        "DynamoDB",
        "transfer",
        "a month",
        "per million deliveries",
      ],
      costs.map((row) => [
        row.profile,
        serviceNames[row.service],
        ...[row.messages, row.connections, row.sqs, row.lambda, row.dynamoDb, row.transfer].map(
          dollars,
        ),
        dollars(row.total),
        dollars(row.perMillionDeliveries),
      ]),
    ),
    "",
  ];
}

/** For the page about scaling. */
export function cpuRatios({ comparison }: Results): { members: number; ratio: number }[] {
  const about = { bytes: 100, messages: 1 };
  return [10, 100, 1000, 10_000].flatMap((members) => {
    const ours = findRow(comparison, { ...about, members, way: "roomcast" });
    const sdk = findRow(comparison, { ...about, members, way: "tuned-sdk" });
    return ours && sdk
      ? [{ members, ratio: ours.cpuPerDelivery.median / sdk.cpuPerDelivery.median }]
      : [];
  });
}
