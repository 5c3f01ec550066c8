/** Random numbers that a seed decides. */
export interface Random {
  /** From 0, included, to 1, excluded. */
  next(): number;
  between(least: number, most: number): number;
  /** Exponentially distributed. */
  exponential(mean: number): number;
}

/** By Mulberry32 (Tommy Ettinger, public domain): 32 bits of state are plenty for a simulation. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (least, most) => least + (most - least) * next(),
    exponential: (mean) => -mean * Math.log(1 - next()),
  };
}
