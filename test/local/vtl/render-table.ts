import assert from "node:assert/strict";
import {
  renderTemplate,
  TemplateError,
  type TemplateVariables,
} from "../../../local/vtl/render.ts";

/** A message and a context as a WebSocket route has them. */
export const VARIABLES: TemplateVariables = {
  body: JSON.stringify({
    action: "message",
    id: "m-1",
    count: 3,
    ratio: 1.5,
    flag: false,
    nothing: null,
    list: [1, "x", null],
    nested: { a: 1, b: [{ c: 5 }] },
  }),
  context: {
    connectionId: "Zm9v=",
    requestId: "cmVx=",
    requestTimeEpoch: 1_700_000_000_000,
    stage: "dev",
    authorizer: { room: "lobby", "user-hash": "h" },
    identity: { sourceIp: "127.0.0.1" },
    yes: true,
    no: false,
    empty: "",
  },
  stageVariables: { level: "high" },
};

/** One test for each row: a template and what it renders as. */
export function renders(rows: readonly (readonly [string, string])[], variables = VARIABLES): void {
  for (const [template, expected] of rows) {
    it(`${JSON.stringify(template)} renders ${JSON.stringify(expected)}`, () => {
      assert.equal(renderTemplate(template, variables), expected);
    });
  }
}

/** One test for each row: a template, and the message of the TemplateError that it ends in. */
export function fails(rows: readonly (readonly [string, RegExp])[], variables = VARIABLES): void {
  for (const [template, message] of rows) {
    it(`${JSON.stringify(template)} fails`, () => {
      assert.throws(
        () => renderTemplate(template, variables),
        (error) => {
          assert.ok(error instanceof TemplateError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
}
