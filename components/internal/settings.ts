import { laneCounts } from "../../handlers/protocol/index.ts";
import {
  optional,
  parseBoolean,
  parseChoice,
  parseHttpsUrl,
  parseKeySet,
  parseList,
  parseMatch,
  parseNumber,
  parseStep,
  parseText,
  required,
  type Setting,
} from "./setting.ts";
import { hostNamePattern, stageNamePattern } from "./validate.ts";

/** Asymmetric ones only: a public key must never be taken for a shared secret. */
const signatureAlgorithms = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];

/** The steps of CloudWatch's retention, in days. */
const retentionSteps = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096],
  ...[1827, 2192, 2557, 2922, 3288, 3653],
];

/** What every service takes in a tag's value (Tagging User Guide), without spaces around it. */
const tagValuePattern = /^(?!\p{Z})[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}(?<!\p{Z})$/u;

const requestUnitsRemedy =
  "Above it DynamoDB throttles: leave it out wherever there are real users.";

/**
 * Every setting of a stack. Whom to believe, and what is shared with the whole account or cannot be
 * undone, has no default: it must be said.
 */
export const settings = {
  issuer: {
    description: "the `iss` of the tokens that are believed",
    ...required('Set the identity provider\'s issuer, for instance "https://auth.acme.io/".'),
    parse: parseText,
  },
  audience: {
    description: "the `aud` of the tokens that are believed, one or a list",
    ...required("Set what the identity provider puts into tokens for these rooms."),
    parse: (text) => parseList(text, (value) => /^[\x21-\x7E]+$/.test(value), "a printable word"),
  },
  algorithms: {
    description: "the allowed signature algorithms, one or a list",
    ...required(`Set those of the identity provider, of ${signatureAlgorithms.join(", ")}.`),
    parse: (text) =>
      parseList(text, (value) => signatureAlgorithms.includes(value), "an asymmetric algorithm"),
  },
  jwksUri: {
    description: "where the identity provider publishes its keys; this or `jwks` is required",
    ...optional<string>(undefined, "Set an https URL."),
    parse: parseHttpsUrl,
  },
  jwks: {
    description: "the key set itself, public keys only",
    ...optional<{ keys: Record<string, unknown>[] }>(
      undefined,
      'Set {"keys": [...]} with public keys that have a kid, at most 3000 bytes; or set jwksUri instead.',
    ),
    parse: parseKeySet,
  },
  accountLoggingRole: {
    description:
      "`managed`: create API Gateway's log role for the account and region; `existing`: there is one",
    ...required('Set "existing" where `aws apigateway get-account` shows one, else "managed".'),
    parse: (text) => parseChoice(text, ["managed", "existing"]),
  },
  deletionProtection: {
    description: "whether table and queues refuse to be deleted",
    ...required("Set true for a stack with real users, false for one that comes and goes."),
    parse: parseBoolean,
  },
  owner: {
    description: "who answers for this stack; a tag of everything in it",
    ...required("Set a team's name or address: letters, digits, spaces and _ . : / = + - @."),
    parse: (text) => parseMatch(text, tagValuePattern),
  },
  stageName: {
    description: "the API's stage, a part of its URL; the stack's name unless set",
    ...optional<string>(undefined, "Use letters, digits, - and _."),
    parse: (text) => parseMatch(text, stageNamePattern),
  },
  executionLogLevel: {
    description: "what API Gateway's execution log holds: `OFF`, `ERROR` or `INFO`",
    ...optional("ERROR", "Set one of them."),
    parse: (text) => parseChoice(text, ["OFF", "ERROR", "INFO"]),
  },
  dataTrace: {
    description: "whether whole frames and tokens are written into the execution log",
    ...optional(false, "Leave it false wherever there are real users."),
    parse: parseBoolean,
  },
  logRetentionDays: {
    description: "days after which log lines are deleted",
    ...optional(30, `Set one of CloudWatch's steps: ${retentionSteps.join(", ")}.`),
    parse: (text) => parseStep(text, retentionSteps),
  },
  throttlingBurstLimit: {
    description: "requests that a route takes at once",
    ...optional(5000, "The account's own burst is 5000 unless AWS raised it."),
    parse: (text) => parseNumber(text, 1, 100_000),
  },
  throttlingRateLimit: {
    description: "requests that a route takes per second",
    ...optional(10_000, "The account's own rate is 10000 unless AWS raised it."),
    parse: (text) => parseNumber(text, 1, 1_000_000),
  },
  acknowledgements: {
    description:
      "whether a publish is answered at once; false saves a message each, hides the errors 4101 and 4102, and needs `defaultRouteAnswers` of the policy `websocket-routes-are-complete` to be false",
    ...optional(true, "Set true or false."),
    parse: parseBoolean,
  },
  presenceLimit: {
    description: "connections in a room above which there is no presence",
    ...optional(100, "Each join and leave is told to everybody: think of the square."),
    parse: (text) => parseNumber(text, 0, 10_000),
  },
  largeRoomMembers: {
    description:
      "connections in a room above which it is served in lanes, and without presence; at least `presenceLimit`",
    ...optional(1000, "One invocation serves that many in about a second."),
    parse: (text) => parseNumber(text, 1, 10_000),
  },
  laneCount: {
    description: "lanes of a large room: so many invocations serve it at once",
    ...optional(
      16,
      `Set one of ${laneCounts.join(", ")}. A room that is large already keeps the number that it has.`,
    ),
    parse: (text) => parseStep(text, laneCounts),
  },
  postsPerSecond: {
    description: "frames that fan-out may send per second, of the account's 10 000 requests",
    ...optional(9000, "Everything else in the account needs some of its quota, too."),
    parse: (text) => parseNumber(text, 10, 1_000_000),
  },
  maximumConnectionsPerUser: {
    description: "connections that a user may have in a room",
    ...optional(20, "Tabs and devices of one person are meant."),
    parse: (text) => parseNumber(text, 1, 1000),
  },
  maximumConcurrency: {
    description: "fan-out invocations at once, for rooms and as many again for lanes",
    ...optional(50, "Leave room for the authorizer in the account's concurrency."),
    parse: (text) => parseNumber(text, 2, 1000),
  },
  maximumReadRequestUnits: {
    description: "read request units per second that the table takes at most; no limit unless set",
    ...optional<number>(undefined, requestUnitsRemedy),
    parse: (text) => parseNumber(text, 1, 1_000_000),
  },
  maximumWriteRequestUnits: {
    description: "write request units per second that the table takes at most; no limit unless set",
    ...optional<number>(undefined, requestUnitsRemedy),
    parse: (text) => parseNumber(text, 1, 1_000_000),
  },
  alarmTopicArn: {
    description: "the SNS topic that alarms are sent to; one is created unless set",
    ...optional<string>(undefined, "Set the ARN of a topic in this account and region."),
    parse: (text) => parseMatch(text, /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/),
  },
  domainName: {
    description: "a custom domain name",
    ...optional<string>(
      undefined,
      "Set a host name, such as rooms.acme.io, with its hostedZoneId.",
    ),
    parse: (text) => parseMatch(text, hostNamePattern),
  },
  hostedZoneId: {
    description: "the Route 53 zone of the custom domain name",
    ...optional<string>(undefined, "Set the id of the public zone."),
    parse: (text) => parseMatch(text, /^Z[A-Z0-9]{1,31}$/),
  },
  certificateArn: {
    description: "an issued certificate for the domain name; one is requested unless set",
    ...optional<string>(undefined, "Set the ARN of a certificate in the API's own region."),
    parse: (text) =>
      parseMatch(text, /^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/[a-f0-9-]+$/),
  },
} as const satisfies Record<string, Setting<unknown>>;
