import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Box, named, recordFunction, recordModule } from "./programs.ts";

describe("Recording a program", () => {
  it("calls a default-exported function and gives its outputs", async () => {
    const { outputs } = await recordFunction(() => {
      const queue = new aws.sqs.Queue("q", { name: "q.fifo", fifoQueue: true });
      return { url: queue.url, fixed: 1 };
    });
    assert.deepEqual(outputs, {
      url: "https://sqs.eu-west-1.amazonaws.com/000000000000/q.fifo",
      fixed: 1,
    });
  });

  it("waits for a function that is asynchronous", async () => {
    const { outputs, resources } = await recordFunction(async () => {
      const { accountId } = await aws.getCallerIdentity();
      new aws.sqs.Queue("q", { name: accountId });
      return { accountId };
    });
    assert.deepEqual(outputs, { accountId: "000000000000" });
    assert.equal(resources[1]?.inputs["name"], "000000000000");
  });

  it("takes named exports for outputs where there is no default", async () => {
    const { outputs } = await recordModule(async () => ({
      name: new aws.sqs.Queue("q", { name: "jobs" }).name,
    }));
    assert.deepEqual(outputs, { name: "jobs" });
  });

  it("takes a default export that is no function for outputs", async () => {
    const { outputs } = await recordModule(async () => {
      new aws.sqs.Queue("q");
      return { default: { answer: 42 } };
    });
    assert.deepEqual(outputs, { answer: 42 });
  });

  it("hands over the configuration", async () => {
    const { outputs } = await recordFunction(
      () => {
        new aws.sqs.Queue("q");
        const config = new pulumi.Config("app");
        return { text: config.get("text"), list: config.getObject("list"), other: config.get("x") };
      },
      { config: { "app:text": "a b", "app:list": "[1,2]" } },
    );
    assert.deepEqual(outputs, { text: "a b", list: [1, 2], other: undefined });
  });

  it("names the stack after project and stack", async () => {
    const { resources } = await recordFunction(() => new aws.sqs.Queue("q") && {});
    const [stack, queue] = resources;
    assert.deepEqual([stack?.type, stack?.name, stack?.parent], ["pulumi:pulumi:Stack", "p-s", ""]);
    assert.equal(queue?.parent, stack?.urn);
  });

  it("keeps parent, inputs, state and outputs of each resource", async () => {
    const recording = await recordFunction(() => {
      new Box("outer", (parent) => {
        const inner = new Box(
          "inner",
          (below) => {
            const queue = new aws.sqs.Queue("q", { delaySeconds: 5 }, below);
            return { arn: queue.arn };
          },
          parent,
        );
        return { urn: inner.urn };
      });
      return {};
    });
    const [outer, inner, queue] = ["outer", "inner", "q"].map((name) => named(recording, name));
    assert.equal(queue?.parent, inner?.urn);
    assert.equal(inner?.parent, outer?.urn);
    assert.deepEqual([inner?.custom, queue?.custom], [false, true]);
    assert.deepEqual(queue?.inputs, { delaySeconds: 5 });
    assert.equal(queue?.state["delaySeconds"], 5);
    assert.equal(queue?.outputs, undefined);
    assert.deepEqual(inner?.outputs, { arn: queue?.state["arn"] });
    assert.deepEqual(outer?.outputs, { urn: inner?.urn });
  });

  it("keeps dependencies, of the resource and of each property", async () => {
    const recording = await recordFunction(() => {
      const [a, b] = ["a", "b"].map((name) => new aws.sqs.Queue(name, {}));
      new aws.sqs.Queue("c", { kmsMasterKeyId: a?.arn ?? "" }, { dependsOn: b ? [b] : [] });
      return {};
    });
    const { dependencies, propertyDependencies } = named(recording, "c");
    const [a, b] = ["a", "b"].map((name) => named(recording, name).urn);
    assert.deepEqual([...dependencies].sort(), [a, b]);
    assert.deepEqual(propertyDependencies["kmsMasterKeyId"], [a]);
  });

  it("keeps options, and tells unset from false", async () => {
    const recording = await recordFunction(() => {
      new aws.sqs.Queue("plain");
      new aws.sqs.Queue(
        "told",
        {},
        {
          protect: true,
          deleteBeforeReplace: false,
          ignoreChanges: ["tags"],
          replaceOnChanges: ["name"],
          retainOnDelete: true,
        },
      );
      return {};
    });
    assert.deepEqual(named(recording, "plain").options, {
      protect: false,
      deleteBeforeReplace: undefined,
      ignoreChanges: [],
      replaceOnChanges: [],
      retainOnDelete: false,
      additionalSecretOutputs: [],
    });
    assert.deepEqual(named(recording, "told").options, {
      protect: true,
      deleteBeforeReplace: false,
      ignoreChanges: ["tags"],
      replaceOnChanges: ["name"],
      retainOnDelete: true,
      additionalSecretOutputs: [],
    });
  });

  it("unwraps secrets, in inputs and in outputs", async () => {
    const recording = await recordFunction(() => {
      new Box("box", (parent) => {
        const policy = pulumi.secret("hidden");
        new aws.sqs.Queue("q", { policy, tags: { a: policy } }, parent);
        return { policy };
      });
      return {};
    });
    assert.deepEqual(named(recording, "q").inputs, { policy: "hidden", tags: { a: "hidden" } });
    assert.deepEqual(named(recording, "box").outputs, { policy: "hidden" });
  });

  it("keeps archives as the SDK's own objects", async () => {
    const recording = await recordFunction(() => {
      const code = new pulumi.asset.FileArchive("dist");
      new aws.lambda.Function("f", { role: "r", code });
      return {};
    });
    const { code } = named(recording, "f").inputs;
    assert.ok(code instanceof pulumi.asset.FileArchive);
    assert.equal(await code.path, "dist");
  });

  it("leaves unknown in a preview what the provider computes", async () => {
    const program = () => {
      const first = new aws.sqs.Queue("first", { name: "given" });
      new aws.sqs.Queue("second", { name: first.name, kmsMasterKeyId: first.arn });
      return { arn: first.arn };
    };
    const previewed = await recordFunction(program, { preview: true });
    assert.equal(previewed.outputs, undefined);
    const { inputs, id } = named(previewed, "second");
    assert.equal(inputs["name"], "given");
    assert.notEqual(typeof inputs["kmsMasterKeyId"], "string");
    assert.equal(id, "");
    assert.equal(named(await recordFunction(program), "second").inputs["name"], "given");
  });

  it("tells the program where it is", async () => {
    const china = { partition: "aws-cn", region: "cn-north-1", accountId: "210987654321" };
    const { outputs } = await recordFunction(
      () => {
        new aws.sqs.Queue("q");
        return {
          account: aws.getCallerIdentityOutput().accountId,
          region: aws.getRegionOutput().region,
          partition: aws.getPartitionOutput().partition,
        };
      },
      { place: china },
    );
    assert.deepEqual(outputs, {
      account: "210987654321",
      region: "cn-north-1",
      partition: "aws-cn",
    });
  });
});

