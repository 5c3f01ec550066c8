import type { Settings } from "../sqs/settings.ts";

/** Lambda Developer Guide, event filtering; ten on request, which is not played. */
const MAX_FILTERS = 5;
/** Lambda API reference, Filter. */
const MAX_PATTERN_CHARACTERS = 4096;

/** Reads `filterCriteria`; a record passes when one of the filters lets it, or when there are none. */
export function readFilters<T>(settings: Settings, compile: (patternJson: string) => T): T[] {
  const criteria = settings.value("filterCriteria") as
    | { filters?: { pattern?: string }[] }
    | undefined;
  const filters = criteria?.filters ?? [];
  const refuse = (reason: string) => settings.refuse("filterCriteria", reason);
  if (filters.length > MAX_FILTERS) refuse(`Lambda takes ${MAX_FILTERS} filters at most`);
  return filters.map(({ pattern = "{}" }) => {
    if (pattern.length > MAX_PATTERN_CHARACTERS) {
      return refuse(`a pattern has ${MAX_PATTERN_CHARACTERS} characters at most`);
    }
    try {
      return compile(pattern);
    } catch (error) {
      return refuse(error instanceof Error ? error.message : "");
    }
  });
}
