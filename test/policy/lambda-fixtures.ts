import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { functionType } from "../../policy/lib/lambda-types.ts";
import { foreign } from "../support/policy.ts";

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
