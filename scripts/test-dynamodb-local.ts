import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CommandError, runCommand } from "./lib/command.ts";
import { startDynamoDbLocal } from "./lib/dynamodb-local.ts";
import { runMocha } from "./lib/mocha.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What uses an engine. How the embedded one starts is a matter of that one alone. */
const suites = [
  "test/local/dynamodb/!(engine).test.ts",
  "test/local/event-sources/{mappings,stream-*}.test.ts",
  "test/local/iam/dynamodb.test.ts",
  "test/local/{faults,runtime-time}.test.ts",
  "test/handlers/members/on-engine.test.ts",
  "test/program/iam*.test.ts",
  "test/conformance/conformance.test.ts",
  "test/faults/in-process/memory-table.test.ts",
  "test/end-to-end/{dead-letters,rooms}.test.ts",
];

/**
 * Runs the tests that use a DynamoDB engine on AWS's own DynamoDB Local in place of the embedded one.
 * One file after the other: it answers more slowly, and functions wait for it in real time.
 */
await runCommand(async () => {
  const files = suites.flatMap(filesOf);
  const { endpoint } = await startDynamoDbLocal();
  process.exitCode = await runMocha(files, {
    environment: { ...process.env, DYNAMODB_ENDPOINT: endpoint },
  });
});

/** mocha itself passes over a pattern that nothing matches. */
function filesOf(pattern: string): string[] {
  const files = globSync(pattern, { cwd: root }).sort();
  if (files.length === 0) throw new CommandError(`There is no ${pattern}.`);
  return files;
}
