import assert from "node:assert/strict";
import { once } from "node:events";
import { type OutgoingHttpHeaders, request } from "node:http";
import { text } from "node:stream/consumers";
import { PageServer } from "../../scripts/lib/page-server.ts";
import { PageTokens } from "../../scripts/lib/page-tokens.ts";

const url = "ws://127.0.0.1:9/dev";
const json = "application/json";

describe("the page's server", () => {
  const asked: unknown[] = [];
  let server: PageServer;
  let page: URL;

  beforeEach(async () => {
    asked.length = 0;
    const tokens = new PageTokens({
      async token(...request) {
        asked.push(request);
        return "a.b.c";
      },
    });
    server = new PageServer({ room: "lobby", tokens });
    page = new URL(await server.listen(0));
    server.show(url);
  });

  afterEach(async () => {
    await server.close();
  });

  async function ask(path: string, method = "GET", headers: OutgoingHttpHeaders = {}, body = "") {
    const sent = request(new URL(path, page), { method, headers });
    sent.end(body);
    const [response] = await once(sent, "response");
    return {
      status: response.statusCode as number,
      headers: response.headers as Record<string, string>,
      body: await text(response),
    };
  }

  const askToken = (body: unknown, headers: OutgoingHttpHeaders = {}) =>
    ask(
      "/token",
      "POST",
      { origin: page.origin, "content-type": json, ...headers },
      typeof body === "string" ? body : JSON.stringify(body),
    );

  it("serves the page, its style, its icon and its script", async () => {
    const files = {
      "/": "text/html; charset=utf-8",
      "/?user=alice": "text/html; charset=utf-8",
      "/style.css": "text/css; charset=utf-8",
      "/icon.svg": "image/svg+xml",
      "/page.js": "text/javascript; charset=utf-8",
    };
    for (const [path, type] of Object.entries(files)) {
      const { status, headers } = await ask(path);
      assert.deepEqual([status, headers["content-type"]], [200, type], path);
    }
    assert.match((await ask("/page.js")).body, /roomcast\.v1/);
    assert.equal((await ask("/page.ts")).status, 404);
    assert.equal((await ask("/../package.json")).status, 404);
  });

  it("says where rooms are", async () => {
    const { body } = await ask("/settings.json");
    assert.deepEqual(JSON.parse(body), { url, room: "lobby" });
  });

  it("allows the page nothing but its own files and the rooms", async () => {
    const { headers } = await ask("/");
    assert.equal(
      headers["content-security-policy"],
      [
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'",
        "connect-src 'self' ws://127.0.0.1:9; base-uri 'none'; form-action 'none'",
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
      ].join("; "),
    );
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["access-control-allow-origin"], undefined);
  });

  it("gives the page a token for a user and a room, for a quarter of an hour", async () => {
    const { status, body } = await askToken({ user: "älice", room: "lobby" });
    assert.deepEqual([status, JSON.parse(body)], [200, { token: "a.b.c" }]);
    assert.deepEqual(asked, [["älice", ["lobby"], "15 minutes"]]);
  });

  it("gives none for what could never connect", async () => {
    const bodies = [
      "",
      "null",
      "{",
      { user: "alice" },
      { user: "", room: "lobby" },
      { user: "a\nb", room: "lobby" },
      { user: "x".repeat(257), room: "lobby" },
      { user: "alice", room: "a b" },
      { user: "alice", room: "*" },
      { user: ["alice"], room: "lobby" },
      { user: "alice", room: "lobby", padding: "x".repeat(4096) },
    ];
    for (const body of bodies) {
      const { status } = await askToken(body);
      assert.equal(status, 400, JSON.stringify(body));
    }
    assert.deepEqual(asked, []);
  });

  it("gives none to other sites", async () => {
    const good = { user: "alice", room: "lobby" };
    const others: OutgoingHttpHeaders[] = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: `http://localhost:${page.port}` },
      { origin: page.origin.replace("http:", "https:") },
      // A form can send these types to any site without asking.
      { "content-type": "text/plain" },
      { "content-type": "application/x-www-form-urlencoded" },
    ];
    for (const headers of others) {
      const { status } = await askToken(good, headers);
      assert.equal(status, 403, JSON.stringify(headers));
    }
    const nameless = await ask("/token", "POST", { "content-type": json }, JSON.stringify(good));
    assert.equal(nameless.status, 403);
    assert.deepEqual(asked, []);
  });

  it("answers under its own names only, so that no other name can lead to it", async () => {
    for (const host of ["evil.example", `evil.example:${page.port}`, "127.0.0.1", "127.0.0.1:1"]) {
      assert.equal((await ask("/", "GET", { host })).status, 403, host);
      const { status } = await askToken(
        { user: "alice", room: "lobby" },
        { host, origin: `http://${host}` },
      );
      assert.equal(status, 403, host);
    }
    const host = `localhost:${page.port}`;
    assert.equal((await ask("/", "GET", { host })).status, 200);
    assert.equal(
      (await askToken({ user: "a", room: "b" }, { host, origin: `http://${host}` })).status,
      200,
    );
    assert.equal(asked.length, 1);
  });

  it("answers no preflight", async () => {
    const { status, headers } = await ask("/token", "OPTIONS", {
      origin: "https://evil.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    });
    assert.equal(status, 403);
    assert.equal(headers["access-control-allow-origin"], undefined);
  });

  it("says so while there are no rooms yet", async () => {
    const early = new PageServer({
      room: "lobby",
      tokens: new PageTokens({ token: async () => "" }),
    });
    const answer = await fetch(await early.listen(0));
    assert.equal(answer.status, 503);
    await early.close();
  });
});
