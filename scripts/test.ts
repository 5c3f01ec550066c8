import { availableParallelism } from "node:os";
import { runMocha } from "./lib/mocha.ts";

/** These run the commands, and much of the time wait. */
const endToEnd = "test/end-to-end/**/*.test.ts";
/** Nothing but computing, on one core: the others wait at times, and leave it some of theirs. */
const computing = [
  "test/components/templates.property.test.ts",
  "test/faults/faults.test.ts",
  "test/faults/clients/clients.test.ts",
];
/** These need both cores to be as fast as is promised. */
const timed = ["test/end-to-end/policy.test.ts", "test/end-to-end/pack-start.test.ts"];

/** Runs the tests on Node 24, whatever Node npm runs on: the named files, or all. */
const named = process.argv.slice(2);
const codes = named.length > 0 ? [await runMocha(named)] : await runAll();
process.exitCode = codes.find((code) => code !== 0) ?? 0;

async function runAll(): Promise<number[]> {
  const parallel = ["--parallel", "--jobs", String(availableParallelism())];
  const waiting = ["--parallel", "--jobs", String(availableParallelism() + 1)];
  const beside = runMocha(computing, { isHeldBack: true });
  const others = ["test/**/*.test.ts", ...without(endToEnd, ...computing)];
  const first = await runMocha([...parallel, ...others]);
  const second = await runMocha([...waiting, endToEnd, ...without(...timed)]);
  return [first, second, await beside, await runMocha(timed)];
}

function without(...files: string[]): string[] {
  return files.flatMap((file) => ["--ignore", file]);
}
