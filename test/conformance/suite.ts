import { readdir } from "node:fs/promises";
import type { Case } from "./case.ts";
import type { Place } from "./place.ts";
import { FixtureSession, RoomcastSession } from "./session.ts";
import type { Site } from "./site.ts";

/**
 * `differs` is an unconfirmed case that failed on AWS: news of AWS, where a failure on the laptop is a
 * fault of the laptop's.
 */
export type Result = "passed" | "failed" | "differs" | "skipped";

export interface Outcome {
  about: Case;
  result: Result;
  /** What a case that did not pass threw; why one was skipped. */
  reason?: unknown;
}

/** How many cases run at the same time. */
const parallel = 5;
const casesFolder = new URL("cases/", import.meta.url);

/** Every case of `cases/`, each file's list one after the other. @throws Error for an id that is taken or odd */
export async function loadCases(): Promise<Case[]> {
  const files = (await readdir(casesFolder)).filter((file) => file.endsWith(".ts")).sort();
  const lists = await Promise.all(
    files.map(async (file) => (await import(new URL(file, casesFolder).href)).cases as Case[]),
  );
  const cases = lists.flat();
  const ids = new Set<string>();
  for (const { id, sources } of cases) {
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) throw new Error(`${id} is not kebab-case`);
    if (ids.has(id)) throw new Error(`there are two cases ${id}`);
    if (sources.length === 0) throw new Error(`${id} has no source`);
    ids.add(id);
  }
  return cases;
}

/**
 * Starts to run cases, some at once; those on the laptop's clock one after the other, since they share
 * the time.
 *
 * @returns what becomes of each, by its id
 */
export function startCases(cases: readonly Case[], place: Place): Map<string, Promise<Outcome>> {
  const clocked = new Lanes(1);
  const others = new Lanes(parallel);
  const exclusive = new Map<string, Lanes>();
  const laneOf = (name: string) => {
    const lane = exclusive.get(name) ?? new Lanes(1);
    exclusive.set(name, lane);
    return lane;
  };
  return new Map(
    cases.map((about) => {
      const lanes = about.where === "laptop clock" ? clocked : others;
      const run = () => lanes.run(() => runCase(about, place));
      return [about.id, about.exclusive === undefined ? run() : laneOf(about.exclusive).run(run)];
    }),
  );
}

async function runCase(about: Case, place: Place): Promise<Outcome> {
  const site = await place.siteFor(about);
  if (typeof site === "string") return { about, result: "skipped", reason: site };
  try {
    await runAt(site, about, place.deadline);
    return { about, result: "passed" };
  } catch (reason) {
    const isNews = about.where === "unconfirmed" && site.place === "deployed";
    return { about, result: isNews ? "differs" : "failed", reason };
  }
}

async function runAt(site: Site, about: Case, deadline: number): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`the case did not end in ${deadline / 1000} s`)),
    deadline,
  );
  const session =
    about.stack === "fixture" ? new FixtureSession(site, about) : new RoomcastSession(site, about);
  try {
    const run =
      about.stack === "fixture"
        ? about.run(session as FixtureSession)
        : about.run(session as RoomcastSession);
    await Promise.race([run, late]);
  } finally {
    clearTimeout(timer);
    await session.end();
  }
}

/** Runs so many things at the same time, in the order in which they came. */
class Lanes {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
