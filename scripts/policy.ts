import { readOptions, runCommand } from "./lib/command.ts";
import { readPackConfiguration, requirePackConfiguration } from "./lib/policy/configuration.ts";
import { PackProcess } from "./lib/policy/pack-process.ts";
import { settingsOf } from "./lib/policy/settings.ts";
import { formatVerdicts, type Verdict } from "./lib/policy/table.ts";
import { type RecordedStack, recordProgram } from "./lib/record-program.ts";
import { allStacks, readStackConfiguration } from "./lib/stack-configuration.ts";

/**
 * Judges every stack by the policy pack, without an account and without the Pulumi CLI: the program
 * is recorded under mocks, and its resources are given to the pack as Pulumi's engine would.
 */
await runCommand(async () => {
  process.once("SIGTERM", () => process.exit(143));
  const { stack } = readOptions({ stack: { type: "string" } });
  const stacks = stack === undefined ? await allStacks() : [stack];
  for (const name of stacks) {
    await readStackConfiguration(name);
    await requirePackConfiguration(name);
  }
  const starting = PackProcess.start({ lean: true });
  try {
    // While the pack starts; one after the other, as the SDK's state is global.
    const programs: [stack: string, program: RecordedStack][] = [];
    for (const name of stacks) {
      programs.push([name, await recordProgram(name)]);
    }
    const pack = await starting;
    const verdicts: Verdict[] = [];
    for (const [name, { project, resources }] of programs) {
      const settings = settingsOf(pack.policies, await readPackConfiguration(name, pack.policies));
      await pack.configure(settings, { project, stack: name });
      verdicts.push({ stack: name, settings, violations: await pack.analyze(resources) });
    }
    console.log(formatVerdicts(pack.policies, verdicts));
    const isViolated = verdicts.some(({ violations }) =>
      violations.some(({ level }) => level === "mandatory"),
    );
    process.exitCode = isViolated ? 1 : 0;
  } finally {
    // A pack that did not start has nothing to stop, and has been told of if nothing else failed before.
    await starting.then(
      (pack) => pack.stop(),
      () => undefined,
    );
  }
});
