import { recordRoomcast } from "../../support/program.ts";
import { InProcessWorld } from "../in-process/in-process-world.ts";
import { configOf } from "../model/worlds.ts";
import { drawStory } from "./draw-story.ts";
import { type Lived, live } from "./live.ts";
import { brokenTo } from "./promises.ts";
import type { Story } from "./story.ts";

/** What stories amounted to, in numbers. */
export interface StoryFigures {
  stories: number;
  people: number;
  /** Handshakes that their clients began. */
  connections: number;
  publishes: { delivered: number; queued: number; failed: number };
  /** Messages that the clients showed, and the gaps between them that they told. */
  messages: number;
  gaps: number;
  faults: number;
  broken: number;
}

export interface StoriesResult {
  figures: StoryFigures;
  /** Of each story that went wrong: its seed, and what was broken. */
  failures: { seed: number; broken: string[] }[];
}

/** Lets people live through so many stories, one after the other, each in a world of its own. */
export async function runStories(from: number, count: number): Promise<StoriesResult> {
  const figures: StoryFigures = {
    ...{ stories: 0, people: 0, connections: 0, messages: 0, gaps: 0, faults: 0, broken: 0 },
    publishes: { delivered: 0, queued: 0, failed: 0 },
  };
  const failures: StoriesResult["failures"] = [];
  for (let seed = from; seed < from + count; seed++) {
    const broken = await run(drawStory(seed), figures);
    figures.broken += broken.length;
    if (broken.length > 0) failures.push({ seed, broken });
  }
  return { figures, failures };
}

async function run(story: Story, figures: StoryFigures): Promise<string[]> {
  const recorded = await recordRoomcast("dev", { config: configOf(story.settings) });
  const world = new InProcessWorld({ seed: story.seed, recorded });
  try {
    const lived = await live(world, story);
    count(lived, figures);
    const broken = lived.people.flatMap((person) => brokenTo(person, lived));
    for (const person of lived.people) person.end();
    return broken;
  } finally {
    await world.close();
  }
}

function count({ people, strikes }: Lived, figures: StoryFigures): void {
  figures.stories += 1;
  figures.people += people.length;
  figures.faults += strikes;
  for (const { told, publishes, connections } of people) {
    figures.connections += connections;
    figures.messages += told.filter(({ kind }) => kind === "message").length;
    figures.gaps += told.filter(({ kind }) => kind === "gap").length;
    for (const { result } of publishes) {
      if (result === undefined) continue;
      figures.publishes["status" in result ? result.status : "failed"] += 1;
    }
  }
}
