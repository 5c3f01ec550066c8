import type { Client } from "./client.ts";

// biome-ignore lint/suspicious/noExplicitAny: a frame as it came, whose form is what is tested
type Frame = any;

/** A client of Roomcast: batches are taken apart, and frames taken by their type. */
export class RoomFrames {
  readonly #client: Client;
  readonly #untaken: Frame[] = [];

  constructor(client: Client) {
    this.#client = client;
  }

  send(message: unknown): void {
    this.#client.send(message);
  }

  /** The types of what has come and was not taken. */
  get untaken(): (string | undefined)[] {
    return this.#untaken.map(({ type }) => type);
  }

  /**
   * Takes the first frame of a type that has come or comes; undefined stands for API Gateway's own.
   *
   * @throws Error when none comes
   */
  async take(type: string | undefined): Promise<Frame> {
    for (;;) {
      const index = this.#untaken.findIndex((frame) => frame.type === type);
      if (index >= 0) return this.#untaken.splice(index, 1)[0];
      const frame = await this.#client.nextJson();
      this.#untaken.push(...(frame.type === "batch" ? frame.events : [frame]));
    }
  }
}
