import { hashOf } from "../../handlers/lib/connection-context.ts";
import { renderTemplate } from "../../local/vtl/render.ts";

export interface Sender {
  room: string;
  user: string;
  publish: string;
}

export const alice: Sender = { room: "lobby", user: "alice", publish: "true" };
export const requestId = "Kf9aZ+/x=";
export const connectionId = "Lq7bC-d=";

/** What API Gateway puts into `$context` for a frame of a connection. */
export function contextOf(sender: Sender): Record<string, unknown> {
  return {
    requestId,
    connectionId,
    requestTimeEpoch: 1_767_225_600_123,
    routeKey: "message",
    authorizer: {
      room: sender.room,
      user: sender.user,
      userHash: hashOf(sender.user),
      subscribe: "true",
      publish: sender.publish,
      expiresAt: "1767229200",
      principalId: "x",
    },
  };
}

/** Renders a template for a sender's frame. */
export function render(template: string, body: string, sender: Sender = alice): string {
  return renderTemplate(template, { body, context: contextOf(sender), stageVariables: {} });
}

/** The names and values that SQS reads from a rendered form, in order. */
export function fieldsOf(form: string): [name: string, value: string][] {
  return [...new URLSearchParams(form)];
}
