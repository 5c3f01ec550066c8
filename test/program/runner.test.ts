import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { recordStack } from "../support/program.ts";
import { type TypeAndName, typesAndNames } from "../support/recorded-program.ts";
import { type Run, runProgram } from "../support/run-program.ts";
import { expectedResources } from "./expected-resources.ts";

const require = createRequire(import.meta.url);

/** The exit code by which the runner tells the CLI that the user has been told already. */
const reportedError = 32;

describe("The program in Pulumi's own runner", function () {
  // A process and a bundling for each run, on a machine that may be busy.
  this.timeout(60_000);

  describe("with the configuration of dev", () => {
    let run: Run;

    before(async () => {
      run = await runProgram("dev");
    });

    it("ends well and says nothing", () => {
      assert.deepEqual(
        { exitCode: run.exitCode, problems: run.problems, printed: run.printed },
        { exitCode: 0, problems: [], printed: "" },
      );
    });

    it("asks where it is, and makes everything, by its own provider", () => {
      const used = [...run.registrations, ...run.invocations]
        .map(({ provider }) => provider)
        .filter((provider) => provider !== "");
      assert.equal(new Set(used).size, 1);
      assert.match(String(used[0]), /::pulumi:providers:aws::roomcast-aws::/);
      assert.deepEqual(
        run.invocations.filter(({ provider }) => provider === ""),
        [],
      );
      assert.ok(run.invocations.length > 0);
    });

    it("registers what the recording has", async () => {
      const recording = await recordStack("dev");
      assert.deepEqual(typesAndNames(run.registrations), typesAndNames(recording.resources));
    });

    it("exports what the recording has", async () => {
      const recording = await recordStack("dev");
      assert.deepEqual(run.outputs, recording.outputs);
    });
  });

  it("previews prod: the same resources, and nothing known that the provider computes", async () => {
    const run = await runProgram("prod", { preview: true });
    assert.deepEqual([run.exitCode, run.problems, run.printed], [0, [], ""]);
    assert.deepEqual(typesAndNames(run.registrations), expectedResources.prod);
    assert.deepEqual(run.outputs, {
      url: "wss://rooms.example.com",
      managementEndpoint: undefined,
      tableName: undefined,
      queueName: undefined,
      queueUrl: undefined,
      deadLetterQueueName: undefined,
      deadLetterQueueUrl: undefined,
      lanesQueueName: undefined,
      lanesDeadLetterQueueName: undefined,
      lanesDeadLetterQueueUrl: undefined,
      presenceFailureQueueUrl: undefined,
      alarmTopicArn: "arn:aws:sns:eu-west-1:111122223333:roomcast-alarms",
      dashboardName: "roomcast-prod-roomcast-operations",
    });
  });

  describe("with a configuration that is refused", () => {
    let wrong: Run;
    let placeholders: Run;

    before(async () => {
      [wrong, placeholders] = await Promise.all([
        runProgram("dev", { config: { issuer: undefined, dataTrace: "perhaps" } }),
        runProgram("prod", { accountId: "210987654321" }),
      ]);
    });

    it("stops before the first resource", () => {
      for (const [run, stack] of [
        [wrong, "roomcast-dev"],
        [placeholders, "roomcast-prod"],
      ] as const) {
        assert.equal(run.exitCode, reportedError);
        const stackAlone: TypeAndName[] = [["pulumi:pulumi:Stack", stack]];
        const provider: TypeAndName[] = [["pulumi:providers:aws", "roomcast-aws"]];
        const registered = typesAndNames(run.registrations);
        assert.deepEqual(registered, run === wrong ? stackAlone : [...provider, ...stackAlone]);
      }
    });

    it("says what is wrong with a setting", () => {
      assert.match(
        wrong.problems.join("\n"),
        /INVALID_CONFIGURATION:\n {2}- roomcast:issuer is missing\..+\n {2}- roomcast:dataTrace must be true or false\./,
      );
    });

    it("says which values are placeholders, though the provider refuses to work", () => {
      const problems = placeholders.problems.join("\n");
      assert.match(problems, /roomcast:issuer is a placeholder/);
      assert.match(problems, /aws:allowedAccountIds is a placeholder/);
      assert.match(problems, /The provider does not answer, .+ not allowed: 210987654321/);
    });
  });
});

describe("What Pulumi's runner finds in node_modules", () => {
  it("is TypeScript 6: version 7 has no compiler API and would crash policy packs", () => {
    assert.match(require("typescript").version, /^6\./);
  });

  it("is no ts-node, which would take its place and load the program 15 times slower", () => {
    assert.throws(() => require.resolve("ts-node"), { code: "MODULE_NOT_FOUND" });
    assert.equal(existsSync(new URL("../../node_modules/ts-node", import.meta.url)), false);
  });
});
