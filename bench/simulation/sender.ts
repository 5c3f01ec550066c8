import type { TokenBucket } from "../../local/gateway/token-bucket.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";
import type { World } from "./world.ts";

/** What paces the posts of an invocation: fan-out's own class, or another policy to be tried. */
export interface Pace {
  /** Whether the account was throttled a moment ago. */
  readonly isThrottled: boolean;
  /** Reserves the next post. @returns Milliseconds to wait before it. */
  take(): number;
  delivered(connectionId: string): void;
  throttled(connectionId: string): void;
}

/** What the whole run has in common. */
export interface Run {
  world: World;
  timeline: Timeline;
  random: Random;
  account: TokenBucket;
  figures: Figures;
}

export interface Figures {
  posts: number;
  /** Posts that were answered by 429 for the account. */
  throttled: number;
  /** Members who have heard it. */
  reached: number;
  /** Members who were given up: they never take anything. */
  stuck: number;
  /** Members who have to be tried again by another invocation: the account was throttled too often. */
  failed: number;
  lastReachedMs: number;
  invocations: number;
  /** Milliseconds of all invocations together. */
  invocationMs: number;
  /** Invocations that ran out of time. */
  retries: number;
}

/** Posts of one invocation under way at once, as fan-out bounds them. */
const concurrency = 100;
/** Waits between the attempts of a post, as in fan-out's `deliver`. */
const retryDelaysMs = [100, 400];
/** And while it is the account that is throttled: as often as it takes. */
const throttledDelayMs = 200;

/**
 * One lane of a room, or a whole small room: an invocation reads its members page by page and posts
 * to them, as its pace, its CPU and the bound of its posts under way allow. One that runs out of
 * time is followed by another, which begins where it has stopped.
 */
export class Sender {
  readonly #run: Run;
  readonly #newPace: () => Pace;
  readonly #onDone: () => void;
  #unread: number;
  #waiting = 0;
  #pace: Pace;
  #busy = 0;
  #endsAt = 0;
  #startedAt = 0;
  #cpuFreeAt = 0;
  #isReading = false;
  #lastId = 0;

  constructor(run: Run, members: number, newPace: () => Pace, onDone: () => void) {
    this.#run = run;
    this.#newPace = newPace;
    this.#onDone = onDone;
    this.#unread = members;
    this.#pace = newPace();
  }

  /** An invocation begins. */
  start(): void {
    const { timeline, world, figures } = this.#run;
    this.#pace = this.#newPace();
    this.#startedAt = timeline.now;
    this.#endsAt = timeline.now + world.invocation.budgetMs;
    figures.invocations += 1;
    this.#read();
  }

  #read(): void {
    const { timeline, world, random } = this.#run;
    if (this.#isReading || this.#unread === 0) return;
    this.#isReading = true;
    timeline.after(random.between(world.page.leastMs, world.page.mostMs), () => {
      const members = Math.min(this.#unread, world.page.members);
      this.#isReading = false;
      this.#unread -= members;
      this.#waiting += members;
      this.#fill();
    });
  }

  /** Begins as many posts as may be under way. */
  #fill(): void {
    while (this.#busy < concurrency && this.#waiting > 0 && !this.#isOutOfTime()) {
      this.#waiting -= 1;
      this.#busy += 1;
      this.#lastId += 1;
      const isStuck = this.#run.random.next() < this.#run.world.stuckShare;
      this.#attempt(String(this.#lastId), isStuck, 0);
    }
    // The next page comes when nobody of this one is left to begin with.
    if (this.#waiting === 0) this.#read();
    if (this.#busy === 0 && !this.#isReading) this.#end();
  }

  #attempt(id: string, isStuck: boolean, tries: number): void {
    const { timeline, world, random } = this.#run;
    // Fan-out's timers take whole milliseconds.
    timeline.after(Math.ceil(this.#pace.take()), () => {
      this.#cpuFreeAt = Math.max(this.#cpuFreeAt, timeline.now) + world.cpuPerPostMs;
      const takes = world.post.leastMs + random.exponential(world.post.meanMoreMs);
      timeline.after(this.#cpuFreeAt - timeline.now + takes / 2, () => {
        const isThrottled = !this.#run.account.take();
        timeline.after(takes / 2, () => this.#answered(id, isStuck, isThrottled, tries));
      });
    });
  }

  #answered(id: string, isStuck: boolean, isThrottled: boolean, tries: number): void {
    const { timeline, random, figures } = this.#run;
    figures.posts += 1;
    figures.throttled += isThrottled ? 1 : 0;
    if (!isThrottled && !isStuck) {
      this.#pace.delivered(id);
      figures.reached += 1;
      figures.lastReachedMs = timeline.now;
      this.#release();
      return;
    }
    this.#pace.throttled(id);
    const isOfAccount = this.#pace.isThrottled;
    const delay = isOfAccount ? throttledDelayMs : retryDelaysMs[tries];
    if (this.#isOutOfTime()) {
      this.#unread += 1;
      this.#release();
    } else if (delay !== undefined) {
      timeline.after(delay * random.between(0.5, 1.5), () =>
        this.#attempt(id, isStuck, tries + (isOfAccount ? 0 : 1)),
      );
    } else {
      figures.stuck += isStuck ? 1 : 0;
      figures.failed += isStuck ? 0 : 1;
      this.#unread += isStuck ? 0 : 1;
      this.#release();
    }
  }

  #release(): void {
    this.#busy -= 1;
    this.#fill();
  }

  #isOutOfTime(): boolean {
    return this.#run.timeline.now >= this.#endsAt;
  }

  #end(): void {
    const { timeline, world, figures } = this.#run;
    this.#unread += this.#waiting;
    this.#waiting = 0;
    figures.invocationMs += timeline.now - this.#startedAt;
    if (this.#unread === 0) {
      this.#onDone();
      return;
    }
    figures.retries += 1;
    timeline.after(world.invocation.backoffMs, () => this.start());
  }
}
