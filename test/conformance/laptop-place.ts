import type { Case } from "./case.ts";
import { Laptop } from "./laptop.ts";
import type { Place } from "./place.ts";
import type { Site } from "./site.ts";

/** Both programs in this process, started when a case first needs them: on the machine's clock, and on one of their own. */
export class LaptopPlace implements Place {
  readonly deadline = 60_000;
  #started: Promise<unknown> = Promise.resolve();
  #real: Promise<Laptop> | undefined;
  #virtual: Promise<Laptop> | undefined;

  async siteFor({ where }: Case): Promise<Site> {
    if (where === "laptop clock") this.#virtual ??= this.#start(true);
    else this.#real ??= this.#start(false);
    const laptop = await (where === "laptop clock" ? this.#virtual : this.#real);
    // The start of the other keeps this thread busy for longer than some functions wait for an answer.
    await this.#started;
    return (laptop as Laptop).site;
  }

  async close(): Promise<void> {
    for (const laptop of [this.#real, this.#virtual]) {
      // One that did not start has nothing to close, and its cases have failed.
      await laptop?.then(
        (started) => started.close(),
        () => undefined,
      );
    }
  }

  /** One after the other, as `Laptop.start` asks for. */
  #start(virtual: boolean): Promise<Laptop> {
    const start = this.#started.then(() => Laptop.start({ virtual }));
    this.#started = start.catch(() => undefined);
    return start;
  }
}
