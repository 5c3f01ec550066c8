/** What one message of one's own took, in milliseconds. */
export interface Sample {
  acknowledgedMs: number | undefined;
  /** Undefined when it has not come back. */
  deliveredMs: number | undefined;
}

const shown = 60;
const width = 320;
const height = 120;
const bottom = height - 8;
const left = 46;

/** A chart of the last messages, drawn anew at each. Squares are acknowledgements, dots deliveries. */
export class LatencyChart {
  readonly #chart: SVGGElement;
  readonly #summary: HTMLElement;
  readonly #samples: Sample[] = [];

  constructor(chart: SVGGElement, summary: HTMLElement) {
    this.#chart = chart;
    this.#summary = summary;
  }

  add(sample: Sample): void {
    this.#samples.push(sample);
    if (this.#samples.length > shown) this.#samples.shift();
    this.#draw();
    const parts = [
      summaryOf("Acknowledged", this.#times("acknowledgedMs")),
      summaryOf("delivered", this.#times("deliveredMs")),
    ];
    this.#summary.textContent = `${parts.join("; ")}.`;
  }

  #times(which: keyof Sample): number[] {
    return this.#samples.flatMap((sample) => sample[which] ?? []);
  }

  #draw(): void {
    const highest = roundUp(
      Math.max(1, ...this.#times("deliveredMs"), ...this.#times("acknowledgedMs")),
    );
    const x = (index: number) => left + ((index + 0.5) * (width - left - 6)) / shown;
    const y = (time: number) => bottom - (time / highest) * (bottom - 14);
    const marks: Element[] = [];
    for (const time of [0, highest / 2, highest]) {
      marks.push(shape("line", { x1: left, x2: width, y1: y(time), y2: y(time) }));
      const label = shape("text", { x: left - 4, y: y(time) + 3, "text-anchor": "end" });
      label.textContent = `${time} ms`;
      marks.push(label);
    }
    for (const [index, { acknowledgedMs, deliveredMs }] of this.#samples.entries()) {
      if (acknowledgedMs !== undefined) {
        const corner = { x: x(index) - 2, y: y(acknowledgedMs) - 2 };
        marks.push(shape("rect", { ...corner, width: 4, height: 4, class: "acknowledged" }));
      }
      if (deliveredMs !== undefined) {
        marks.push(
          shape("circle", { cx: x(index), cy: y(deliveredMs), r: 2.5, class: "delivered" }),
        );
      }
    }
    this.#chart.replaceChildren(...marks);
  }
}

function shape(tag: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/** Up to 1, 2 or 5 and zeros, so that the marks are round. */
function roundUp(time: number): number {
  const power = 10 ** Math.floor(Math.log10(time));
  return ([1, 2, 5, 10].find((step) => step * power >= time) ?? 10) * power;
}

function summaryOf(what: string, times: number[]): string {
  if (times.length === 0) return `${what}: none`;
  const sorted = times.toSorted((a, b) => a - b);
  const [median = 0, most = 0] = [0.5, 1].map(
    (share) => sorted[Math.floor(share * (sorted.length - 1))],
  );
  return `${what}: median ${Math.round(median)} ms, most ${Math.round(most)} ms of ${times.length}`;
}
