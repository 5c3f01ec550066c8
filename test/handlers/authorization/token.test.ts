import assert from "node:assert/strict";
import { findToken, offeredSubprotocols } from "../../../handlers/lib/authorization/token.ts";

const jwt = "eyJ0.eyJ1.c2ln";

describe("findToken", () => {
  const found: [title: string, headers: Record<string, string>][] = [
    ["Authorization", { Authorization: `Bearer ${jwt}` }],
    ["a lower-case header name", { authorization: `Bearer ${jwt}` }],
    ["an upper-case header name", { AUTHORIZATION: `Bearer ${jwt}` }],
    ["a lower-case scheme", { Authorization: `bearer ${jwt}` }],
    ["an upper-case scheme", { Authorization: `BEARER ${jwt}` }],
    ["more spaces", { Authorization: `Bearer   ${jwt}  ` }],
    ["a subprotocol", { "Sec-WebSocket-Protocol": `bearer.${jwt}` }],
    ["a list of subprotocols", { "Sec-WebSocket-Protocol": `roomcast.v1, bearer.${jwt}` }],
    ["a list without spaces", { "sec-websocket-protocol": `bearer.${jwt},roomcast.v1` }],
    [
      "Authorization before a subprotocol",
      { "Sec-WebSocket-Protocol": "bearer.other", Authorization: `Bearer ${jwt}` },
    ],
  ];
  for (const [title, headers] of found) {
    it(`finds the token in ${title}`, () => {
      assert.equal(findToken(headers), jwt);
    });
  }

  const missing: [title: string, headers: Record<string, string> | null | undefined][] = [
    ["no headers", undefined],
    ["null for headers", null],
    ["neither header", { Host: "example.com" }],
    ["another scheme", { Authorization: `Basic ${jwt}` }],
    ["the scheme alone", { Authorization: "Bearer" }],
    ["the scheme and a space", { Authorization: "Bearer " }],
    ["a token without a scheme", { Authorization: jwt }],
    ["two tokens", { Authorization: `Bearer ${jwt} ${jwt}` }],
    ["an empty header", { Authorization: "" }],
    ["an empty subprotocol token", { "Sec-WebSocket-Protocol": "roomcast.v1, bearer." }],
    ["other subprotocols", { "Sec-WebSocket-Protocol": `roomcast.v1, ${jwt}` }],
  ];
  for (const [title, headers] of missing) {
    it(`finds none in ${title}`, () => {
      assert.equal(findToken(headers), undefined);
    });
  }
});

describe("offeredSubprotocols", () => {
  it("lists the offers in the client's order, without white space and empty ones", () => {
    const headers = { "SEC-WEBSOCKET-PROTOCOL": " b ,, a,roomcast.v1 ," };
    assert.deepEqual(offeredSubprotocols(headers), ["b", "a", "roomcast.v1"]);
  });

  it("is empty without the header", () => {
    assert.deepEqual(offeredSubprotocols({}), []);
  });
});
