import assert from "node:assert/strict";
import { Runtime } from "@pulumi/aws/types/enums/lambda/index.js";
import { runtimeEnds } from "../../policy/lib/lambda-runtimes.ts";
import { functionRuntimeIsSupported } from "../../policy/rules/lambda-function.ts";
import { judge, messagesBy, type RuleSettings, unknownValue } from "../support/policy.ts";
import { foreignFunction, nonsense } from "./lambda-fixtures.ts";

const rule = {
  runtime: "function-runtime-is-supported",
  size: "function-timeout-and-memory-are-set",
  tracing: "function-tracing-is-active",
};

const isAdvisory = (message: string) => message.startsWith("advisory: ");

describe(rule.runtime, () => {
  function messagesOn(
    day: string,
    settings: RuleSettings[string] = {},
    runtime: string = "nodejs22.x",
  ) {
    const lambda = foreignFunction({ runtime });
    const judged = functionRuntimeIsSupported(() => day);
    return judge([lambda], { [rule.runtime]: settings }, [judged]).map(
      ({ message, advisory }) => `${advisory ? "advisory: " : ""}${message}`,
    );
  }

  it("reminds of the end from 90 days before it", () => {
    assert.deepEqual(messagesOn("2027-01-29"), []);
    const reminder =
      'advisory: Function "worker": runtime will be deprecated on 2027-04-30. Move to a newer runtime.';
    assert.deepEqual(messagesOn("2027-01-30"), [reminder]);
    assert.deepEqual(messagesOn("2027-04-29"), [reminder]);
    assert.deepEqual(messagesOn("2027-04-30"), [
      'Function "worker": runtime is deprecated since 2027-04-30. Move to a newer runtime.',
    ]);
  });

  it("goes by the list and the notice that it is given", () => {
    assert.deepEqual(messagesOn("2027-04-29", { noticeDays: 0 }), []);
    assert.deepEqual(messagesOn("2027-05-01", { runtimes: { "nodejs22.x": "2030-01-01" } }), []);
    assert.deepEqual(messagesOn("2026-11-22", { runtimes: { "nodejs24.x": "2028-04-30" } }), [
      "Function \"worker\": runtime is not in the rule's list, so that its end is not watched. Add it to the rule's setting runtimes, with the day AWS deprecates it.",
    ]);
  });

  const supported =
    "nodejs24.x nodejs22.x python3.14 python3.13 python3.12 python3.11 python3.10 java25 java21 java17 java11 java8.al2 dotnet10 ruby3.4 ruby3.3 provided.al2023 provided.al2";
  const ended =
    "nodejs20.x nodejs16.x nodejs12.x python3.9 python3.7 go1.x java8 dotnet6 dotnetcore3.1 ruby3.2 ruby2.7 provided";

  it("knows in November 2026 what is supported, and what has ended", () => {
    const stopped = `${supported} ${ended}`
      .split(" ")
      .filter((runtime) => !messagesOn("2026-11-22", { noticeDays: 0 }, runtime).every(isAdvisory));
    assert.deepEqual(stopped, ended.split(" "));
  });

  it("knows every runtime of the pinned provider, and no day that is none", () => {
    const unknown = Object.values(Runtime).filter((runtime) => !(runtime in runtimeEnds));
    assert.deepEqual(unknown, []);
    const odd = Object.values(runtimeEnds).filter(
      (day) => new Date(day).toISOString().slice(0, 10) !== day,
    );
    assert.deepEqual(odd, []);
  });

  it("says nothing of a container image", () => {
    assert.deepEqual(messagesBy(rule.runtime, [foreignFunction({ packageType: "Image" })]), []);
    assert.deepEqual(messagesBy(rule.runtime, [foreignFunction({ runtime: null })]), []);
  });

  it("leaves open what is not known yet", () => {
    assert.deepEqual(messagesBy(rule.runtime, [foreignFunction({ runtime: unknownValue })]), [
      'Not decided before the deployment, since not known yet: "runtime" of Function "worker".',
    ]);
  });
});

describe(rule.size, () => {
  const remedy = "Set timeout and memorySize to what the function needs.";

  const sound = { timeout: "10", memorySize: 256, architectures: ["arm64"] };

  it("takes numbers as text, and the bounds themselves", () => {
    assert.deepEqual(messagesBy(rule.size, [foreignFunction(sound)]), []);
    const bounds = foreignFunction({ ...sound, timeout: 1, memorySize: 10_240 });
    assert.deepEqual(messagesBy(rule.size, [bounds]), []);
  });

  it("goes by the bounds that it is given", () => {
    const settings = {
      maximumTimeoutSeconds: 9,
      minimumMemoryMegabytes: 257,
      maximumMemoryMegabytes: 300,
    };
    assert.deepEqual(messagesBy(rule.size, [foreignFunction(sound)], settings), [
      `Function "worker": timeout is not from 1 to 9 seconds. ${remedy}`,
      `Function "worker": memorySize is not from 257 to 300 MB. ${remedy}`,
    ]);
  });

  it("judges the rest when one property is not known yet", () => {
    const lambda = foreignFunction({ timeout: unknownValue, architectures: ["arm64"] });
    assert.deepEqual(messagesBy(rule.size, [lambda]), [
      `Function "worker": memorySize is not set. ${remedy}`,
      'Not decided before the deployment, since not known yet: "timeout" of Function "worker".',
    ]);
  });

  for (const timeout of nonsense.filter((value) => value !== -7)) {
    it(`takes ${JSON.stringify(timeout)} for no timeout`, () => {
      assert.deepEqual(messagesBy(rule.size, [foreignFunction({ ...sound, timeout })]), [
        `Function "worker": timeout is not set. ${remedy}`,
      ]);
    });
  }
});

describe(rule.tracing, () => {
  const expected =
    "tracingConfig.mode is not Active. Set tracingConfig.mode to Active, and let the role write traces.";

  for (const tracingConfig of nonsense) {
    it(`takes ${JSON.stringify(tracingConfig)} for no tracing`, () => {
      assert.deepEqual(messagesBy(rule.tracing, [foreignFunction({ tracingConfig })]), [
        `Function "worker": ${expected}`,
      ]);
    });
  }
});
