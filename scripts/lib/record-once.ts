import { awsAddresses } from "../../local/recording/outputs.ts";
import { record } from "../../local/recording/record.ts";
import { bundleHandlers } from "../bundle.ts";
import { readStackConfiguration } from "./stack-configuration.ts";

/**
 * Prints how many milliseconds it takes to record the program, for `npm run measure`: from the
 * import of the program to its last output, with the bundles built before.
 */
const place = { partition: "aws", region: "eu-west-1", accountId: "000000000000" };
const { project, config } = await readStackConfiguration("dev");
await bundleHandlers();
const startedAt = performance.now();
await record(() => import("../../index.ts"), {
  project,
  stack: "dev",
  config,
  place,
  addresses: awsAddresses(place),
});
console.log(performance.now() - startedAt);
