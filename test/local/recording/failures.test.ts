import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Box, recordFunction, recordModule, strayRejectionsOf } from "./programs.ts";

describe("A program that cannot be recorded", () => {
  const programs: [what: string, program: () => unknown, error: RegExp][] = [
    ["registers nothing", () => ({ a: 1 }), /^Error: The program registered no resources\.$/],
    [
      "registers components only",
      () => void new Box("box", () => ({})),
      /^Error: The program registered no resources\.$/,
    ],
    [
      "throws",
      () => {
        new aws.sqs.Queue("q");
        throw new TypeError("wrong");
      },
      /^TypeError: wrong$/,
    ],
    [
      "asks for what nobody answers",
      () => aws.sqs.getQueue({ name: "q" }),
      /The laptop has no answer for the provider function aws:sqs\/getQueue:getQueue\./,
    ],
    [
      "asks for it in an output",
      () => {
        new aws.sqs.Queue("first");
        new aws.sqs.Queue("second", { name: aws.sqs.getQueueOutput({ name: "q" }).url });
      },
      /The laptop has no answer for the provider function aws:sqs\/getQueue:getQueue\./,
    ],
    [
      "throws in an output",
      () => {
        const first = new aws.sqs.Queue("first");
        const name = first.name.apply((): string => {
          throw new Error("wrong in apply");
        });
        new aws.sqs.Queue("second", { name });
      },
      /wrong in apply/,
    ],
    [
      "exports an output that fails",
      () => {
        const queue = new aws.sqs.Queue("q");
        const name = queue.name.apply((): string => {
          throw new Error("wrong export");
        });
        return { name };
      },
      /wrong export/,
    ],
    [
      "takes a name twice",
      () => {
        new aws.sqs.Queue("q");
        new aws.sqs.Queue("q");
      },
      /Duplicate resource: aws:sqs\/queue:Queue "q" is registered twice\./,
    ],
    [
      "takes a component's name twice",
      () => {
        new aws.sqs.Queue("q");
        new Box("box", () => ({}));
        new Box("box", () => ({}));
      },
      /Duplicate resource: test:index:Box "box" is registered twice\./,
    ],
    [
      "takes a child's name twice below components of one type, since URNs do not name the parent",
      () => {
        new Box("a", (parent) => ({ queue: new aws.sqs.Queue("q", {}, parent).arn }));
        new Box("b", (parent) => ({ queue: new aws.sqs.Queue("q", {}, parent).arn }));
      },
      /Duplicate resource: aws:sqs\/queue:Queue "q" is registered twice\./,
    ],
  ];
  for (const [what, program, error] of programs) {
    it(`${what}: is refused, and leaves no rejection behind`, async () => {
      const stray = await strayRejectionsOf(() => assert.rejects(recordFunction(program), error));
      assert.deepEqual(stray, []);
    });
  }

  it("that cannot be loaded: is refused with the reason", async () => {
    const stray = await strayRejectionsOf(() =>
      assert.rejects(
        recordModule(() => Promise.reject(new SyntaxError("cannot be parsed"))),
        { name: "SyntaxError", message: "cannot be parsed" },
      ),
    );
    assert.deepEqual(stray, []);
  });

  it("leaves nothing to the next recording", async () => {
    const failing = recordFunction(() => {
      const first = new aws.sqs.Queue("first");
      const second = new aws.sqs.Queue("second", { name: first.name });
      new aws.sqs.Queue("third", { name: second.name });
      throw new Error("wrong");
    });
    await assert.rejects(failing, { message: "wrong" });
    const { resources, outputs } = await recordFunction(() => {
      new aws.sqs.Queue("other");
      return { good: true };
    });
    assert.deepEqual(
      resources.map(({ name }) => name),
      ["p-s", "other"],
    );
    assert.deepEqual(outputs, { good: true });
  });
});

describe("A program whose children have the same name", () => {
  it("below components of different types is recorded: their URNs differ", async () => {
    class Crate extends pulumi.ComponentResource {
      constructor(name: string) {
        super("test:index:Crate", name);
        new Box("inner", (parent) => ({ arn: new aws.sqs.Queue("q", {}, parent).arn }), {
          parent: this,
        });
        this.registerOutputs({});
      }
    }
    const { resources } = await recordFunction(() => {
      new Crate("crate");
      new Box("inner", (parent) => ({ arn: new aws.sqs.Queue("q", {}, parent).arn }));
      return {};
    });
    const queues = resources.filter(({ name }) => name === "q");
    assert.equal(new Set(queues.map(({ urn }) => urn)).size, 2);
    assert.equal(new Set(queues.map(({ parent }) => parent)).size, 2);
  });
});
