import { contextVariables } from "./context-variables.ts";
import type { IntegrationDefinition, LambdaIntegration } from "./definition.ts";
import { type Selection, type SourceScope, select } from "./expressions.ts";
import { IntegrationFailure } from "./integration-failure.ts";
import type { TemplateInput, Tools } from "./options.ts";
import type { RouteRequest } from "./route-request.ts";

type TemplatedIntegration = Exclude<IntegrationDefinition, LambdaIntegration>;

/**
 * The body that an integration is called with: the selected request template, or the message as it
 * is where `passthroughBehavior` allows it. An empty result is sent as it is.
 *
 * @throws {IntegrationFailure} no template and no passing through, or a template that fails
 */
export function renderRequest(
  tools: Tools,
  integration: TemplatedIntegration,
  request: RouteRequest,
): string {
  const { requestTemplates, templateSelection, passthrough } = integration;
  const key = templateSelection && select(templateSelection, request.json);
  const template = chooseTemplate(requestTemplates, templateSelection, key);
  if (template !== undefined) return render(tools, template, templateInput(request, request.body));
  const empty = Object.keys(requestTemplates).length === 0;
  if (passthrough === "WHEN_NO_MATCH" || (passthrough === "WHEN_NO_TEMPLATES" && empty)) {
    return request.body;
  }
  throw new IntegrationFailure(
    `there is no request template ${key ?? "$default"}, and passthroughBehavior is ${passthrough}`,
  );
}

/**
 * The template of the selected key, else `$default`. Without a selection expression
 * `application/json` is a default too (the MOCK example of the API Gateway Developer Guide).
 */
export function chooseTemplate(
  templates: Record<string, string>,
  selection: Selection | undefined,
  key: string | undefined,
): string | undefined {
  if (key !== undefined && Object.hasOwn(templates, key)) return templates[key];
  const fallback = selection === undefined ? templates["application/json"] : undefined;
  return templates["$default"] ?? fallback;
}

/**
 * Renders a template.
 *
 * @throws {IntegrationFailure} for whatever the template throws. Only a `TemplateError` is quoted:
 * the text of any other error might hold a piece of the message.
 */
export function render(tools: Tools, template: string, input: TemplateInput): string {
  try {
    return tools.render(template, input);
  } catch (thrown) {
    const { name, message } = thrown as Error;
    const what = name === "TemplateError" ? `${name}: ${message}` : name;
    throw new IntegrationFailure(`a mapping template failed: ${what}`);
  }
}

/** What a template reads; `status` only once the integration has answered. */
export function templateInput(request: RouteRequest, body: string, status?: number): TemplateInput {
  const { handshake } = request;
  return {
    body,
    context: contextVariables(request.context, status),
    stageVariables: request.stage.variables,
    ...(handshake !== undefined && {
      params: { querystring: handshake.query, header: handshake.headers },
    }),
  };
}

/** What the sources of mapped parameters and identity sources read. */
export function sourceScope(request: RouteRequest): SourceScope {
  const { json, context, stage, handshake } = request;
  return { json, context: contextVariables(context), stageVariables: stage.variables, handshake };
}
