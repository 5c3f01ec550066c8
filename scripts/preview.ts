import { runCommand } from "./lib/command.ts";
import { runPulumi } from "./lib/pulumi-run.ts";

/** `npm run preview -- --stack dev`: shows what `npm run up` would change, judged by the policy pack. */
await runCommand(() => runPulumi("preview", process.argv.slice(2)));
