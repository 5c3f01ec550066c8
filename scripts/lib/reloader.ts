import type { RunningStack } from "../../local/runtime.ts";
import { bundleFolder, bundleHandlers, type HandlerName, readBundles } from "../bundle.ts";

/** Loads the handlers anew whose bundles differ from what is loaded, one change after the other. */
export class Reloader {
  readonly #stack: RunningStack;
  readonly #print: (line: string) => void;
  #loaded: Map<HandlerName, string>;
  #running = Promise.resolve();

  constructor(
    stack: RunningStack,
    loaded: Map<HandlerName, string>,
    print: (line: string) => void,
  ) {
    this.#stack = stack;
    this.#loaded = loaded;
    this.#print = print;
  }

  reload(): void {
    this.#running = this.#running.then(() => this.#reload());
  }

  async #reload(): Promise<void> {
    try {
      await bundleHandlers();
      const built = await readBundles();
      const changed = [...built.keys()].filter(
        (name) => built.get(name) !== this.#loaded.get(name),
      );
      this.#loaded = built;
      await this.#stack.reload(changed.map(bundleFolder));
      if (changed.length > 0) {
        this.#print(`Reloaded ${changed.join(", ")}; connections stay.`);
      }
    } catch (error) {
      this.#print(
        `The handlers do not build, so the former ones go on: ${(error as Error).message}`,
      );
    }
  }
}
