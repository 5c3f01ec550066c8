import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { costs } from "../bench/cost/cost.ts";
import { countedFrom } from "../bench/cost/from-results.ts";
import { measureLaptop } from "../bench/laptop/laptop.ts";
import { compare } from "../bench/measure/comparison.ts";
import { Deployment } from "../bench/measure/deployment.ts";
import { type Extent, scenarios } from "../bench/measure/scenarios.ts";
import { measureStartup } from "../bench/measure/startup.ts";
import { measureTableReads } from "../bench/measure/table-reads.ts";
import { writePages } from "../bench/report/pages.ts";
import { verdictLines } from "../bench/report/verdict-table.ts";
import { verdicts } from "../bench/report/verdicts.ts";
import { type Results, writeResults } from "../bench/results.ts";
import { cpuPerPostFrom } from "../bench/simulation/from-results.ts";
import { study } from "../bench/simulation/study.ts";
import { bundleHandlers } from "./bundle.ts";
import { readOptions, runCommand } from "./lib/command.ts";

/**
 * Measures fan-out beside the usual ways, simulates what is beyond this machine, and works out what
 * it costs: `npm run bench`. Writes bench/results.json and the pages and charts that are made from it.
 * `--quick` takes some minutes, prints the promises, and writes nothing. `--date` is what the results are
 * dated, by default today; `--long` adds the usual ways with 100 000 members, which takes half an hour;
 * `--largest` leaves larger rooms out, which a busy machine does not serve in time.
 */
await runCommand(async () => {
  const { quick, long, largest, date } = readOptions({
    quick: { type: "boolean", default: false },
    long: { type: "boolean", default: false },
    largest: { type: "string", default: "1000000" },
    date: { type: "string", default: new Date().toISOString().slice(0, 10) },
  });
  const results = await run(quick ? "quick" : long ? "long" : "usual", Number(largest), date);
  if (!quick) {
    await writeResults(results);
    await writePages();
  }
  const judged = verdicts(results);
  console.log(`\n${verdictLines(judged).join("\n")}`);
  process.exit(judged.every(({ kept }) => kept) ? 0 : 1);
});

async function run(extent: Extent, largest: number, date: string): Promise<Results> {
  const quick = extent === "quick";
  const startedAt = performance.now();
  const [loadBefore = 0] = loadavg();
  await bundleHandlers();
  const deployment = await Deployment.start();
  const comparison: Results["comparison"] = [];
  const failures: Results["failures"] = [];
  for (const scenario of scenarios(extent)) {
    const { members, bytes, messages } = scenario;
    if (members > largest) continue;
    await step(`${members} members, ${messages} × ${bytes} bytes`, async () => {
      const compared = await compare(deployment, scenario);
      comparison.push(...compared.rows);
      failures.push(...compared.failures);
      for (const { way, reason } of compared.failures) console.error(`${way}: ${reason}`);
    });
  }
  const tableReads = await step("table reads", () => measureTableReads(deployment, { quick }));
  const startup = await step("start-up", () => measureStartup(deployment, { quick }));
  await deployment.close();
  const laptop = await step("the laptop's stack", () => measureLaptop({ quick }));
  const simulation = await step("simulation", async () =>
    study(cpuPerPostFrom(comparison), { quick }),
  );
  return {
    about: {
      date,
      quick,
      cpu: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      memoryGigabytes: Math.round(totalmem() / 1e9),
      node: process.version,
      loadBefore: Number(loadBefore.toFixed(1)),
      loadAfter: Number((loadavg()[0] ?? 0).toFixed(1)),
      minutes: Math.round((performance.now() - startedAt) / 60_000),
    },
    comparison,
    failures,
    tableReads,
    startup,
    laptop,
    simulation,
    costs: costs(countedFrom(comparison, laptop, deployment.variablesOf("fan-out"))),
  };
}

async function step<Result>(what: string, act: () => Promise<Result>): Promise<Result> {
  const startedAt = performance.now();
  const result = await act();
  console.error(`${what}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  return result;
}
