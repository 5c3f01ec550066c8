import assert from "node:assert/strict";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { changed, type Said, unknownValue } from "../support/policy.ts";
import { beforeDeployment, byLiterals, chat, judged } from "./api-gateway-fixtures.ts";
import { httpApi } from "./http-api-fixture.ts";

type Resources = readonly RecordedResource[];

/** What has to be there whatever is missing or malformed around it. */
const nonsense = [null, "", "text", 5, true, [], {}, [null], ["text"], { a: null }];

describe("rules for API Gateway", () => {
  it("are content with a chat of others, by its links or by its literals", () => {
    assert.deepEqual(judged(chat()), []);
    assert.deepEqual(judged(byLiterals(chat())), []);
    assert.deepEqual(faultsIn(beforeDeployment(chat())), []);
  });

  it("leave an HTTP API alone", () => {
    assert.deepEqual(judged(httpApi()), []);
    assert.deepEqual(judged(byLiterals(httpApi())), []);
    assert.deepEqual(judged(beforeDeployment(httpApi())), []);
  });

  it("have no verdict on a resource of which nothing is said", () => {
    const mute = chat().map((resource) => ({
      ...resource,
      propertyDependencies: {},
      wire: { inputs: {}, state: {} },
    }));
    assert.deepEqual(
      faultsIn(mute).map(({ resource, rule }) => [resource, rule]),
      [
        ["domain", "domain-uses-tls-1-2"],
        ["domain", "domain-uses-tls-1-2"],
      ],
    );
  });

  it("find no fault in what is not known yet", () => {
    for (const [name, property] of propertiesOf(chat())) {
      const mutant = changed(chat(), name, (properties) => {
        properties[property] = unknownValue;
      });
      assert.deepEqual(faultsIn(mutant), [], `${property} of ${name}`);
    }
  });

  it("can judge whatever a property holds", () => {
    for (const [name, property] of propertiesOf(chat())) {
      for (const value of nonsense) {
        const mutant = changed(chat(), name, (properties) => {
          properties[property] = value;
        });
        const broken = judged(mutant).filter(({ message }) => message.includes("could not judge"));
        assert.deepEqual(broken, [], `${property} of ${name} is ${JSON.stringify(value)}`);
      }
    }
  });
});

/** Without what is only said not to be decided. */
function faultsIn(resources: Resources): Said[] {
  return judged(resources).filter(({ advisory }) => advisory === undefined);
}

function propertiesOf(resources: Resources): [name: string, property: string][] {
  return resources.flatMap(({ name, wire }) =>
    Object.keys(wire.state).map((property): [string, string] => [name, property]),
  );
}
