import assert from "node:assert/strict";
import { barChart, lineChart, short } from "../../bench/report/chart.ts";

describe("the charts", () => {
  const line = {
    title: "Posts & <more>",
    xLabel: "members",
    yLabel: "ms",
    series: [
      {
        name: "one",
        points: [
          [10, 1],
          [1000, 100],
        ] as const,
      },
    ],
  };

  it("place points by powers of ten", () => {
    const svg = lineChart(line);
    // From corner to corner of the area that is drawn upon.
    assert.match(svg, /points="72\.0,348\.0 552\.0,44\.0"/);
    assert.equal(svg, lineChart(line));
  });

  it("escape what they are told", () => {
    assert.match(lineChart(line), /Posts &amp; &lt;more>/);
  });

  it("draw bars from zero to the next round number", () => {
    const svg = barChart({
      title: "bars",
      yLabel: "posts",
      groups: [
        {
          name: "g",
          bars: [
            { name: "a", value: 10 },
            { name: "b", value: 5 },
          ],
        },
      ],
    });
    // Steps of five: the highest bar takes the whole height, the other half of it.
    assert.match(svg, /y="44\.0" width="172\.8" height="304\.0"/);
    assert.match(svg, /y="196\.0" width="172\.8" height="152\.0"/);
  });

  it("shorten numbers", () => {
    assert.deepEqual([0.5, 12, 1000, 15_000, 1e6].map(short), ["0.5", "12", "1k", "15k", "1M"]);
  });
});
