import type { Counted } from "./counted.ts";
import { prices } from "./prices.ts";
import { type Profile, profiles } from "./profiles.ts";
import {
  connectionMinutes,
  deliveriesOf,
  messagesOf,
  roomcastUsage,
  type Usage,
  usualUsage,
} from "./usage.ts";

export type Service = "roomcast" | "usual" | "appsync" | "iot";

/** Dollars a month. */
export interface Cost {
  service: Service;
  profile: string;
  messages: number;
  connections: number;
  sqs: number;
  lambda: number;
  dynamoDb: number;
  transfer: number;
  total: number;
  perMillionDeliveries: number;
}

/** AppSync Events and IoT Core meter in steps of this size. */
const meteredBytes = 5 * 1024;

export function costs(counted: Counted): Cost[] {
  return profiles.flatMap((profile) => [
    ofUsage("roomcast", profile, roomcastUsage(profile, counted)),
    ofUsage("usual", profile, usualUsage(profile, counted)),
    managed("appsync", profile, prices.appSyncOperation, prices.appSyncConnectionMinute),
    managed("iot", profile, prices.iotMessage, prices.iotConnectionMinute),
  ]);
}

export function ofUsage(service: Service, profile: Profile, usage: Usage): Cost {
  return inTotal(service, profile, {
    messages: usage.webSocketMessages * prices.webSocketMessage,
    connections: usage.webSocketMinutes * prices.webSocketConnectionMinute,
    sqs: usage.sqsRequests * prices.sqsFifoRequest,
    lambda:
      usage.lambdaRequests * prices.lambdaRequest +
      usage.lambdaGigabyteSeconds * prices.lambdaGigabyteSecond,
    dynamoDb: usage.readUnits * prices.readUnit + usage.writeUnits * prices.writeUnit,
    transfer: usage.gigabytesOut * prices.gigabyteOut,
  });
}

/** A service that does the fan-out itself: each publish and each delivery is metered. */
export function managed(
  service: Service,
  profile: Profile,
  perMessage: number,
  perMinute: number,
): Cost {
  const steps = Math.ceil(profile.bytes / meteredBytes);
  return inTotal(service, profile, {
    messages: (messagesOf(profile) + deliveriesOf(profile)) * steps * perMessage,
    connections: connectionMinutes(profile) * perMinute,
    sqs: 0,
    lambda: 0,
    dynamoDb: 0,
    transfer: ((deliveriesOf(profile) * profile.bytes) / 1e9) * prices.gigabyteOut,
  });
}

function inTotal(
  service: Service,
  profile: Profile,
  parts: Pick<Cost, "messages" | "connections" | "sqs" | "lambda" | "dynamoDb" | "transfer">,
): Cost {
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const perMillionDeliveries = (total / deliveriesOf(profile)) * 1e6;
  return { service, profile: profile.name, ...parts, total, perMillionDeliveries };
}
