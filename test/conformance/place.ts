import type { Case } from "./case.ts";
import type { Site } from "./site.ts";

/** Where the suite runs. */
export interface Place {
  /** Milliseconds that a case may take. */
  readonly deadline: number;
  /** Where a case can run, or in words why it cannot. */
  siteFor(about: Case): Promise<Site | string>;
  close(): Promise<void>;
}

/** Stacks that run somewhere else, as far as they were given. */
export class DeployedPlace implements Place {
  readonly deadline = 180_000;
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  async siteFor({ where, stack }: Case): Promise<Site | string> {
    if (where === "laptop clock") return "only the laptop's clock can be moved";
    return this.#site.has(stack) ? this.#site : `the outputs of the stack ${stack} were not given`;
  }

  async close(): Promise<void> {
    this.#site.close();
  }
}
