import assert from "node:assert/strict";
import { quantile, rounded, spreadOf } from "../../bench/lib/statistics.ts";

describe("the statistics of the bench", () => {
  it("sum up an odd and an even number of measurements", () => {
    assert.deepEqual(spreadOf([9, 1, 5]), { median: 5, least: 1, most: 9, count: 3 });
    assert.deepEqual(spreadOf([4, 1, 2, 9]), { median: 3, least: 1, most: 9, count: 4 });
  });

  it("sum up nothing", () => {
    assert.throws(() => spreadOf([]), /no measurements/);
  });

  it("find a share between two values", () => {
    assert.equal(quantile([0, 10], 0.25), 2.5);
    assert.equal(quantile([0, 10, 20], 1), 20);
  });

  it("round to significant digits", () => {
    assert.equal(rounded(1234.56), 1235);
    assert.equal(rounded(0.0123456, 3), 0.0123);
  });
});
