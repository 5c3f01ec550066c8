import assert from "node:assert/strict";
import { Payload } from "../../../../handlers/lib/fan-out/payload.ts";
import { leanConnections } from "../../../../handlers/lib/fan-out/posting/lean-connections.ts";
import type { PostRequest } from "../../../../handlers/lib/fan-out/posting/transport.ts";
import { RecordedLog } from "../../support.ts";

const secret = new Payload("a secret");

/** Posts the secret to a connection, and what was logged. */
async function post(
  sign: () => PostRequest,
  answer: () => Promise<{ status: number; errorType: string | undefined }>,
) {
  const log = new RecordedLog();
  const close = () => Promise.resolve(true);
  const transport = { post: answer };
  const connections = leanConnections({ signer: { sign }, transport, close, log, now: () => 0 });
  const outcome = await connections.post("C1=", secret, 1000);
  return { outcome, lines: log.lines };
}

const signed = () => ({ path: "/", headers: [], body: secret.bytes });
const line = { level: "warn", event: "post failed", connectionId: "C1=" };

describe("leanConnections, without an answer", () => {
  it("says by the code what is wrong with the network", async () => {
    const error = Object.assign(new Error("a secret"), { code: "ECONNREFUSED" });
    assert.deepEqual(await post(signed, () => Promise.reject(error)), {
      outcome: "failed",
      lines: [{ ...line, status: undefined, error: "ECONNREFUSED" }],
    });
  });

  it("says by the name that it came to the deadline", async () => {
    const error = Object.assign(new Error("a secret"), { name: "TimeoutError" });
    assert.deepEqual(await post(signed, () => Promise.reject(error)), {
      outcome: "failed",
      lines: [{ ...line, status: undefined, error: "TimeoutError" }],
    });
  });

  it("fails without credentials, as it does for every other reason", async () => {
    const sign = () => {
      throw new RangeError("a secret");
    };
    assert.deepEqual(await post(sign, () => assert.fail()), {
      outcome: "failed",
      lines: [{ ...line, status: undefined, error: "RangeError" }],
    });
  });
});
