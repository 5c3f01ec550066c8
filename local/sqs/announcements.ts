/** Tells listeners of something, soon after it happened and once for all that happened together. */
export class Announcements {
  readonly #before: () => boolean;
  readonly #listeners = new Set<() => void>();
  #due = false;

  /** @param before What comes first; the listeners are told when it answers true. */
  constructor(before: () => boolean) {
    this.#before = before;
  }

  /** The answer ends it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  announce(): void {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      if (!this.#before()) return;
      for (const listener of this.#listeners) listener();
    });
  }

  close(): void {
    this.#listeners.clear();
  }
}
