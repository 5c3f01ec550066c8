import { at, type Counted } from "./counted.ts";
import type { Profile } from "./profiles.ts";

/** What a profile takes in a month. */
export interface Usage {
  webSocketMessages: number;
  webSocketMinutes: number;
  sqsRequests: number;
  lambdaRequests: number;
  lambdaGigabyteSeconds: number;
  readUnits: number;
  writeUnits: number;
  gigabytesOut: number;
}

/** Memory of fan-out, and of the small functions, in gigabytes; and what those take of time, in seconds. */
const fanOutGigabytes = 1;
const smallGigabytes = 0.25;
const smallSeconds = 0.02;
/** In the room, a frame has its sender, its number and so on around the data. */
const frameOverheadBytes = 220;
/** A presence frame. */
const presenceBytes = 100;
/** With at most so many connections in a room, others hear who comes and goes. */
const presenceLimit = 100;
/** A row is less than one unit of writing. */
const writeUnitsPerRow = 1;
/** SendMessageBatch takes ten. */
const sqsBatch = 10;
/** Each mapping waits for messages by five long polls of twenty seconds, around the clock. */
const idlePollsPerMonth = (5 * 30 * 24 * 3600) / 20;

/** Deliveries a month: one message, one member. */
export function deliveriesOf({ rooms, membersPerRoom, hours, messagesPerHour }: Profile): number {
  return rooms * membersPerRoom * hours * messagesPerHour;
}

export function messagesOf({ rooms, hours, messagesPerHour }: Profile): number {
  return rooms * hours * messagesPerHour;
}

export function connectionMinutes({ rooms, membersPerRoom, hours }: Profile): number {
  return rooms * membersPerRoom * hours * 60;
}

/** This project's way, acknowledgements and presence included. */
export function roomcastUsage(profile: Profile, counted: Counted): Usage {
  const { membersPerRoom: members, fromClients, burst, bytes } = profile;
  const messages = messagesOf(profile);
  const bursts = messages / burst;
  const isBurst = burst >= sqsBatch;
  const postsPerMember = isBurst ? counted.postsPerBurstOfTen * (burst / sqsBatch) : burst;
  const batches = bursts * (isBurst ? counted.batchesPerBurstOfTen * (burst / sqsBatch) : burst);
  const isLarge = members > counted.largeRoomMembers;
  const lanes = isLarge ? counted.lanes : 0;
  const joins = profile.rooms * members * profile.joinsPerMember;
  // A welcome for who joins; to everybody there, one frame for each who joins and each who leaves.
  const hasPresence = members <= presenceLimit;
  const presencePosts = joins * (hasPresence ? 2 * members : 0);
  const presenceBatches = 2 * joins;
  const posts = bursts * postsPerMember * members + joins + presencePosts;
  const acknowledged = fromClients ? 2 * messages : 0;
  const fanOutBatches = batches + presenceBatches;
  const billedMs = at(counted.billed.roomcast, members);
  return {
    webSocketMessages: posts + acknowledged,
    webSocketMinutes: connectionMinutes(profile),
    // Sent one by one; each batch is received and deleted. So is each lane's task.
    sqsRequests:
      messages +
      presenceBatches +
      2 * fanOutBatches +
      batches * (Math.ceil(lanes / sqsBatch) + 2 * lanes) +
      2 * idlePollsPerMonth,
    // Authorizer, connect, disconnect, and presence for each change.
    lambdaRequests: fanOutBatches + batches * lanes + 5 * joins,
    lambdaGigabyteSeconds:
      (fanOutGigabytes * (batches * billedMs + presenceBatches * (hasPresence ? billedMs : 20))) /
        1000 +
      5 * joins * smallGigabytes * smallSeconds,
    // A connection counts those of its user as it joins.
    // In a large room, who comes or goes is told to nobody: one page says that it is large.
    readUnits:
      batches * Math.max(1, members * counted.readUnitsPerMember) +
      presenceBatches *
        Math.max(1, Math.min(members, counted.largeRoomMembers) * counted.readUnitsPerMember) +
      joins,
    writeUnits: 2 * joins * writeUnitsPerRow,
    gigabytesOut:
      (deliveriesOf(profile) * (bytes + frameOverheadBytes) + presencePosts * presenceBytes) / 1e9,
  };
}

/** The usual sample's way: no queue, no acknowledgement, no presence, a Scan for each message. */
export function usualUsage(profile: Profile, counted: Counted): Usage {
  const { rooms, membersPerRoom: members, fromClients, bytes } = profile;
  const messages = messagesOf(profile);
  const joins = rooms * members * profile.joinsPerMember;
  // Eventually consistent: half a unit for 4 KB.
  const scan = (rooms * members * counted.readUnitsPerMember) / 2;
  return {
    webSocketMessages: deliveriesOf(profile) + (fromClients ? messages : 0),
    webSocketMinutes: connectionMinutes(profile),
    sqsRequests: 0,
    lambdaRequests: messages + 2 * joins,
    lambdaGigabyteSeconds:
      (fanOutGigabytes * messages * at(counted.billed.usual, members)) / 1000 +
      2 * joins * smallGigabytes * smallSeconds,
    readUnits: messages * Math.max(0.5, scan),
    writeUnits: 2 * joins * writeUnitsPerRow,
    gigabytesOut: (deliveriesOf(profile) * bytes) / 1e9,
  };
}
