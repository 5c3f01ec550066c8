import { drop, type Mutations, set } from "../../support/mutations.ts";

const remedy = "Create a MetricAlarm with the resource in its dimensions, and with alarmActions.";
const alarm = "roomcast-connect-errors-alarm";
const connect = "roomcast-connect-function";

/** Each alarm of the program, what it watches, and by which metric. */
export const alarms: [alarm: string, about: string, metric: string][] = [
  ...["rooms", "lanes"].flatMap((queue): typeof alarms => [
    [
      `roomcast-${queue}-dead-letters-alarm`,
      `roomcast-${queue}-dead-letters`,
      "ApproximateNumberOfMessagesVisible",
    ],
    [`roomcast-${queue}-age-alarm`, `roomcast-${queue}-queue`, "ApproximateAgeOfOldestMessage"],
  ]),
  [
    "roomcast-presence-failures-alarm",
    "roomcast-presence-failures",
    "ApproximateNumberOfMessagesVisible",
  ],
  ["roomcast-presence-stream-iterator-age-alarm", "roomcast-presence-function", "IteratorAge"],
  ...["authorize", "connect", "disconnect", "fan-out", "presence"].flatMap(
    (handler): typeof alarms => [
      [`roomcast-${handler}-errors-alarm`, `roomcast-${handler}-function`, "Errors"],
      [`roomcast-${handler}-throttles-alarm`, `roomcast-${handler}-function`, "Throttles"],
    ],
  ),
  ["roomcast-gateway-integration-errors-alarm", "roomcast-gateway-api", "IntegrationError"],
];

export const alarmMutations: Mutations = {
  "alarms-cover-failures": [
    ...alarms.map(([name, about, metric]) => ({
      finds: `that ${name} is missing`,
      by: drop(name),
      about,
      says: `has no alarm on ${metric}. ${remedy}`,
    })),
    {
      finds: "an alarm without an action",
      by: set(alarm, { alarmActions: [] }),
      about: connect,
      says: `its alarm on Errors tells nobody. ${remedy}`,
    },
    {
      finds: "an alarm that is switched off",
      by: set(alarm, { actionsEnabled: false }),
      about: connect,
      says: `its alarm on Errors tells nobody. ${remedy}`,
    },
    {
      finds: "an alarm on another metric",
      by: set(alarm, { metricName: "Invocations" }),
      about: connect,
      says: `has no alarm on Errors. ${remedy}`,
    },
    {
      finds: "an alarm on another service",
      by: set(alarm, { namespace: "AWS/States" }),
      about: connect,
      says: `has no alarm on Errors. ${remedy}`,
    },
  ],
};
