import assert from "node:assert/strict";
import { DeleteConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import type { Case } from "../case.ts";
import type { Client } from "../client.ts";
import { managed, told } from "../endings.ts";
import { named } from "../frames.ts";
import { assumed, observed, pages } from "../sources.ts";

const statusFields = observed(
  "aws-lambda-go issues 547 and 548",
  "https://github.com/aws/aws-lambda-go/issues/547",
);
const { quotas } = pages;
const recorded = observed("recorded events");

/** With which code and reason a connection has ended. */
export const cases: Case[] = [
  {
    id: "disconnect-tells-code-and-reason",
    area: "disconnect",
    title: "$disconnect is told the code and the reason with which the client closed.",
    sources: [statusFields],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      for (const [code, reason] of [
        [1000, "done"],
        [4001, "see you"],
        [3000, "grüße"],
      ] as const) {
        assert.deepEqual(await told(target, (client) => client.close(code, reason)), [
          code,
          reason,
        ]);
      }
    },
  },
  {
    id: "disconnect-of-a-close-without-code",
    area: "disconnect",
    title:
      "A client that closes without a code is 1005 to $disconnect, with a reason of API Gateway's own.",
    sources: [recorded],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      assert.deepEqual(await told(target, (client) => client.close()), [
        1005,
        "Client-side close frame status not set",
      ]);
    },
  },
  {
    id: "disconnect-of-a-client-that-vanishes",
    area: "disconnect",
    title: "A client that vanishes without a close frame is 1006 to $disconnect.",
    sources: [
      observed("close codes of the AWS agent toolkit, api-gateway.md"),
      assumed("that $disconnect is told the same"),
    ],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const [code] = await told(target, (client) => client.drop());
      assert.equal(code, 1006);
    },
  },
  {
    id: "disconnect-after-a-fault-of-the-client",
    area: "disconnect",
    title: "$disconnect is told 1003 after a binary frame and 1009 after one that is too large.",
    sources: [assumed("as the client is told")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const faults: [(client: Client) => void, number][] = [
        [(client) => client.sendBinary(Buffer.from([1])), 1003],
        [(client) => client.send("x".repeat(33 * 1024)), 1009],
      ];
      for (const [commit, expected] of faults) {
        const [code] = await told(target, commit);
        assert.equal(code, expected);
      }
    },
  },
  {
    id: "delete-connection-is-a-normal-closure",
    area: "disconnect",
    title:
      "After DeleteConnection the client is told 1000, and $disconnect 1000 and Connection Closed Normally.",
    sources: [observed("boto3 issue 3789", "https://github.com/boto/boto3/issues/3789")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { name, client, id } = await named(target);
      await managed(target).send(new DeleteConnectionCommand({ ConnectionId: id }));
      assert.equal((await client.closed).code, 1000);
      const { requestContext } = (await target.report(name, "disconnect")).event;
      assert.deepEqual(
        [requestContext.disconnectStatusCode, requestContext.disconnectReason],
        [1000, "Connection Closed Normally"],
      );
    },
  },
  {
    id: "disconnect-after-ten-idle-minutes",
    area: "disconnect",
    title:
      "After ten minutes without a message the client is told 1001, and $disconnect 1001 and Going away.",
    sources: [quotas, observed("close codes of the AWS agent toolkit, api-gateway.md"), recorded],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      await target.clock.advance(599_000);
      assert.ok(client.isOpen);
      await target.clock.advance(2000);
      assert.equal((await client.closed).code, 1001);
      const { requestContext } = (await target.report(name, "disconnect")).event;
      assert.deepEqual(
        [requestContext.disconnectStatusCode, requestContext.disconnectReason],
        [1001, "Going away"],
      );
    },
  },
];
