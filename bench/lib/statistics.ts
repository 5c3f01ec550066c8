/** What several measurements of one thing came to. */
export interface Spread {
  median: number;
  least: number;
  most: number;
  /** How many measurements there were. */
  count: number;
}

/** @throws Error when there is nothing to sum up. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) {
    throw new Error("There are no measurements to sum up.");
  }
  return { median: quantile(sorted, 0.5), least, most, count: sorted.length };
}

/** Of sorted values, by linear interpolation. @param share From 0 to 1. */
export function quantile(sorted: readonly number[], share: number): number {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** To so many significant digits: what is written into a file need not pretend to more. */
export function rounded(value: number, digits = 4): number {
  return Number(value.toPrecision(digits));
}
