import assert from "node:assert/strict";
import type { PolicyResource } from "@pulumi/policy";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { Graph } from "../../policy/lib/graph.ts";
import { Undecided } from "../../policy/lib/observed.ts";
import { foreign, unknownValue } from "../support/policy.ts";
import { linked } from "../support/policy-arguments.ts";

const functionType = "aws:lambda/function:Function";
const aliasType = "aws:lambda/alias:Alias";
const mappingType = "aws:lambda/eventSourceMapping:EventSourceMapping";

const arn = "arn:aws:lambda:eu-west-1:111122223333:function:worker";

function graphOf(...resources: RecordedResource[]): Graph {
  return new Graph(linked(resources) as PolicyResource[]);
}

function namesOf(graph: Graph, from: string, property: string): string[] {
  const resource = graph.all.find(({ name }) => name === from);
  assert.ok(resource);
  return graph.targets(resource, property, functionType).map(({ name }) => name);
}

describe("Graph", () => {
  const worker = foreign(functionType, "worker", {}, {}, { id: "worker", arn });

  it("follows what a property was computed from, be it known or not", () => {
    const mapping = foreign(
      mappingType,
      "m",
      { functionName: unknownValue },
      { functionName: [worker] },
    );
    assert.deepEqual(namesOf(graphOf(worker, mapping), "m", "functionName"), ["worker"]);
  });

  it("goes through an alias", () => {
    const alias = foreign(aliasType, "live", {}, { functionName: [worker] });
    const mapping = foreign(mappingType, "m", {}, { functionName: [alias] });
    const graph = graphOf(worker, alias, mapping);
    assert.deepEqual(namesOf(graph, "m", "functionName"), ["worker"]);
    const [found] = graph.ofType(functionType);
    assert.ok(found);
    assert.deepEqual(
      graph.users(found, mappingType, "functionName").map(({ name }) => name),
      ["m"],
    );
  });

  it("compares literal values where nothing was computed", () => {
    const byArn = foreign(mappingType, "m", { functionName: arn });
    assert.deepEqual(namesOf(graphOf(worker, byArn), "m", "functionName"), ["worker"]);
    const qualified = foreign(mappingType, "m", { functionName: [`${arn}:live`] });
    assert.deepEqual(namesOf(graphOf(worker, qualified), "m", "functionName"), ["worker"]);
    const byName = foreign(mappingType, "m", { functionName: "worker" });
    assert.deepEqual(namesOf(graphOf(worker, byName), "m", "functionName"), ["worker"]);
  });

  it("finds an ARN behind a longer one that begins like it", () => {
    const both = foreign(mappingType, "m", { functionName: `${arn}-2 ${arn}` });
    assert.deepEqual(namesOf(graphOf(worker, both), "m", "functionName"), ["worker"]);
  });

  it("compares values beside links, as far as they are known", () => {
    const second = foreign(functionType, "second");
    const both = foreign(
      mappingType,
      "m",
      { functionName: [unknownValue, arn] },
      { functionName: [second] },
    );
    assert.deepEqual(namesOf(graphOf(worker, second, both), "m", "functionName").sort(), [
      "second",
      "worker",
    ]);
  });

  it("takes no part of a name for the name", () => {
    const other = foreign(mappingType, "m", { functionName: "worker-2" });
    assert.deepEqual(namesOf(graphOf(worker, other), "m", "functionName"), []);
  });

  it("takes no part of an ARN for another one", () => {
    const other = foreign(mappingType, "m", { functionName: `${arn}-2` });
    assert.deepEqual(namesOf(graphOf(worker, other), "m", "functionName"), []);
  });

  it("finds nothing for what is outside of the stack, or not said", () => {
    const elsewhere = foreign(mappingType, "m", {
      functionName: "arn:aws:lambda:eu-west-1:444455556666:function:worker",
    });
    assert.deepEqual(namesOf(graphOf(worker, elsewhere), "m", "functionName"), []);
    assert.deepEqual(namesOf(graphOf(worker, foreign(mappingType, "m")), "m", "functionName"), []);
  });

  it("cannot decide about an unknown value that comes from nowhere", () => {
    const mapping = foreign(mappingType, "m", { functionName: unknownValue });
    assert.throws(
      () => namesOf(graphOf(worker, mapping), "m", "functionName"),
      (error) => {
        assert.ok(error instanceof Undecided);
        assert.deepEqual(
          [error.resource, error.property],
          ['EventSourceMapping "m"', "functionName"],
        );
        return true;
      },
    );
  });

  it("goes through any part of an API, and any setting of a queue, but to nothing else", () => {
    const [apiType, queueType] = ["aws:apigatewayv2/api:Api", "aws:sqs/queue:Queue"];
    const api = foreign(apiType, "api");
    const queue = foreign(queueType, "queue");
    const stage = foreign("aws:apigatewayv2/stage:Stage", "s", {}, { apiId: [api] });
    const policy = foreign("aws:sqs/queuePolicy:QueuePolicy", "p", {}, { queueUrl: [queue] });
    const user = foreign("test:index:User", "u", { of: unknownValue }, { of: [stage, policy] });
    const graph = graphOf(api, queue, stage, policy, user);
    const found = (type: string) =>
      graph.ofType(user.type).flatMap((from) => graph.targets(from, "of", type));
    assert.deepEqual(
      [apiType, queueType, functionType].map((type) => found(type).map(({ name }) => name)),
      [["api"], ["queue"], []],
    );
  });

  it("asks each question once, whatever the answer", () => {
    const graph = graphOf(worker);
    let asked = 0;
    const ask = (answer: () => string) =>
      graph.once("question", () => {
        asked += 1;
        return answer();
      });
    assert.deepEqual([ask(() => "yes"), ask(() => "no"), asked], ["yes", "yes", 1]);
    const fail = () => {
      asked += 1;
      throw new RangeError("no answer");
    };
    for (const _time of [1, 2]) {
      assert.throws(() => graph.once("another", fail), RangeError);
    }
    assert.equal(asked, 2);
  });

  it("knows what waits for what", () => {
    const mapping = foreign(mappingType, "m", {}, { functionName: [worker] });
    const graph = graphOf(worker, mapping);
    const [first, second] = graph.all;
    assert.ok(first && second);
    assert.equal(graph.waitsFor(second, first), true);
    assert.equal(graph.waitsFor(first, second), false);
  });
});
