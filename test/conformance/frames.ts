import assert from "node:assert/strict";
import type { Client } from "./client.ts";
import { observed } from "./sources.ts";
import type { FixtureHandshake, FixtureTarget } from "./target.ts";

/** Where frames of API Gateway's own were seen. */
export const seenFrames = observed("frames that many issues and articles quote");
/** Where close codes are listed. */
export const closeCodes = observed("close codes of the AWS agent toolkit, api-gateway.md");

/** A connection whose functions report, with its name and id. */
export async function named(target: FixtureTarget, options: FixtureHandshake = {}) {
  const name = target.unique();
  const client = await target.open({ ...options, name });
  const { event } = await target.report(name, "connect");
  const id: string = event.requestContext.connectionId;
  return { name, client, id };
}

/** A frame of API Gateway's own: `{"message","connectionId","requestId"}`, both ids not empty. */
export function assertErrorFrame(frame: Record<string, unknown>, message: string): void {
  assert.deepEqual(Object.keys(frame).sort(), ["connectionId", "message", "requestId"]);
  assert.equal(frame["message"], message);
  for (const key of ["connectionId", "requestId"]) assert.match(String(frame[key]), /./, key);
}

/** Fails where the connection does not answer any more. */
export async function assertAnswers(client: Client): Promise<void> {
  const { type } = await client.ask({ action: "reply" });
  assert.equal(type, "pong");
}

/** Renders a request template for a value, on a connection of its own. */
export async function renderer(target: FixtureTarget, template: string) {
  const { name, client } = await named(target);
  return async (value: unknown): Promise<string> => {
    const { queued } = await client.ask({ action: "render", template, value });
    assert.notEqual(queued, undefined, `${template} was not rendered for ${JSON.stringify(value)}`);
    return (await target.mail("rendered", name)).Body ?? "";
  };
}
