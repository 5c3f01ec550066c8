import type { RecordedResource } from "../recording/resource.ts";
import { DefinitionError } from "./definition.ts";
import {
  MAX_AUTHORIZERS,
  MAX_INTEGRATIONS,
  MAX_ROUTES,
  MAX_STAGES,
  MAX_TEMPLATE_LENGTH,
} from "./quotas.ts";
import { AUTHORIZER, INTEGRATION, ROUTE, STAGE } from "./resource-types.ts";

const MOST: [type: string, most: number][] = [
  [ROUTE, MAX_ROUTES],
  [INTEGRATION, MAX_INTEGRATIONS],
  [AUTHORIZER, MAX_AUTHORIZERS],
  [STAGE, MAX_STAGES],
];

const TEMPLATES = ["requestTemplates", "responseTemplates"];

/**
 * Holds the resources of one API to the quotas for configuring it (API Gateway Developer Guide).
 *
 * @throws {DefinitionError} that names the first resource too many, or the one with the template
 */
export function checkQuotas(own: RecordedResource[]): void {
  for (const [type, most] of MOST) {
    const surplus = own.filter((resource) => resource.type === type)[most];
    if (surplus !== undefined) {
      throw new DefinitionError(surplus, "apiId", `an API can have ${most} of this type`);
    }
  }
  for (const resource of own) {
    for (const property of TEMPLATES) {
      const templates: Record<string, string> = resource.state[property] ?? {};
      if (Object.values(templates).some(({ length }) => length > MAX_TEMPLATE_LENGTH)) {
        const message = `a template can have ${MAX_TEMPLATE_LENGTH} characters`;
        throw new DefinitionError(resource, property, message);
      }
    }
  }
}
