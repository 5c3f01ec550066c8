import assert from "node:assert/strict";
import { rules } from "../../policy/rules/index.ts";
import { decided, firstPreview, itFindsEach, type Mutation } from "../support/mutations.ts";
import { judge } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";
import { mutations } from "./mutations/index.ts";

describe("production", () => {
  it("gives no rule a reason to speak", async () => {
    const { resources } = await recordStack("prod");
    assert.deepEqual(judge(resources), []);
  });

  it("gives none before the first deployment, but to say what is left open", async () => {
    assert.deepEqual(decided(judge(await firstPreview())), []);
  });
});

describe("the mutations of production", () => {
  const names = rules.map(({ name }) => name).sort();
  const rulesWith = (isMeant: (mutation: Mutation) => boolean) =>
    mutations.flatMap(([rule, some]) => (some.some(isMeant) ? [rule] : [])).sort();

  it("are there for every rule", () => {
    assert.deepEqual(
      rulesWith(() => true),
      names,
    );
  });

  it("show every rule a fault before the first deployment, too", () => {
    assert.deepEqual(
      rulesWith(({ isLate }) => !isLate),
      names,
    );
  });
});

for (const [rule, some] of mutations) {
  describe(rule, () => itFindsEach(rule, some));
}
