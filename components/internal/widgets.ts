import type { Input } from "@pulumi/pulumi";

/** One line of a chart: namespace, metric, then names and values of its dimensions. */
export interface Line {
  metric: [namespace: string, name: string, ...dimensions: Input<string>[]];
  /** CloudWatch's name of a statistic, for instance `Sum`, `Maximum` or `p99`. */
  statistic: string;
  label: string;
}

export interface Chart {
  title: string;
  lines: Line[];
}

/** A heading with a sentence on what to look for, and charts side by side below it. */
export interface Row {
  heading: string;
  text: string;
  charts: Chart[];
}

/** CloudWatch's grid (CloudWatch API Reference, "Dashboard Body Structure and Syntax"). */
const gridWidth = 24;
const alarmsHeight = 4;
const headingHeight = 2;
const chartHeight = 6;

/**
 * The widgets of a dashboard: the state of all alarms, then row by row.
 *
 * @param alarms ARNs, at most 100.
 */
export function layOut(alarms: Input<string>[], rows: readonly Row[], region: Input<string>) {
  const alarmStates = {
    type: "alarm",
    ...{ x: 0, y: 0, width: gridWidth, height: alarmsHeight },
    properties: { title: "Alarms", alarms },
  };
  const below = rows.flatMap(({ heading, text, charts }, index) => {
    const y = alarmsHeight + index * (headingHeight + chartHeight);
    const width = Math.floor(gridWidth / charts.length);
    return [
      {
        type: "text",
        ...{ x: 0, y, width: gridWidth, height: headingHeight },
        properties: { markdown: `## ${heading}\n${text}` },
      },
      ...charts.map(({ title, lines }, column) => ({
        type: "metric",
        ...{ x: column * width, y: y + headingHeight, width, height: chartHeight },
        properties: {
          title,
          view: "timeSeries",
          region,
          period: 60,
          metrics: lines.map(({ metric, statistic, label }) => [
            ...metric,
            { stat: statistic, label },
          ]),
        },
      })),
    ];
  });
  return [alarmStates, ...below];
}
