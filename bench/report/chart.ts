/** A line, or with one point a mark. */
export interface Series {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
}

export interface Chart {
  title: string;
  xLabel: string;
  yLabel: string;
  series: readonly Series[];
}

/** Bars in groups, with the same names in each. */
export interface Bars {
  title: string;
  yLabel: string;
  groups: readonly { name: string; bars: readonly { name: string; value: number }[] }[];
}

const width = 720;
const height = 400;
const area = { left: 72, right: 168, top: 44, bottom: 52 };
const plot = { width: width - area.left - area.right, height: height - area.top - area.bottom };
/** Told apart by those who do not see all colours: Okabe and Ito's. */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

const style = `<style>
text { font: 12px system-ui, sans-serif; fill: #24292f; }
.title { font-size: 14px; font-weight: 600; }
.grid { stroke: #d0d7de; stroke-width: 1; }
.line { fill: none; stroke-width: 2; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .grid { stroke: #30363d; } }
</style>`;

/** Both axes are logarithmic. The same data give the same bytes. */
export function lineChart({ title, xLabel, yLabel, series }: Chart): string {
  const points = series.flatMap(({ points: own }) => own);
  const x = logScale(
    points.map(([value]) => value),
    area.left,
    area.left + plot.width,
  );
  const y = logScale(
    points.map(([, value]) => value),
    area.top + plot.height,
    area.top,
  );
  const lines = series.map(({ name, points: own }, index) => {
    const colour = colours[index % colours.length];
    const places = own.map(([px, py]) => `${fixed(x.at(px))},${fixed(y.at(py))}`);
    const marks = places.map((place) => {
      const [cx, cy] = place.split(",");
      return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`;
    });
    return [
      `<polyline class="line" stroke="${colour}" points="${places.join(" ")}"/>`,
      ...marks,
      ...legend(name, index),
    ].join("\n");
  });
  return svg(title, [
    ...yGrid(
      y.ticks.map((tick) => ({ at: y.at(tick), label: short(tick) })),
      yLabel,
    ),
    ...x.ticks.map((tick) => label(x.at(tick), area.top + plot.height + 18, short(tick), "middle")),
    label(area.left + plot.width / 2, height - 12, xLabel, "middle"),
    ...lines,
  ]);
}

/** The axis is linear and begins at zero. */
export function barChart({ title, yLabel, groups }: Bars): string {
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const step = niceStep(most / 4);
  const top = Math.ceil(most / step) * step;
  const y = (value: number) => area.top + plot.height * (1 - value / top);
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  const groupWidth = plot.width / groups.length;
  const bars = groups.flatMap(({ name, bars: own }, group) => {
    const left = area.left + group * groupWidth + groupWidth * 0.1;
    const barWidth = (groupWidth * 0.8) / own.length;
    return [
      ...own.map(({ value }, index) => {
        const bar = `x="${fixed(left + index * barWidth)}" y="${fixed(y(value))}" width="${fixed(barWidth * 0.9)}" height="${fixed(area.top + plot.height - y(value))}"`;
        return `<rect ${bar} fill="${colours[index % colours.length]}"/>`;
      }),
      ...own.map(({ value }, index) =>
        label(left + (index + 0.45) * barWidth, y(value) - 4, short(value), "middle"),
      ),
      label(left + groupWidth * 0.4, area.top + plot.height + 18, name, "middle"),
    ];
  });
  const names = groups[0]?.bars.map(({ name }) => name) ?? [];
  return svg(title, [
    ...yGrid(
      ticks.map((tick) => ({ at: y(tick), label: short(tick) })),
      yLabel,
    ),
    ...bars,
    ...names.flatMap(legend),
  ]);
}

function svg(title: string, parts: readonly string[]): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escaped(title)}">`,
    style,
    `<text class="title" x="${area.left}" y="24">${escaped(title)}</text>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function yGrid(ticks: readonly { at: number; label: string }[], name: string): string[] {
  const right = area.left + plot.width;
  const middle = area.top + plot.height / 2;
  return [
    ...ticks.flatMap(({ at, label: text }) => [
      `<line class="grid" x1="${area.left}" x2="${right}" y1="${fixed(at)}" y2="${fixed(at)}"/>`,
      label(area.left - 8, at + 4, text, "end"),
    ]),
    `<text transform="translate(16 ${fixed(middle)}) rotate(-90)" text-anchor="middle">${escaped(name)}</text>`,
  ];
}

function legend(name: string, index: number): string[] {
  const x = area.left + plot.width + 16;
  const y = area.top + 12 + index * 20;
  return [
    `<rect x="${x}" y="${y - 9}" width="10" height="10" fill="${colours[index % colours.length]}"/>`,
    label(x + 16, y, name, "start"),
  ];
}

function label(x: number, y: number, text: string, anchor: "start" | "middle" | "end"): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}">${escaped(text)}</text>`;
}

/** With a tick for each power of ten, from the one below the least to the one above the most. */
function logScale(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  return {
    at: (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
  };
}

/** 1, 2 or 5 times a power of ten, not below the given one. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10) * power;
}

function fixed(value: number): string {
  return value.toFixed(1);
}

/** As in 1k, 10k, 1M. */
export function short(value: number): string {
  const units = [
    [1e6, "M"],
    [1e3, "k"],
  ] as const;
  for (const [size, unit] of units) {
    if (value >= size) return `${trimmed(value / size)}${unit}`;
  }
  return trimmed(value);
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
