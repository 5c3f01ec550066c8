import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import type { Client } from "../client.ts";
import { assertErrorFrame } from "../frames.ts";
import { assumed, lambdaGuide, observed } from "../sources.ts";

const timeouts = lambdaGuide("configuring the function timeout", "configuration-timeout");
const memory = lambdaGuide("configuring function memory", "configuration-memory");
const lifecycle = lambdaGuide("execution environment lifecycle", "lambda-runtime-environment");
const concurrency = lambdaGuide("configuring reserved concurrency", "configuration-concurrency");
const variables = lambdaGuide("working with environment variables", "configuration-envvars");
const context = lambdaGuide("the Lambda context object in Node.js", "nodejs-context");
const logGroups = lambdaGuide("configuring log groups", "monitoring-cloudwatchlogs-loggroups");
const frames = observed("frames that many issues and articles quote");

/** What Lambda does with a function's code; the route `limited` has 1 s, 128 MB and one environment. */
export const cases: Case[] = [
  {
    id: "function-past-its-timeout",
    area: "function",
    title:
      "A function is stopped at its timeout, which its caller is told as a failure, and its next invocation begins anew.",
    sources: [timeouts, frames],
    where: "anywhere",
    stack: "fixture",
    exclusive: "limited",
    async run(target) {
      const client = await target.open();
      const before = await aboutLimited(client);
      const frame = await client.ask({ action: "limited", do: "wait", for: 5000 });
      assertErrorFrame(frame, "Internal server error");
      await assertNew(client, before);
      await target.grace();
      assert.deepEqual(client.unread, []);
    },
  },
  {
    id: "timeout-to-the-millisecond",
    area: "function",
    title: "A function has the whole of its timeout, in which its remaining time runs down.",
    sources: [timeouts, context],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      assert.equal((await aboutLimited(client)).remaining, 1000);
      client.send({ action: "limited", do: "wait", for: 999 });
      await target.clock.advance(999);
      assert.equal((await client.nextJson()).for, 999);
      client.send({ action: "limited", do: "wait", for: 5000 });
      await target.clock.advance(999);
      assert.deepEqual(client.unread, []);
      await target.clock.advance(1);
      assertErrorFrame(await client.nextJson(), "Internal server error");
    },
  },
  {
    id: "function-over-its-memory",
    area: "function",
    title: "A function that takes more memory than it has is ended, and begins anew.",
    sources: [memory, frames],
    where: "anywhere",
    stack: "fixture",
    exclusive: "limited",
    async run(target) {
      const client = await target.open();
      const before = await aboutLimited(client);
      const frame = await client.ask({ action: "limited", do: "fill-memory" });
      assertErrorFrame(frame, "Internal server error");
      await assertNew(client, before);
    },
  },
  {
    id: "function-that-exits",
    area: "function",
    title: "A function whose process exits has failed, and begins anew.",
    sources: [lifecycle, frames],
    where: "anywhere",
    stack: "fixture",
    exclusive: "limited",
    async run(target) {
      const client = await target.open();
      const before = await aboutLimited(client);
      const frame = await client.ask({ action: "limited", do: "exit" });
      assertErrorFrame(frame, "Internal server error");
      await assertNew(client, before);
    },
  },
  {
    id: "warm-function",
    area: "function",
    title: "Invocations one after the other have the same environment, also after one that threw.",
    sources: [lifecycle],
    where: "anywhere",
    stack: "fixture",
    exclusive: "limited",
    async run(target) {
      const client = await target.open();
      const { environment, invocations } = await aboutLimited(client);
      for (const order of ["throw", "throw-text"]) {
        assertErrorFrame(
          await client.ask({ action: "limited", do: order }),
          "Internal server error",
        );
      }
      const after = await aboutLimited(client);
      assert.deepEqual([after.environment, after.invocations], [environment, invocations + 3]);
    },
  },
  {
    id: "environments-side-by-side",
    area: "function",
    title: "An environment has one event at a time: invocations at the same time have others.",
    sources: [lifecycle],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      const [one, other] = [await target.open({ name }), await target.open()];
      one.send({ action: "echo", do: "wait", for: 1000 });
      await target.report(name, "echo");
      const begin = performance.now();
      await other.ask({ action: "echo" });
      assert.deepEqual(one.unread, []);
      assert.ok(performance.now() - begin < 1000);
      assert.equal((await one.nextJson()).for, 1000);
    },
  },
  {
    id: "reserved-concurrency",
    area: "function",
    title: "Over its reserved concurrency a function is not run.",
    sources: [concurrency],
    where: "anywhere",
    stack: "fixture",
    exclusive: "limited",
    async run(target) {
      const name = target.unique();
      const [one, other] = [await target.open({ name }), await target.open()];
      const { invocations } = await aboutLimited(other);
      one.send({ action: "limited", do: "wait", for: 700 });
      await target.report(name, "limited");
      const refused = await other.ask({ action: "limited", text: "at the same time" });
      assert.deepEqual([typeof refused.message, refused.text], ["string", undefined]);
      assert.equal((await one.nextJson()).for, 700);
      assert.equal((await aboutLimited(other)).invocations, invocations + 2);
    },
  },
  {
    id: "throttled-function-is-an-error-frame",
    area: "function",
    title: "A client whose message meets a throttled function is sent Internal server error.",
    sources: [assumed("as for any integration that fails")],
    where: "unconfirmed",
    stack: "fixture",
    exclusive: "limited",
    async run(target) {
      const name = target.unique();
      const [one, other] = [await target.open({ name }), await target.open()];
      await aboutLimited(other);
      one.send({ action: "limited", do: "wait", for: 700 });
      await target.report(name, "limited");
      assertErrorFrame(await other.ask({ action: "limited" }), "Internal server error");
      await one.next();
    },
  },
  {
    id: "context-of-an-invocation",
    area: "function",
    title:
      "A function is told its name, version, ARN, memory, log, a request id and the time it has left.",
    sources: [context],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      const first = await client.ask({ action: "echo", do: "context" });
      const { functionName, functionVersion, invokedFunctionArn, memoryLimitInMB } = first;
      assert.deepEqual([functionVersion, memoryLimitInMB], ["$LATEST", "256"]);
      const { region } = target.outputs;
      assert.match(invokedFunctionArn, new RegExp(`:lambda:${region}:\\d{12}:function:`));
      assert.equal(invokedFunctionArn.split(":").at(-1), functionName);
      assert.match(first.awsRequestId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      assert.ok(first.remaining > 5000 && first.remaining <= 10_000, first.remaining);
      const second = await client.ask({ action: "echo", do: "context" });
      assert.notEqual(second.awsRequestId, first.awsRequestId);
    },
  },
  {
    id: "name-of-a-log-stream",
    area: "function",
    title:
      "In a log group of the program's own a function's streams have the day, its name, its version and a number in their names.",
    sources: [logGroups],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      const about = await client.ask({ action: "echo", do: "context" });
      const [year, month, day, ...rest] = about.logStreamName.split("/");
      assert.match(`${year}-${month}-${day}`, /^\d{4}-\d\d-\d\d$/);
      assert.equal(rest.length, 1);
      const start = `${about.functionName}[$LATEST]`;
      assert.equal(rest[0].slice(0, start.length), start);
      assert.match(rest[0].slice(start.length), /^[0-9a-f]{32}$/);
      assert.doesNotMatch(about.logGroupName, /^\/aws\/lambda\//);
    },
  },
  {
    id: "variables-of-lambda",
    area: "function",
    title: "Lambda sets variables with the function's name, size, region and runtime.",
    sources: [variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      const about = await client.ask({ action: "echo", do: "context" });
      const found = await client.ask({ action: "echo", do: "environment" });
      for (const [name, value] of Object.entries({
        AWS_REGION: target.outputs.region,
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
        AWS_LAMBDA_FUNCTION_NAME: about.functionName,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
        AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
        AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
        AWS_LAMBDA_LOG_GROUP_NAME: about.logGroupName,
        _HANDLER: "index.handler",
      })) {
        assert.equal(found[name], value, name);
      }
      for (const name of ["LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"]) {
        assert.match(found[name], /^\//, name);
      }
    },
  },
];

async function aboutLimited(
  client: Client,
): Promise<{ environment: string; invocations: number; remaining: number }> {
  return await client.ask({ action: "limited", do: "context" });
}

/** The function's environment is another than the one before, and unused. */
async function assertNew(client: Client, before: { environment: string }): Promise<void> {
  const { environment, invocations } = await aboutLimited(client);
  assert.notEqual(environment, before.environment);
  assert.equal(invocations, 1);
}
