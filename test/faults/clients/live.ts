import type { InProcessWorld } from "../in-process/in-process-world.ts";
import { Injector } from "../model/injector.ts";
import type { QueuedMessage, Row } from "../world.ts";
import { Person } from "./person.ts";
import type { Story, StoryStep } from "./story.ts";

/** What came of a story. */
export interface Lived {
  story: Story;
  people: readonly Person[];
  queued: readonly QueuedMessage[];
  laneTasks: readonly QueuedMessage[];
  deadLetters: ReadonlySet<string>;
  rows: readonly Row[];
  /** How often a fault struck. */
  strikes: number;
}

const minute = 60_000;
/**
 * How long everything takes at the end: a connection that is cut is closed by the gateway after ten
 * idle minutes, and what nobody can read or deliver is tried for some more.
 */
const quiet = 20 * minute;
const probes = 3;

/**
 * Lets people live through a story; then nothing goes wrong any more, time passes until all has come
 * to rest, and messages of a backend show who hears them.
 */
export async function live(world: InProcessWorld, story: Story): Promise<Lived> {
  const { time } = world;
  const injector = new Injector(() => time.now(), {
    clientOf(connectionId) {
      const user = world.userOf(connectionId);
      return story.people.find((plan) => plan.user === user)?.name;
    },
    isHandshaking: () => false,
    onCall() {},
  });
  world.faults = injector;
  const people = story.people.map((plan) => new Person(world, plan, story.seed));
  await time.advance(1000);
  for (const step of story.steps) {
    if (step.do === "fault") injector.arm(step.fault);
    else await take(step, world, people);
    await time.settle();
  }
  injector.stop();
  await time.advance(quiet);
  for (let probe = 1; probe <= probes; probe++) {
    for (const room of new Set(story.people.map(({ room }) => room))) {
      await publish(world, room, `probe-${probe}`);
    }
    await time.advance(minute);
  }
  await rest(world);
  const strikes = [...injector.strikes.values()].reduce((sum, count) => sum + count, 0);
  return {
    ...{ story, people, strikes },
    queued: [...world.queued],
    laneTasks: [...world.laneTasks],
    deadLetters: new Set(await world.deadLetters()),
    rows: await world.rows(),
  };
}

/** Waits for a moment in which nobody comes or goes: connections are renewed for ever. */
async function rest(world: InProcessWorld): Promise<void> {
  const seen = async () => JSON.stringify([world.queued.length, await world.rows()]);
  let before: string;
  do {
    before = await seen();
    await world.time.advance(2000);
  } while ((await seen()) !== before);
}

async function take(
  step: Exclude<StoryStep, { do: "fault" }>,
  world: InProcessWorld,
  people: readonly Person[],
): Promise<void> {
  switch (step.do) {
    case "pass":
      return await world.time.advance(step.milliseconds);
    case "backend":
      return await publish(world, step.room, step.n);
    case "reset-all":
      for (const person of people) person.reset();
      return;
    default: {
      const person = people.find(({ plan }) => plan.name === step.who);
      if (step.do === "publish")
        person?.publish({ n: step.n, filling: "x".repeat(step.bytes ?? 0) });
      else if (step.do === "reset") person?.reset();
      else person?.cut();
    }
  }
}

async function publish(world: InProcessWorld, room: string, n: number | string): Promise<void> {
  await world.time.until(world.publish(room, { n }, `backend-${room}-${n}`));
}
