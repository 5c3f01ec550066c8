import assert from "node:assert/strict";
import { assertFaults, configurationWith } from "./configuration-reading.ts";

const algorithms = "RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519";
const steps =
  "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653";

const remedies: Record<string, string> = {
  issuer: 'Set the identity provider\'s issuer, for instance "https://auth.acme.io/".',
  audience: "Set what the identity provider puts into tokens for these rooms.",
  algorithms: `Set those of the identity provider, of ${algorithms}.`,
  accountLoggingRole:
    'Set "existing" where `aws apigateway get-account` shows one, else "managed".',
  deletionProtection: "Set true for a stack with real users, false for one that comes and goes.",
  owner: "Set a team's name or address: letters, digits, spaces and _ . : / = + - @.",
  stageName: "Use letters, digits, - and _.",
  executionLogLevel: "Set one of them.",
  dataTrace: "Leave it false wherever there are real users.",
  logRetentionDays: `Set one of CloudWatch's steps: ${steps}.`,
  throttlingBurstLimit: "The account's own burst is 5000 unless AWS raised it.",
  throttlingRateLimit: "The account's own rate is 10000 unless AWS raised it.",
  acknowledgements: "Set true or false.",
  presenceLimit: "Each join and leave is told to everybody: think of the square.",
  largeRoomMembers: "One invocation serves that many in about a second.",
  laneCount:
    "Set one of 2, 4, 8, 16, 32, 64. A room that is large already keeps the number that it has.",
  postsPerSecond: "Everything else in the account needs some of its quota, too.",
  maximumConnectionsPerUser: "Tabs and devices of one person are meant.",
  maximumConcurrency: "Leave room for the authorizer in the account's concurrency.",
  maximumReadRequestUnits:
    "Above it DynamoDB throttles: leave it out wherever there are real users.",
  maximumWriteRequestUnits:
    "Above it DynamoDB throttles: leave it out wherever there are real users.",
  alarmTopicArn: "Set the ARN of a topic in this account and region.",
};

const good: [key: string, text: string, value: unknown][] = [
  ["issuer", "https://auth.acme.io/", "https://auth.acme.io/"],
  ["issuer", "acme", "acme"],
  ["audience", "rooms", ["rooms"]],
  ["audience", '["rooms","https://acme.io/api"]', ["rooms", "https://acme.io/api"]],
  ["algorithms", "EdDSA", ["EdDSA"]],
  ["algorithms", '["RS256","PS512","Ed25519"]', ["RS256", "PS512", "Ed25519"]],
  ["accountLoggingRole", "managed", "managed"],
  ["accountLoggingRole", "existing", "existing"],
  ["deletionProtection", "true", true],
  ["deletionProtection", "false", false],
  ["owner", "Team Röhm: rooms", "Team Röhm: rooms"],
  ["owner", "ops+rooms@acme.io", "ops+rooms@acme.io"],
  ["owner", "x".repeat(256), "x".repeat(256)],
  ["stageName", "v1_2-x", "v1_2-x"],
  ["executionLogLevel", "OFF", "OFF"],
  ["executionLogLevel", "ERROR", "ERROR"],
  ["executionLogLevel", "INFO", "INFO"],
  ["dataTrace", "true", true],
  ["logRetentionDays", "1", 1],
  ["logRetentionDays", "3653", 3653],
  ["throttlingBurstLimit", "1", 1],
  ["throttlingBurstLimit", "100000", 100_000],
  ["throttlingRateLimit", "1", 1],
  ["throttlingRateLimit", "1000000", 1_000_000],
  ["acknowledgements", "false", false],
  ["presenceLimit", "0", 0],
  ["presenceLimit", "1000", 1000],
  ["largeRoomMembers", "100", 100],
  ["largeRoomMembers", "10000", 10_000],
  ["laneCount", "2", 2],
  ["laneCount", "64", 64],
  ["postsPerSecond", "10", 10],
  ["postsPerSecond", "1000000", 1_000_000],
  ["maximumConnectionsPerUser", "1", 1],
  ["maximumConnectionsPerUser", "1000", 1000],
  ["maximumConcurrency", "2", 2],
  ["maximumConcurrency", "1000", 1000],
  ["maximumReadRequestUnits", "1", 1],
  ["maximumReadRequestUnits", "1000000", 1_000_000],
  ["maximumWriteRequestUnits", "1", 1],
  ["maximumWriteRequestUnits", "1000000", 1_000_000],
  [
    "alarmTopicArn",
    "arn:aws-us-gov:sns:us-gov-west-1:210987654321:ops_1",
    "arn:aws-us-gov:sns:us-gov-west-1:210987654321:ops_1",
  ],
];

const notText = "must be a text without spaces around it";
const notBoolean = "must be true or false";
const notJson = "is not valid JSON";
const emptyList = "must be a list that is not empty";
const wrongForm = "does not have the right form";

