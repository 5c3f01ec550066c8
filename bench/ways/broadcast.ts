/** What the ways beside ours are invoked with. */
export interface Broadcast {
  room: string;
  /** Each is sent to everybody in the room, in this order. */
  messages: string[];
}

/** Posts under way at once, where a way bounds them: as many as ours. */
export const concurrency = 100;
