import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { functionType } from "../../policy/lib/lambda-types.ts";
import { lambdaRules } from "../../policy/rules/lambda.ts";
import { changed, foreign, judge, type RuleSettings, type Said } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";

/** One thing to change about the program's own stack, and what the rules then say of it. */
export interface Mutation {
  title: string;
  resource: string;
  change(properties: Properties, resource: RecordedResource): void;
  /** What follows the resource's name, or more than one. */
  expected: string | string[];
  advisory?: true;
}

/** One test for each mutation: the rule, and no other of Lambda's, says just that. */
export function itFinds(rule: string, mutations: readonly Mutation[]): void {
  for (const { title, resource, change, expected, advisory } of mutations) {
    it(`finds ${title}`, async () => {
      const { resources } = await recordStack("dev");
      const mutant = changed(resources, resource, change);
      const type = mutant
        .find(({ name }) => name === resource)
        ?.type.split(":")
        .at(-1);
      const about = { rule, resource, ...(advisory ? { advisory } : {}) };
      assert.deepEqual(
        judge(mutant, {}, lambdaRules),
        [expected].flat().map((message) => ({
          ...about,
          message: `${type} "${resource}": ${message}`,
        })),
      );
    });
  }
}

/** What one rule says of resources. */
export function judgeBy(
  rule: string,
  resources: readonly RecordedResource[],
  settings: RuleSettings[string] = {},
): Said[] {
  const judged = lambdaRules.filter(({ name }) => name === rule);
  assert.equal(judged.length, 1);
  return judge(resources, { [rule]: settings }, judged);
}

/** The messages alone. */
export function messagesBy(...args: Parameters<typeof judgeBy>): string[] {
  return judgeBy(...args).map(({ message }) => message);
}

/** A function of some other program, with no more than the given properties. */
export function foreignFunction(
  inputs: Properties,
  links: Record<string, RecordedResource[]> = {},
  name = "worker",
): RecordedResource {
  return foreign(functionType, name, inputs, links);
}

/** What a property of a wrong type may be. */
export const nonsense: unknown[] = [null, "", "nonsense", -7, true, [], [null], {}, { a: [{}] }];
