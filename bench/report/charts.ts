import { profiles } from "../cost/profiles.ts";
import type { Results } from "../results.ts";
import { barChart, lineChart } from "./chart.ts";
import { wayNames } from "./format.ts";

const ways = ["roomcast", "usual", "tuned-sdk", "floor"] as const;

/** The charts of docs/performance.md, by file name. */
export function charts(results: Results): Record<string, string> {
  const { comparison, simulation, costs } = results;
  const single = comparison.filter(({ bytes, messages }) => bytes === 100 && messages === 1);
  const byWay = (value: (row: (typeof single)[number]) => number) =>
    ways.map((way) => ({
      name: wayNames[way],
      points: single
        .filter((row) => row.way === way)
        .map((row) => [row.members, value(row)] as const),
    }));
  const bursts = comparison.filter(({ bytes, messages }) => bytes === 100 && messages === 10);
  const services = ["roomcast", "usual", "appsync", "iot"] as const;
  const names = {
    roomcast: "Roomcast",
    usual: "(a) the usual way",
    appsync: "AppSync Events",
    iot: "IoT Core",
  };
  return {
    "cpu-per-delivery.svg": lineChart({
      title: "CPU per delivery, one message of 100 bytes",
      xLabel: "members of the room",
      yLabel: "microseconds",
      series: byWay((row) => row.cpuPerDelivery.median),
    }),
    "last-member.svg": lineChart({
      title: "Time to the last member, one message of 100 bytes",
      xLabel: "members of the room",
      yLabel: "milliseconds",
      series: byWay((row) => row.lastMember.median),
    }),
    "burst-posts.svg": barChart({
      title: "Posts to each member for a burst of ten",
      yLabel: "posts",
      groups: [10, 100, 1000].map((members) => ({
        name: `${members} members`,
        bars: (["roomcast", "usual"] as const).map((way) => ({
          name: wayNames[way],
          value:
            (bursts.find((row) => row.members === members && row.way === way)?.posts ?? 0) /
            members,
        })),
      })),
    }),
    "simulation.svg": lineChart({
      title: "Simulated time to the last member, a new account's quotas",
      xLabel: "members of the room",
      yLabel: "seconds",
      series: [
        { name: "median", points: simulation.scale.map((row) => [row.members, row.medianSeconds]) },
        { name: "worst", points: simulation.scale.map((row) => [row.members, row.worstSeconds]) },
        {
          name: "as the quota allows",
          points: simulation.scale
            .filter((row) => row.idealSeconds > 0)
            .map((row) => [row.members, row.idealSeconds]),
        },
      ],
    }),
    "cost.svg": barChart({
      title: "Dollars per million deliveries",
      yLabel: "US dollars",
      groups: profiles.map(({ name }) => ({
        name,
        bars: services.map((service) => ({
          name: names[service],
          value:
            costs.find((cost) => cost.profile === name && cost.service === service)
              ?.perMillionDeliveries ?? 0,
        })),
      })),
    }),
  };
}
