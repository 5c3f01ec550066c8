import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import type { Rule } from "../../policy/lib/rule.ts";
import { changed, judge } from "./policy.ts";

/** A fault that somebody makes in a program. */
export interface Mutation {
  /** Follows "finds". */
  finds: string;
  /** The logical name of the resource that is changed. */
  resource: string;
  /** As for {@link changed}. */
  change(properties: Properties, resource: RecordedResource): void;
  /** The resource that the rule speaks about, unless it is the changed one. */
  about?: string;
  message: string;
}

/** For each mutation a test that exactly this rule speaks, once. `recorded` is read when tests run. */
export function itFinds(
  rule: string,
  recorded: () => readonly RecordedResource[],
  mutations: readonly Mutation[],
  judged: readonly Rule[],
): void {
  for (const { finds, resource, change, about, message } of mutations) {
    it(`finds ${finds}`, () => {
      const mutant = changed(recorded(), resource, change);
      assert.deepEqual(judge(mutant, {}, judged), [{ rule, resource: about ?? resource, message }]);
    });
  }
}
