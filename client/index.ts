/**
 * A client for rooms: for browsers, and for Node 22 and newer, without dependencies.
 * Described in docs/client.md.
 */

export type { Platform, Socket, SocketConstructor } from "./lib/platform.ts";
export { connect, type Room } from "./lib/room.ts";
export {
  type Acknowledgement,
  type Closed,
  type Gap,
  type LogEntry,
  type MembersChange,
  type Message,
  PublishError,
  type PublishErrorCode,
  type PublishResult,
  type RoomEvents,
  type RoomOptions,
  type RoomState,
  type ServerError,
  type StateChange,
} from "./types.ts";