const wrong: [key: string, text: string, fault: string][] = [
  ["issuer", "", notText],
  ["issuer", " https://auth.acme.io/", notText],
  ["audience", "", "has an entry that is not a printable word"],
  ["audience", "two words", "has an entry that is not a printable word"],
  ["audience", "[1]", "has an entry that is not a printable word"],
  ["audience", "[]", emptyList],
  ["audience", '["a"', notJson],
  ["algorithms", "HS256", "has an entry that is not an asymmetric algorithm"],
  ["algorithms", '["ES256","HS512"]', "has an entry that is not an asymmetric algorithm"],
  ["algorithms", "none", "has an entry that is not an asymmetric algorithm"],
  ["algorithms", "[]", emptyList],
  ["accountLoggingRole", "Managed", "must be managed or existing"],
  ["deletionProtection", "yes", notBoolean],
  ["owner", "", wrongForm],
  ["owner", " ops", wrongForm],
  ["owner", "ops ", wrongForm],
  ["owner", "ops, rooms", wrongForm],
  ["owner", "x".repeat(257), wrongForm],
  ["stageName", "", wrongForm],
  ["stageName", "two words", wrongForm],
  ["stageName", "$default", wrongForm],
  ["stageName", "v1.2", wrongForm],
  ["stageName", "x".repeat(129), wrongForm],
  ["executionLogLevel", "error", "must be OFF or ERROR or INFO"],
  ["dataTrace", "1", notBoolean],
  ["logRetentionDays", "8", "is not one of the steps"],
  ["logRetentionDays", "07", "is not one of the steps"],
  ["throttlingBurstLimit", "0", "must be a whole number from 1 to 100000"],
  ["throttlingBurstLimit", "100001", "must be a whole number from 1 to 100000"],
  ["throttlingRateLimit", "-1", "must be a whole number from 1 to 1000000"],
  ["throttlingRateLimit", "1e3", "must be a whole number from 1 to 1000000"],
  ["acknowledgements", "TRUE", notBoolean],
  ["presenceLimit", "10001", "must be a whole number from 0 to 10000"],
  ["presenceLimit", "ten", "must be a whole number from 0 to 10000"],
  ["largeRoomMembers", "0", "must be a whole number from 1 to 10000"],
  ["largeRoomMembers", "10001", "must be a whole number from 1 to 10000"],
  ["laneCount", "1", "is not one of the steps"],
  ["laneCount", "12", "is not one of the steps"],
  ["laneCount", "128", "is not one of the steps"],
  ["postsPerSecond", "9", "must be a whole number from 10 to 1000000"],
  ["postsPerSecond", "1000001", "must be a whole number from 10 to 1000000"],
  ["maximumConnectionsPerUser", "0", "must be a whole number from 1 to 1000"],
  ["maximumConnectionsPerUser", "1.5", "must be a whole number from 1 to 1000"],
  ["maximumConcurrency", "1", "must be a whole number from 2 to 1000"],
  ["maximumConcurrency", "1001", "must be a whole number from 2 to 1000"],
  ["maximumReadRequestUnits", "0", "must be a whole number from 1 to 1000000"],
  ["maximumWriteRequestUnits", "-1", "must be a whole number from 1 to 1000000"],
  ["alarmTopicArn", "roomcast-alarms", wrongForm],
  ["alarmTopicArn", "arn:aws:sqs:eu-west-1:210987654321:alarms", wrongForm],
];

const missing: [key: string, description: string][] = [
  ["issuer", "the `iss` of the tokens that are believed"],
  ["audience", "the `aud` of the tokens that are believed, one or a list"],
  ["algorithms", "the allowed signature algorithms, one or a list"],
  [
    "accountLoggingRole",
    "`managed`: create API Gateway's log role for the account and region; `existing`: there is one",
  ],
  ["deletionProtection", "whether table and queues refuse to be deleted"],
  ["owner", "who answers for this stack; a tag of everything in it"],
];

const defaults: [key: string, value: unknown][] = [
  ["stageName", "dev"],
  ["executionLogLevel", "ERROR"],
  ["dataTrace", false],
  ["logRetentionDays", 30],
  ["throttlingBurstLimit", 5000],
  ["throttlingRateLimit", 10_000],
  ["acknowledgements", true],
  ["presenceLimit", 100],
  ["largeRoomMembers", 1000],
  ["laneCount", 16],
  ["postsPerSecond", 9000],
  ["maximumConnectionsPerUser", 20],
  ["maximumConcurrency", 50],
  ["maximumReadRequestUnits", undefined],
  ["maximumWriteRequestUnits", undefined],
  ["alarmTopicArn", undefined],
];

describe("A setting that is right", () => {
  for (const [key, text, value] of good) {
    it(`${key}: ${text}`, async () => {
      const configuration: Record<string, unknown> = {
        ...(await configurationWith({ [key]: text })),
      };
      assert.deepEqual(configuration[key], value);
    });
  }
});

describe("A setting that is wrong", () => {
  for (const [key, text, fault] of wrong) {
    it(`${key}: ${JSON.stringify(text.slice(0, 50))}`, () =>
      assertFaults({ [key]: text }, [`roomcast:${key} ${fault}. ${remedies[key]}`]));
  }
});

describe("A setting that is missing", () => {
  for (const [key, description] of missing) {
    it(`${key} is asked for`, () =>
      assertFaults({ [key]: undefined }, [
        `roomcast:${key} is missing. It is ${description}. ${remedies[key]}`,
      ]));
  }

  for (const [key, value] of defaults) {
    it(`${key} is ${value}`, async () => {
      const configuration: Record<string, unknown> = {
        ...(await configurationWith({ [key]: undefined })),
      };
      assert.deepEqual(configuration[key], value);
    });
  }

  it("stageName must be set where the stack's name cannot be one", () =>
    assertFaults(
      {},
      [
        'roomcast:stageName is missing, and the stack\'s name, "feature.1", does not have the right form. Use letters, digits, - and _.',
      ],
      { stackName: "feature.1" },
    ));
});
