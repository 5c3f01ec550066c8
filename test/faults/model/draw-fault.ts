import type { CallFault } from "../../../local/faults.ts";
import type { CallTarget, Extent, Fault, FaultKind, Role } from "./fault.ts";
import type { Random } from "./random.ts";

/** The calls that handlers make: what can crash, hang or be refused. */
const callsOf: Readonly<Record<Exclude<Role, "authorize">, readonly CallTarget[]>> = {
  connect: [
    { role: "connect", service: "dynamodb", action: "Query" },
    { role: "connect", service: "dynamodb", action: "PutItem" },
  ],
  disconnect: [{ role: "disconnect", service: "dynamodb", action: "DeleteItem" }],
  "fan-out": [
    { role: "fan-out", service: "dynamodb", action: "Query" },
    { role: "fan-out", service: "execute-api", action: "PostToConnection" },
    { role: "fan-out", service: "execute-api", action: "PostToConnection" },
    { role: "fan-out", service: "execute-api", action: "DeleteConnection" },
    { role: "fan-out", service: "dynamodb", action: "DeleteItem" },
    { role: "fan-out", service: "sqs", action: "ChangeMessageVisibilityBatch" },
    { role: "fan-out", service: "sqs", action: "SendMessageBatch" },
    { role: "fan-out", service: "dynamodb", action: "PutItem" },
    { role: "fan-out", service: "dynamodb", action: "GetItem" },
  ],
  presence: [{ role: "presence", service: "sqs", action: "SendMessageBatch" }],
};
const post: CallTarget = { role: "fan-out", service: "execute-api", action: "PostToConnection" };
const table = { service: "dynamodb" } as const;

/**
 * The most calls of one function that faults take in one go: Lambda gives a record of the stream up
 * after ten retries, and rooms are then rightly never told.
 */
const mostAnnouncements = 3;
/** Milliseconds: after it a function has its whole timeout before the visibility timeout of 180 s ends. */
const longestLag = 140_000;

