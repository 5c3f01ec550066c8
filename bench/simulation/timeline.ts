interface Event {
  at: number;
  /** Those of one moment happen in the order in which they were planned. */
  order: number;
  happen: () => void;
}

/** The events to come, and the time of the one that happens now. A binary heap. */
export class Timeline {
  #now = 0;
  #planned = 0;
  readonly #heap: Event[] = [];

  /** Milliseconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** @param delay In milliseconds; what lies back happens now. */
  after(delay: number, happen: () => void): void {
    const at = this.#now + Math.max(0, delay);
    this.#planned += 1;
    const event = { at, order: this.#planned, happen };
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(heap[parent] as Event, event)) break;
      heap[index] = heap[parent] as Event;
      index = parent;
    }
    heap[index] = event;
  }

  /** Lets everything happen that is planned, and what is planned by it, until `isOver`. */
  run(isOver: () => boolean = () => false): void {
    while (!isOver()) {
      const event = this.#takeFirst();
      if (event === undefined) return;
      this.#now = event.at;
      event.happen();
    }
  }

  #takeFirst(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) {
        child += 1;
      }
      if (isBefore(last, heap[child] as Event)) break;
      heap[index] = heap[child] as Event;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
