import assert from "node:assert/strict";
import { HttpEndpoint } from "../../../local/sqs/http-endpoint.ts";
import type { WireRequest } from "../../../local/sqs/wire.ts";

const ANSWER = { status: 200, headers: {}, body: "" };

describe("the SQS service's HTTP endpoint", () => {
  it("passes on path, headers and body", async () => {
    const requests: WireRequest[] = [];
    const endpoint = new HttpEndpoint(async (request) => {
      requests.push(request);
      return { status: 201, headers: { "x-answer": "yes" }, body: "done" };
    });
    const { port, url } = await endpoint.listen(0);
    assert.equal(url, `http://127.0.0.1:${port}`);
    const response = await fetch(`${url}/123456789012/jobs?a=b`, {
      method: "POST",
      headers: { "x-asked": "yes" },
      body: "é",
    });
    await endpoint.close();
    assert.equal(response.status, 201);
    assert.equal(response.headers.get("x-answer"), "yes");
    assert.equal(await response.text(), "done");
    const [request] = requests;
    assert.equal(request?.path, "/123456789012/jobs");
    assert.equal(request?.headers["x-asked"], "yes");
    assert.equal(request?.body, "é");
  });

  it("aborts what it waits for when the caller has gone", async () => {
    const caller = new AbortController();
    let aborted: () => void;
    const noticed = new Promise<void>((resolve) => {
      aborted = resolve;
    });
    const endpoint = new HttpEndpoint(async ({ signal }) => {
      const gone = new Promise((resolve) => signal?.addEventListener("abort", resolve));
      caller.abort();
      await gone;
      aborted();
      return ANSWER;
    });
    const { url } = await endpoint.listen(0);
    await assert.rejects(fetch(url, { signal: caller.signal }), { name: "AbortError" });
    await noticed;
    await endpoint.close();
  });

  it("refuses a request over 8 MiB", async () => {
    const endpoint = new HttpEndpoint(async () => ANSWER);
    const { url } = await endpoint.listen(0);
    const post = async (bytes: number) =>
      (await fetch(url, { method: "POST", body: "x".repeat(bytes) })).status;
    assert.equal(await post(8 * 1024 * 1024), 200);
    assert.equal(await post(8 * 1024 * 1024 + 1), 413);
    await endpoint.close();
  });

  it("ends with the requests in hand, and says when a port is taken", async () => {
    let arrived: () => void;
    const inHand = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const endpoint = new HttpEndpoint(() => {
      arrived();
      return new Promise(() => {});
    });
    const { port, url } = await endpoint.listen(0);
    await assert.rejects(new HttpEndpoint(async () => ANSWER).listen(port), { code: "EADDRINUSE" });
    const hanging = fetch(url).catch(() => "cut off");
    await inHand;
    await endpoint.close();
    assert.equal(await hanging, "cut off");
  });
});
