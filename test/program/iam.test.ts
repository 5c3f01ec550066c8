import assert from "node:assert/strict";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { type Mutant, mutantsOf, without } from "./iam-mutants.ts";
import { IamStack } from "./iam-stack.ts";

/** What the laptop cannot exercise, by action or by policy, and why. */
const notExercised: Readonly<Record<string, string>> = {
  "xray:PutTraceSegments": "Lambda's tracing is not played: there is no X-Ray on the laptop",
  "xray:PutTelemetryRecords": "Lambda's tracing is not played: there is no X-Ray on the laptop",
  "roomcast-logging-writer-policy":
    "API Gateway's own logs are not played: nobody assumes the role",
};

/** Where Lambda tells what was given up of the stream: in a test of its own, since it takes minutes. */
const toFailures = "roomcast-presence-execution-policy 4: sqs:SendMessage";
const toRooms = "roomcast-presence-execution-policy 5: sqs:SendMessage";

/** 33 actions, and the 12 resources of statements that have more than one of either. */
const exercised = 45;

describe("The program's permissions", function () {
  this.timeout(60_000);

  describe("in a life with everything in it", () => {
    let iam: IamStack;

    before(async () => {
      iam = await IamStack.start();
    });

    after(() => iam?.close());

    it("lack nothing: no call is denied", async () => {
      await iam.live();
      assert.deepEqual(iam.denials, []);
    });

    it("hold nothing superfluous: without any action or any resource a call is denied", async () => {
      const mutants = mutantsOf(iam.stack.resources)
        .filter(isExercised)
        .filter(({ name }) => name !== toFailures);
      const missed: unknown[] = [];
      for (const { name, role, actions, resources } of mutants) {
        const denied = await iam.firstDenial(resources);
        const isExpected = denied?.role === role && actions.includes(denied.action);
        if (!isExpected) missed.push([name, denied?.message]);
      }
      assert.deepEqual({ missed, mutants: mutants.length }, { missed: [], mutants: exercised });
    });
  });

  describe("when records of the stream are given up", () => {
    const clock = new ManualClock(Date.now());
    let iam: IamStack;

    before(async () => {
      iam = await IamStack.start(clock);
    });

    after(() => iam?.close());

    /** Somebody joins, presence cannot say so, and Lambda gives the record up. */
    async function giveUp(room: string, names: string[]): Promise<void> {
      iam.stack.replacePolicies(
        names.reduce<readonly RecordedResource[]>(without, iam.stack.resources),
      );
      await iam.connect(room);
      // Ten retries, at most a minute apart.
      await clock.advance(600_000);
    }

    it("let Lambda tell the failure queue", async () => {
      await giveUp("iam-told", [toRooms]);
      const [failure] = (await iam.failures()) as { requestContext: { condition: string } }[];
      assert.equal(failure?.requestContext.condition, "RetryAttemptsExhausted");
      assert.deepEqual(
        new Set(iam.denials.map(({ action }) => action)),
        new Set(["sqs:SendMessage"]),
      );
    });

    it("are needed for that", async () => {
      iam.denials.splice(0);
      const told = iam.next("notice", ({ message }) => message.startsWith("could not tell"));
      await giveUp("iam-untold", [toRooms, toFailures]);
      const { message } = await told;
      const failures = iam.stack.resources.find(
        ({ name }) => name === "roomcast-presence-failures",
      );
      const denied = iam.denials.find(({ resource }) => resource === failures?.state["arn"]);
      assert.equal(denied?.action, "sqs:SendMessage");
      assert.equal(message, `could not tell its on-failure destination: ${denied?.message}`);
    });
  });
});

function isExercised({ name, actions }: Mutant): boolean {
  return !Object.keys(notExercised).some((key) => name.startsWith(key) || actions.includes(key));
}
