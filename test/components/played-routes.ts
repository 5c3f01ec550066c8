import { contextOf, type Identity } from "../../handlers/lib/connection-context.ts";
import type { ApiDefinition } from "../../local/gateway/definition.ts";
import { IntegrationFailure } from "../../local/gateway/integration-failure.ts";
import { routeOf } from "../../local/gateway/messages.ts";
import type { ServiceResponse, Tools } from "../../local/gateway/options.ts";
import { readDefinitions } from "../../local/gateway/read-definition.ts";
import { replyOf } from "../../local/gateway/reply.ts";
import { requestContext } from "../../local/gateway/request-context.ts";
import { renderRequest } from "../../local/gateway/request-template.ts";
import { type RouteRequest, routeRequest } from "../../local/gateway/route-request.ts";
import { renderTemplate } from "../../local/vtl/render.ts";
import { recordRoomcast } from "../support/program.ts";

/** Who sent a frame, and what API Gateway calls it. */
export interface Origin {
  identity: Identity;
  connectionId: string;
  requestId: string;
  /** Epoch milliseconds. */
  at: number;
}

/** Roomcast's routes, with their templates, as the laptop's gateway plays them. */
export class PlayedRoutes {
  readonly #api: ApiDefinition;

  private constructor(api: ApiDefinition) {
    this.#api = api;
  }

  static async record(): Promise<PlayedRoutes> {
    const [api] = readDefinitions((await recordRoomcast("dev")).resources);
    if (api === undefined) throw new Error("The program has no WebSocket API.");
    return new PlayedRoutes(api);
  }

  /** The same routes with other request templates. */
  changed(change: (template: string, routeKey: string) => string): PlayedRoutes {
    const routes = [...this.#api.routes].map(([routeKey, route]) => {
      const { integration } = route;
      if (integration.type !== "AWS") return [routeKey, route] as const;
      const requestTemplates = Object.fromEntries(
        Object.entries(integration.requestTemplates).map(([key, template]) => [
          key,
          change(template, routeKey),
        ]),
      );
      return [routeKey, { ...route, integration: { ...integration, requestTemplates } }] as const;
    });
    return new PlayedRoutes({ ...this.#api, routes: new Map(routes) });
  }

  /** The body that a frame's integration is called with; undefined when it fails before. */
  requestOf(frame: string, origin: Origin): string | undefined {
    const { route, request, tools } = this.#route(frame, origin);
    if (route.integration.type === "AWS_PROXY") throw new Error("The route has no templates.");
    try {
      return renderRequest(tools, route.integration, request);
    } catch (error) {
      if (error instanceof IntegrationFailure) return undefined;
      throw error;
    }
  }

  /** What the sender of a frame hears of what the integration answered. */
  replyTo(frame: string, origin: Origin, answer: ServiceResponse): string {
    const { route, request, tools } = this.#route(frame, origin);
    return replyOf(tools, route, request, answer);
  }

  #route(frame: string, { identity, connectionId, requestId, at }: Origin) {
    const api = this.#api;
    const route = routeOf(api, frame);
    const [stage] = api.stages.values();
    if (route === undefined || stage === undefined) throw new Error("There is no route.");
    // Of all the gateway's tools, rendering needs these.
    const tools = {
      clock: { now: () => at },
      newId: () => requestId,
      render: renderTemplate,
    } as unknown as Tools;
    const peer = {
      id: connectionId,
      stage: stage.name,
      connectedAt: at,
      domainName: "abc.execute-api.eu-west-1.amazonaws.com",
      sourceIp: "192.0.2.1",
      userAgent: undefined,
      authorizer: { ...contextOf(identity), principalId: identity.user, integrationLatency: 1 },
    };
    const { routeKey } = route;
    const event = { routeKey, eventType: "MESSAGE", messageId: requestId } as const;
    const context = requestContext(api, peer, tools, event);
    const request: RouteRequest = routeRequest({ api, stage, context, body: frame });
    return { route, request, tools };
  }
}
