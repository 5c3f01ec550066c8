import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { type DynamoDbEngine, startEngine } from "../../local/dynamodb/engine.ts";

/**
 * A DynamoDB engine without tables, for one suite: an embedded one; where `DYNAMODB_ENDPOINT` names a
 * DynamoDB Local, a part of that which nobody else sees, as long as it runs without `-sharedDb`.
 */
export async function startTestEngine(): Promise<DynamoDbEngine> {
  const endpoint = process.env["DYNAMODB_ENDPOINT"];
  return endpoint ? await ownPartOf(endpoint) : await startEngine();
}

/**
 * DynamoDB Local keeps the tables of each access key and region apart. All who call this address are
 * one key to it, new each time. It does not verify signatures.
 */
async function ownPartOf(endpoint: string): Promise<DynamoDbEngine> {
  const key = `TEST${randomBytes(8).toString("hex")}`;
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/dynamodb/aws4_request, ` +
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=00";
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, response) => {
    const { method, headers } = incoming;
    const options = { method, agent, headers: { ...headers, authorization } };
    const outgoing = request(endpoint, options, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      pipeline(answer, response).catch(() => response.destroy());
    });
    outgoing.on("error", () => response.destroy());
    response.once("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    agent.destroy();
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return { endpoint: `http://127.0.0.1:${port}`, kind: "given", close };
}
