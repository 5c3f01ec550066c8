import type { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import type { Client, HandshakeAnswer, HandshakeOptions } from "./client.ts";
import type { Report } from "./fixture/handlers/report.ts";
import type { FixtureOutputs, QueueName, StageName } from "./fixture/outputs.ts";

/** What Roomcast exports, as far as cases read it. */
export interface RoomcastOutputs {
  url: string;
  managementEndpoint: string;
  tableName: string;
  queueUrl: string;
  deadLetterQueueUrl: string;
  presenceFailureQueueUrl: string;
}

/** The time of a laptop, which stands still until a case moves it. */
export interface CaseClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Lets milliseconds pass; whatever is due happens. */
  advance(milliseconds: number): Promise<void>;
  /** Lets as much time pass as a promise needs, a minute at most. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Waits until all that can happen at this time has happened. */
  settle(): Promise<void>;
}

/** Where a case runs: a stack's outputs, clients for them, and what a case waits with. */
export interface Target {
  readonly place: "laptop" | "deployed";
  /** Of the region of the stack, with the credentials of whoever runs the suite. */
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  /** The management API at this endpoint. */
  management(endpoint: string): ApiGatewayManagementApiClient;
  /** For cases on the `laptop clock`. @throws Error in others */
  readonly clock: CaseClock;
  /** Epoch milliseconds where the stack runs. */
  now(): number;
  /** A name that nothing else has: letters, digits and hyphens, 40 at most. */
  unique(): string;
  /** A connection; it is dropped at the end of the case. @throws Refused */
  connect(url: string, options?: HandshakeOptions): Promise<Client>;
  /** The answer to a handshake, as it is. */
  handshake(url: string, options?: HandshakeOptions): Promise<HandshakeAnswer>;
  /**
   * Tries until it does not throw, for some seconds (longer on AWS), and then throws what it threw. On
   * the laptop clock no time passes meanwhile.
   */
  eventually<T>(attempt: () => T | Promise<T>): Promise<T>;
  /** Waits for as long as something unwanted would take to show. */
  grace(): Promise<void>;
}

/** How to knock at a stage of the fixture. */
export interface FixtureHandshake extends HandshakeOptions {
  /** Default `main`. */
  stage?: StageName;
  /** What the authorizer makes of it (`fixture/handlers/authorize.ts`); default `allow`. */
  outcome?: string;
  /** What `$connect` makes of it (`fixture/handlers/connect.ts`); default the status 200. */
  connect?: string;
  /** By this name functions report what they got; without one they do not. */
  name?: string;
  query?: Record<string, string>;
}

export interface FixtureTarget extends Target {
  readonly outputs: FixtureOutputs;
  /** A connection to the fixture. @throws Refused */
  open(options?: FixtureHandshake): Promise<Client>;
  /** The answer to a handshake with the fixture, as it is. */
  knock(options?: FixtureHandshake): Promise<HandshakeAnswer>;
  /**
   * Takes the next report of a function to the case of this name: `authorizer`, `connect`,
   * `disconnect`, a route key, `work`, `work ended`, `jobs`, `jobs ended` or `stream`.
   */
  report(name: string, source: string): Promise<Report>;
  /** The sources that have reported to this name and were not taken, after some time for more. */
  reported(name: string): Promise<string[]>;
  /** Takes the next message for this name (its attribute `case`) from a queue that nobody else reads. */
  mail(queue: QueueName, name: string): Promise<Message>;
}

export interface RoomcastTarget extends Target {
  readonly outputs: RoomcastOutputs;
  /** A token that Roomcast believes. `rooms` as in docs/protocol.md. `seconds` may be negative. Default an hour. */
  token(
    user: string,
    rooms: string[] | Record<string, string[]>,
    seconds?: number,
  ): Promise<string>;
  /** A connection of a user to a room, after `welcome`, with such a token. */
  join(user: string, room: string, seconds?: number): Promise<Client>;
}
