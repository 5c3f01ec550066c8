import type { Fault } from "../model/fault.ts";
import type { ClientPlan, RoomSettings } from "../model/schedule.ts";

/** What happens to people who use the client library, as plain data: the same story goes the same way again. */
export interface Story {
  seed: number;
  /** How Roomcast is set up; default: so that no room ever is a large one. */
  settings?: RoomSettings;
  people: ClientPlan[];
  steps: StoryStep[];
}

/** `n` is of this step alone, and stands in what is published. */
export type StoryStep =
  | { do: "publish"; who: string; n: number; bytes?: number }
  | { do: "backend"; room: string; n: number }
  /** Its connections are reset, as when a phone changes its network. */
  | { do: "reset"; who: string }
  /** Everybody's connections are reset, as when a gateway ends. */
  | { do: "reset-all" }
  /** Its connections are dead, and neither end learns of it. */
  | { do: "cut"; who: string }
  | { do: "pass"; milliseconds: number }
  | { do: "fault"; fault: Fault };
