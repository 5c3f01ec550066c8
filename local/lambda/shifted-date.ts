/** Replaces the global `Date` by one that runs `offset()` milliseconds ahead of the machine's. */
export function shiftDate(offset: () => number): void {
  const RealDate = Date;
  const now = () => RealDate.now() + offset();
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, values, newTarget) =>
      Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget),
    get: (target, key, receiver) => (key === "now" ? now : Reflect.get(target, key, receiver)),
  });
}
