import type { Spread } from "../lib/statistics.ts";
import type { Way } from "../measure/scenarios.ts";

export const wayNames: Record<Way, string> = {
  roomcast: "Roomcast",
  "roomcast-in-one": "Roomcast, without lanes",
  usual: "(a) the usual way",
  "tuned-sdk": "(b) tuned SDK client",
  floor: "(c) floor, unsigned",
};

/** With thousands set apart. */
export function whole(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, " ");
}

/** Three significant digits, and all of a whole number. */
export function brief(value: number): string {
  return value >= 100 ? whole(value) : String(Number(value.toPrecision(3)));
}

/** The median, with the least and the most in brackets where there are several. */
export function spread({ median, least, most, count }: Spread): string {
  return count === 1 ? brief(median) : `${brief(median)} (${brief(least)} to ${brief(most)})`;
}

export function seconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(1)} s`;
}

export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

export function dollars(value: number): string {
  return value < 10 ? value.toFixed(2) : whole(value);
}
