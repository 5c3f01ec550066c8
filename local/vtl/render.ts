import { rootVariables, type TemplateVariables } from "./api-gateway.ts";
import type { Block } from "./ast.ts";
import { TemplateError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { parse } from "./parse.ts";

export type { TemplateVariables } from "./api-gateway.ts";
export { TemplateError } from "./errors.ts";

/** How many parsed templates are kept; an API has a few for each route. */
const MAXIMUM_CACHED = 200;

const cache = new Map<string, Block>();

/**
 * Renders a mapping template of a WebSocket API as API Gateway does, which runs Velocity 1.7.
 *
 * - An undefined reference renders empty, whatever its root (`$context.nope`, `$nope`), and a method called on it too.
 * - `$input.json(path)` and `$input.path(path)` need a JSON body; `json` of what is missing or null is `""`, `path` is null.
 * - Properties are own keys only: `$context.class` is undefined.
 *
 * @throws TemplateError for bad syntax, a directive or a method that is not supported, a method that fails, and
 *   `$input.json` or `$input.path` on a body that is not JSON (AWS does not define this)
 */
export function renderTemplate(template: string, variables: TemplateVariables): string {
  const block = parseCached(template);
  try {
    return evaluate(block, rootVariables(variables));
  } catch (error) {
    // The stack or a string grew too large, such as for a list that holds itself.
    if (error instanceof RangeError)
      throw new TemplateError(`Too large to render: ${error.message}`, 1);
    throw error;
  }
}

function parseCached(template: string): Block {
  const block = cache.get(template) ?? parse(template);
  // Moved to the end: the first is the one unused for longest.
  cache.delete(template);
  cache.set(template, block);
  if (cache.size > MAXIMUM_CACHED) cache.delete(cache.keys().next().value ?? "");
  return block;
}
