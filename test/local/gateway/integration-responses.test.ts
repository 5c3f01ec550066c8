import assert from "node:assert/strict";
import type { RecordedResource } from "../../../local/recording/resource.ts";
import { api, integrationResponse, mock, ping, queue, route } from "./resources.ts";
import { Stack, stopStacks } from "./support.ts";

/** A stack whose $default route goes to this integration. */
function start(
  integration: RecordedResource,
  responses: RecordedResource[] = [],
  { twoWay = true } = {},
): Promise<Stack> {
  const resources = [integration, ...responses, ...route("$default", integration, { twoWay })];
  return Stack.start([...api({ stageVariables: { color: "red" } }), ...resources, ...ping()]);
}

function answered(status: number, body = "", headers: Record<string, string> = {}) {
  return () => ({ status, headers, body });
}

describe("gateway: integration responses", () => {
  afterEach(stopStacks);

  const integration = queue();
  const responses = [
    integrationResponse(integration, "$default", "error $context.status"),
    integrationResponse(integration, "/2\\d\\d/", "ack $context.requestId $input.body"),
    integrationResponse(integration, "/40/", "part of a status"),
    integrationResponse(integration, "/404|410/", ""),
  ];
  const chosen: [number, string][] = [
    [200, "ack id-3= <ok/>"],
    [400, "error 400"],
    [503, "error 503"],
  ];
  for (const [status, frame] of chosen) {
    it(`answers ${status} with the response whose key matches the whole status`, async () => {
      const stack = await start(integration, responses);
      stack.services.answer = answered(status, "<ok/>");
      const client = await stack.connect();
      client.send("hello");
      assert.equal(await client.next(), frame);
    });
  }

  it("sends nothing for an empty result", async () => {
    const stack = await start(integration, responses);
    stack.services.answer = answered(410);
    const client = await stack.connect();
    client.send("hello");
    client.send({ action: "ping" });
    assert.equal(await client.next(), '{"type":"pong"}');
  });

  it("passes the body through without a template", async () => {
    const response = integrationResponse(integration, "$default", "", { responseTemplates: {} });
    const stack = await start(integration, [response]);
    stack.services.answer = answered(200, "as it is");
    const client = await stack.connect();
    client.send("hello");
    assert.equal(await client.next(), "as it is");
  });

  const selections: [string, Record<string, string>][] = [
    [`\${integration.response.statuscode}`, { "202": "chosen" }],
    [`\${integration.response.header.x-kind}`, { fine: "chosen" }],
    [`\${request.body.kind}`, { short: "chosen" }],
    ["\\$default", { $default: "chosen" }],
  ];
  for (const [templateSelectionExpression, templates] of selections) {
    it(`chooses the template by ${templateSelectionExpression}`, async () => {
      const response = integrationResponse(integration, "$default", "", {
        templateSelectionExpression,
        responseTemplates: { $default: "default", ...templates },
      });
      const stack = await start(integration, [response]);
      stack.services.answer = answered(202, "", { "X-Kind": "fine" });
      const client = await stack.connect();
      client.send({ kind: "short" });
      assert.equal(await client.next(), "chosen");
    });
  }

  const failing: [string, RecordedResource[]][] = [
    ["no key matches", [integrationResponse(integration, "/2\\d\\d/", "ack")]],
    ["there is none", []],
    ["its template fails", [integrationResponse(integration, "$default", "$input.fail()")]],
  ];
  for (const [what, broken] of failing) {
    it(`answers an error frame when ${what}`, async () => {
      const stack = await start(integration, broken);
      stack.services.answer = answered(400);
      const client = await stack.connect();
      client.send("hello");
      assert.equal(JSON.parse(await client.next()).message, "Internal server error");
      assert.equal(stack.eventsOf("notice").length, 1);
    });
  }
});

describe("gateway: MOCK integration", () => {
  afterEach(stopStacks);

  it("answers by the status that its template renders", async () => {
    const integration = mock({ requestTemplates: { $default: '{"statusCode":$input.body}' } });
    const responses = [
      integrationResponse(integration, "/2\\d\\d/", '{"at":$context.requestTimeEpoch}'),
      integrationResponse(integration, "/409/", "conflict"),
    ];
    const stack = await Stack.start([
      ...[...api(), integration, ...responses],
      ...route("$default", integration, { twoWay: true }),
    ]);
    const client = await stack.connect();
    client.send("204");
    assert.equal(await client.next(), `{"at":${Date.UTC(2026, 0, 1)}}`);
    client.send("409");
    assert.equal(await client.next(), "conflict");
    for (const frame of ["404", '"yes"', "}"]) {
      client.send(frame);
      assert.equal(JSON.parse(await client.next()).message, "Internal server error", frame);
    }
  });

  it("takes the application/json templates when no selection is set", async () => {
    const integration = mock({
      templateSelectionExpression: undefined,
      requestTemplates: { "application/json": '{"statusCode":200}' },
    });
    const response = integrationResponse(integration, "$default", "", {
      templateSelectionExpression: undefined,
      responseTemplates: { "application/json": "fine" },
    });
    const stack = await Stack.start([
      ...[...api(), integration, response],
      ...route("$default", integration, { twoWay: true }),
    ]);
    const client = await stack.connect();
    client.send("hello");
    assert.equal(await client.next(), "fine");
  });
});
