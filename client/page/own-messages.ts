import { PublishError, type Room } from "../index.ts";
import { append, element } from "./elements.ts";
import type { LatencyChart } from "./latency.ts";

const most = 100;

interface Waiting {
  startedAt: number;
  status: HTMLElement;
  acknowledgedMs: number | undefined;
}

/** The messages that this page has sent to a room, and what became of each. */
export class OwnMessages {
  readonly #room: Room;
  readonly #list: HTMLElement;
  readonly #chart: LatencyChart;
  /** Sent, in order: acknowledgements come in the same. */
  readonly #waiting: Waiting[] = [];

  constructor(room: Room, list: HTMLElement, chart: LatencyChart) {
    this.#room = room;
    this.#list = list;
    this.#chart = chart;
    room.on("acknowledged", () => {
      const waiting = this.#waiting.find(({ acknowledgedMs }) => acknowledgedMs === undefined);
      if (waiting === undefined) return;
      waiting.acknowledgedMs = performance.now() - waiting.startedAt;
      waiting.status.textContent = "acknowledged";
    });
  }

  async send(text: string): Promise<void> {
    const item = document.createElement("li");
    const status = element("span", "detail", "waiting");
    item.append(element("span", "text", text), " ", status);
    append(this.#list, item, most);
    const waiting: Waiting = { startedAt: performance.now(), status, acknowledgedMs: undefined };
    this.#waiting.push(waiting);
    try {
      const { status: outcome } = await this.#room.publish(text);
      const deliveredMs =
        outcome === "delivered" ? performance.now() - waiting.startedAt : undefined;
      const took = deliveredMs === undefined ? "" : ` in ${Math.round(deliveredMs)} ms`;
      status.textContent = `${outcome}${took}`;
      this.#chart.add({ acknowledgedMs: waiting.acknowledgedMs, deliveredMs });
    } catch (error) {
      status.className = "failed";
      status.textContent = `failed: ${describe(error)}`;
    } finally {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof PublishError)) return String(error);
  const doubt = error.maybePublished ? " (it may be published all the same)" : "";
  return `${error.code}, ${error.message}${doubt}`;
}
