/** Replaces the global `Date` by one whose present is `now()`, in epoch milliseconds. */
export function replaceDate(now: () => number): void {
  const RealDate = Date;
  const milliseconds = () => Math.trunc(now());
  const VirtualDate = new Proxy(RealDate, {
    apply: () => new RealDate(milliseconds()).toString(),
    construct: (target, values, newTarget) =>
      Reflect.construct(target, values.length === 0 ? [milliseconds()] : values, newTarget),
    get: (target, key, receiver) =>
      key === "now" ? milliseconds : Reflect.get(target, key, receiver),
  });
  RealDate.prototype.constructor = VirtualDate;
  globalThis.Date = VirtualDate;
}
