import type { IntegrationResponseDefinition, RouteDefinition } from "./definition.ts";
import { select } from "./expressions.ts";
import { IntegrationFailure } from "./integration-failure.ts";
import type { ServiceResponse, Tools } from "./options.ts";
import { chooseTemplate, render, templateInput } from "./request-template.ts";
import type { RouteRequest } from "./route-request.ts";

/**
 * What a client hears of an integration's answer. Nothing on a one-way route; the body of a proxied
 * function as it is; else the template of the integration response whose key matches the status,
 * `$default` being the last resort (API Gateway Developer Guide, WebSocket integration responses).
 * Empty means that nothing is sent (assumed of AWS).
 *
 * @throws {IntegrationFailure} no integration response matches, or its template fails
 */
export function replyOf(
  tools: Tools,
  route: RouteDefinition,
  request: RouteRequest,
  answer: ServiceResponse,
): string {
  if (!route.twoWay) return "";
  if (route.integration.type === "AWS_PROXY") return answer.body;
  const { responses } = route.integration;
  const response =
    responses.find(({ status }) => status?.test(String(answer.status))) ??
    responses.find(({ status }) => status === undefined);
  if (response === undefined) {
    throw new IntegrationFailure(`no integration response matches the status ${answer.status}`);
  }
  const template = responseTemplate(response, request, answer);
  if (template === undefined) return answer.body;
  return render(tools, template, templateInput(request, answer.body, answer.status));
}

function responseTemplate(
  { templates, templateSelection }: IntegrationResponseDefinition,
  request: RouteRequest,
  answer: ServiceResponse,
): string | undefined {
  const key = templateSelection && select(templateSelection, request.json, answer);
  return chooseTemplate(templates, templateSelection, key);
}
