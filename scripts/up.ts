import { runCommand } from "./lib/command.ts";
import { runPulumi } from "./lib/pulumi-run.ts";

/** `npm run up -- --stack dev`: deploys, unless the policy pack stops it. */
await runCommand(() => runPulumi("up", process.argv.slice(2)));
