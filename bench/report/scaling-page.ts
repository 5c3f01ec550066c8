import { table } from "../../scripts/lib/markdown.ts";
import type { Results } from "../results.ts";
import { targetMembers } from "../simulation/study.ts";
import { defaultWorld } from "../simulation/world.ts";
import { dollars, seconds, whole } from "./format.ts";

/** API Gateway takes so many new connections a second by default (L-9ED1E49A). */
const newConnectionsPerSecond = 500;
/** A message group takes so many requests a second, and API Gateway sends messages one by one. */
const messagesPerSecondOfRoom = 300;
/** A frame holds the messages of one batch. */
const messagesPerBatch = 10;

/** The part of docs/scaling.md that is made from the results. */
export function scalingPart({ simulation, costs }: Results): string[] {
  const { requestsPerSecond } = defaultWorld.account;
  const sizes = [100, 1000, 10_000, targetMembers, 1_000_000];
  const row = (members: number) => simulation.scale.find((one) => one.members === members);
  return [
    "### By the size of a room, under the default quotas",
    "",
    ...table(
      [
        "members",
        "last member of one message",
        "messages/s, one by one",
        "messages/s, in bursts",
        "to connect all of them",
      ],
      sizes.map((members) => {
        const perSecond = requestsPerSecond / members;
        return [
          whole(members),
          row(members) === undefined ? "" : seconds(row(members)?.medianSeconds ?? 0),
          rate(Math.min(perSecond, messagesPerSecondOfRoom)),
          rate(Math.min(perSecond * messagesPerBatch, messagesPerSecondOfRoom)),
          seconds(members / newConnectionsPerSecond),
        ];
      }),
    ),
    "",
    "The last member is simulated; the rest is arithmetic from the quotas: posts per second over the members, ten messages to a",
    `frame, ${messagesPerSecondOfRoom} messages a second to a room at most, ${newConnectionsPerSecond} new connections a second.`,
    "",
    "### A million members, by the account's quota",
    "",
    ...table(
      [
        "quota, requests/s",
        "`postsPerSecond`",
        "`laneCount`",
        "last member",
        "as the quota allows",
      ],
      [
        ...simulation.scale.filter(({ members }) => members > targetMembers),
        ...simulation.raised,
      ].map((one) => [
        whole(one.quota),
        whole(one.postsPerSecond),
        String(one.lanes),
        seconds(one.medianSeconds),
        seconds(one.idealSeconds),
      ]),
    ),
    "",
    "### Dollars per million deliveries",
    "",
    ...table(
      ["use", "Roomcast", "AppSync Events", "IoT Core"],
      [...new Set(costs.map(({ profile }) => profile))].map((profile) => [
        profile,
        ...(["roomcast", "appsync", "iot"] as const).map((service) =>
          dollars(
            costs.find((cost) => cost.profile === profile && cost.service === service)
              ?.perMillionDeliveries ?? Number.NaN,
          ),
        ),
      ]),
    ),
    "",
  ];
}

function rate(perSecond: number): string {
  return perSecond >= 1 ? whole(perSecond) : `one in ${whole(1 / perSecond)} s`;
}
