import assert from "node:assert/strict";
import { parseRouteSelection, select } from "../../../local/gateway/expressions.ts";

/** The message of the developer guide, "Working with routes for WebSocket APIs". */
const MESSAGE = { service: "chat", action: "join", data: { room: "room1234" }, list: ["a", 1] };

describe("route selection expression, as in the developer guide", () => {
  const chosen: [string, string | undefined][] = [
    ["$request.body.action", "join"],
    [`\${request.body.action}`, "join"],
    [`\${request.body.service}/\${request.body.action}`, "chat/join"],
    [`\${request.body.action}-\${request.body.invalidPath}`, "join-"],
    ["action", "action"],
    ["\\$default", "$default"],
    [`\${request.body.data.room}`, "room1234"],
    [`to-\${request.body.data.room}`, "to-room1234"],
    ["$request.body.list", "[a, 1]"],
    ["$request.body.invalidPath", undefined],
    ["$request.body.data", undefined],
  ];
  for (const [expression, key] of chosen) {
    it(`${expression} is ${key ?? "nothing, so that $default is taken"}`, () => {
      const selection = parseRouteSelection(expression);
      assert.ok(selection);
      assert.equal(select(selection, MESSAGE), key);
    });
  }

  for (const expression of [
    "",
    "$default",
    "$request.header.a",
    `\${request.body.}`,
    "$context.a",
  ]) {
    it(`refuses ${JSON.stringify(expression)}`, () => {
      assert.equal(parseRouteSelection(expression), undefined);
    });
  }
});