describe("The SDK's internals that recording stands on", () => {
  const require = createRequire(import.meta.url);

  it("are where they were", () => {
    const settings = require("@pulumi/pulumi/runtime/settings");
    const { getStore } = require("@pulumi/pulumi/runtime/state");
    const rpc = require("@pulumi/pulumi/runtime/rpc");
    const { MockMonitor } = require("@pulumi/pulumi/runtime/mocks");
    assert.equal(typeof settings.setMockOptions, "function");
    assert.equal(typeof settings.waitForRPCs, "function");
    assert.ok(getStore().leakCandidates instanceof Set);
    assert.ok("supportsSecrets" in getStore());
    assert.equal(typeof rpc.deserializeProperties, "function");
    assert.equal(typeof rpc.isRpcSecret, "function");
    assert.equal(typeof rpc.unwrapRpcSecret, "function");
    for (const method of ["registerResource", "registerResourceOutputs", "newUrn"]) {
      assert.equal(typeof MockMonitor.prototype[method], "function", method);
    }
  });

  it("are one instance, by import and by require", () => {
    assert.equal(require("@pulumi/pulumi").ComponentResource, pulumi.ComponentResource);
  });

  it("are of the very version that this was written for", () => {
    const { version } = require("@pulumi/pulumi/package.json");
    const { dependencies } = require("../../../package.json");
    assert.equal(version, dependencies["@pulumi/pulumi"]);
  });
});