/** Draws a fault of a kind for a schedule of these clients. Expiring tokens are no faults to be drawn. */
export function drawFault(
  kind: Exclude<FaultKind, "token-expires">,
  random: Random,
  clients: readonly string[],
): Fault {
  const client = () => random.pick(clients);
  const call = (target: CallTarget, effect: CallFault, extent: Extent): Fault => ({
    kind,
    on: "call",
    target,
    effect,
    extent,
  });
  switch (kind) {
    case "crash-before":
    case "crash-after":
      return call(
        anyCall(random),
        { kind: "crash", done: kind === "crash-after" },
        { skip: random.between(0, 3), times: random.chance(0.8) ? 1 : random.between(2, 3) },
      );
    case "timeout":
      return call(
        anyCall(random),
        { kind: "stuck", done: random.chance(0.5) },
        { skip: random.between(0, 3), times: random.between(1, 2) },
      );
    case "redelivery":
      return {
        kind,
        on: "deletion",
        extent: { skip: random.between(0, 5), times: random.between(1, 4) },
      };
    case "stream-repeat":
      return random.chance(0.3)
        ? {
            kind,
            on: "stream",
            delay: 0,
            repeats: 1,
            // Past the five minutes for which SQS knows an announcement, too.
            pause: random.chance(0.5)
              ? random.between(1000, 300_000)
              : random.between(300_000, 330_000),
            extent: { skip: random.between(0, 2), times: 1 },
          }
        : {
            kind,
            on: "stream",
            delay: random.chance(0.5) ? 0 : random.between(1, 2000),
            repeats: random.between(1, 2),
            extent: { skip: random.between(0, 2), times: random.between(1, 3) },
          };
    case "stream-delay":
      return {
        kind,
        on: "stream",
        delay: random.chance(0.8) ? random.between(10, 5000) : random.between(5000, 90_000),
        repeats: 0,
        extent: { skip: random.between(0, 2), times: random.between(1, 3) },
      };
    case "stale-read":
      return call(
        { ...table, action: "Query" },
        { kind: "stale", milliseconds: random.between(100, 60_000) },
        { skip: 0, times: random.between(5, 40) },
      );
    case "post-410":
      return call({ ...post, handshaking: true }, refused(410, "GoneException"), {
        skip: 0,
        times: random.between(1, 8),
      });
    case "post-429":
      return call({ ...post, client: client() }, refused(429, "LimitExceededException"), {
        skip: random.between(0, 2),
        times: random.between(1, 12),
      });
    case "account-429":
      return call(
        { role: "fan-out", service: "execute-api" },
        refused(429, "LimitExceededException"),
        {
          skip: random.between(0, 2),
          times: 100_000,
          milliseconds: random.chance(0.65)
            ? random.between(100, 20_000)
            : random.between(20_000, 240_000),
        },
      );
    case "post-5xx":
      return call(
        random.chance(0.7) ? { ...post, client: client() } : post,
        random.pick([
          refused(500, "InternalServerErrorException"),
          refused(503, "ServiceUnavailableException"),
        ]),
        { skip: random.between(0, 3), times: random.between(1, 10) },
      );
    case "post-hangs":
      return call(
        { ...post, client: client() },
        { kind: "hangs", done: false },
        random.chance(0.6)
          ? { skip: random.between(0, 2), times: random.between(1, 8) }
          : // Each frame arrives at the third attempt, so that several take more time than there is.
            { skip: random.between(0, 2), times: random.between(6, 14), letsPassAfter: 2 },
      );
    case "post-unanswered":
      return call(
        random.chance(0.6) ? { ...post, client: client() } : post,
        random.pick<CallFault>([{ kind: "answer-lost" }, { kind: "hangs", done: true }]),
        { skip: random.between(0, 3), times: random.between(1, 6) },
      );
    case "deletion-fails":
      return call(
        { role: "fan-out", service: "execute-api", action: "DeleteConnection" },
        random.pick<CallFault>([
          refused(500, "InternalServerErrorException"),
          refused(429, "LimitExceededException"),
          { kind: "hangs", done: false },
          { kind: "hangs", done: true },
          { kind: "answer-lost" },
        ]),
        { skip: 0, times: random.between(1, 6) },
      );
    case "table-throttled":
      return call(
        random.chance(0.5) ? table : { ...table, role: random.pick(["connect", "fan-out"]) },
        refused(
          400,
          random.pick(["ProvisionedThroughputExceededException", "ThrottlingException"]),
        ),
        { skip: random.between(0, 4), times: random.between(1, 12) },
      );
    case "table-fails":
      return call(
        random.chance(0.4)
          ? table
          : { ...table, action: random.pick(["Query", "PutItem", "DeleteItem", "GetItem"]) },
        random.pick<CallFault>([
          refused(500, "InternalServerError"),
          { kind: "hangs", done: false },
          { kind: "hangs", done: true },
          { kind: "answer-lost" },
        ]),
        { skip: random.between(0, 4), times: random.between(1, 8) },
      );
    case "send-fails":
      return call(
        { role: "presence", service: "sqs", action: "SendMessageBatch" },
        sendFails(random),
        { skip: random.between(0, 2), times: random.between(1, 2 * mostAnnouncements) },
      );
    case "lane-send-fails":
      return call(
        { role: "fan-out", service: "sqs", action: "SendMessageBatch" },
        sendFails(random),
        { skip: random.between(0, 3), times: random.between(1, 9) },
      );
    case "mark-fails":
      return call(
        { ...table, role: "fan-out", action: random.pick(["PutItem", "PutItem", "GetItem"]) },
        random.pick<CallFault>([
          refused(500, "InternalServerError"),
          refused(400, "ProvisionedThroughputExceededException"),
          { kind: "hangs", done: false },
          { kind: "hangs", done: true },
          { kind: "answer-lost" },
        ]),
        { skip: random.between(0, 2), times: random.between(1, 10) },
      );
    case "room-lags":
    case "lane-lags":
      return {
        kind,
        on: "batch",
        of: kind === "room-lags" ? "rooms" : "lanes",
        delay: random.chance(0.5)
          ? random.between(500, 10_000)
          : random.between(10_000, longestLag),
        extent: { skip: random.between(0, 5), times: random.between(1, 4) },
      };
    case "visibility-fails":
      return call(
        { role: "fan-out", service: "sqs", action: "ChangeMessageVisibilityBatch" },
        random.pick<CallFault>([
          refused(500, "InternalError"),
          { kind: "partly" },
          { kind: "hangs", done: false },
          { kind: "hangs", done: true },
          { kind: "answer-lost" },
        ]),
        { skip: 0, times: random.between(1, 9) },
      );
    case "disconnect-lost":
      return {
        kind,
        on: "disconnect",
        extent: { skip: random.between(0, 1), times: random.between(1, 3) },
      };
  }
}

function anyCall(random: Random): CallTarget {
  const role = random.weighted({ connect: 3, disconnect: 1, "fan-out": 6, presence: 2 });
  return random.pick(callsOf[role]);
}

function sendFails(random: Random): CallFault {
  return random.pick<CallFault>([
    refused(500, "InternalError"),
    refused(503, "ServiceUnavailable"),
    { kind: "partly" },
    { kind: "partly" },
    { kind: "hangs", done: false },
    { kind: "hangs", done: true },
    { kind: "answer-lost" },
  ]);
}

function refused(status: number, type: string): CallFault {
  return { kind: "refused", status, type };
}
