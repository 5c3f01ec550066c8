import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { assertAnswers, assertErrorFrame } from "../frames.ts";
import { assumed, gatewayGuide, observed, pages } from "../sources.ts";
import type { FixtureTarget } from "../target.ts";

const protecting = gatewayGuide("protecting your WebSocket API", "websocket-api-protect");
const zeroLimits = observed(
  "pulumi-aws issue 2363",
  "https://github.com/pulumi/pulumi-aws/issues/2363",
);
const generalKnowledge = assumed("general knowledge; AWS also lists the close code 1008");

/** Limits of routes, stages and the account. The limit of `throttled`'s `echo` is one a second. */
export const cases: Case[] = [
  {
    id: "stage-with-limits-of-zero",
    area: "throttling",
    title: "A stage whose limits are zero lets nobody in: every handshake is a 429.",
    sources: [protecting, zeroLimits],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      for (let count = 0; count < 3; count++) {
        assert.equal((await target.knock({ stage: "closed" })).status, 429);
      }
    },
  },
  {
    id: "throttled-handshake-calls-nothing",
    area: "throttling",
    title: "For a handshake that is throttled neither authorizer nor $connect is called.",
    sources: [protecting],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      await target.knock({ stage: "closed", name });
      assert.deepEqual(await target.reported(name), []);
    },
  },
  {
    id: "throttled-handshake-is-told",
    area: "throttling",
    title: "The body for a throttled handshake is Too Many Requests.",
    sources: [assumed("as API Gateway answers for REST APIs")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { body } = await target.knock({ stage: "closed" });
      assert.deepEqual(JSON.parse(body), { message: "Too Many Requests" });
    },
  },
  {
    id: "route-over-its-limit",
    area: "throttling",
    title: "Of many messages at once a route with a limit of one a second takes only some.",
    sources: [protecting],
    where: "anywhere",
    stack: "fixture",
    exclusive: "throttled-echo",
    async run(target) {
      const name = target.unique();
      const client = await target.open({ stage: "throttled", name });
      // An earlier case may have taken the token.
      await target.eventually(async () => {
        assert.equal((await client.ask({ action: "echo" })).action, "echo");
      });
      for (let count = 0; count < 30; count++) client.send({ action: "echo" });
      await target.grace();
      const echoes = (await target.reported(name)).filter((source) => source === "echo");
      assert.ok(echoes.length < 30, `${echoes.length} were let through`);
    },
  },
  {
    id: "throttled-message-is-an-error-frame",
    area: "throttling",
    title:
      "A message over the limit is answered by Too Many Requests, and the connection stays open.",
    sources: [generalKnowledge],
    where: "unconfirmed",
    stack: "fixture",
    exclusive: "throttled-echo",
    async run(target) {
      const client = await target.open({ stage: "throttled" });
      for (let count = 0; count < 10; count++) client.send({ action: "echo" });
      const frames = [];
      while (frames.length < 10) frames.push(await client.nextJson());
      const refused = frames.filter(({ action }) => action === undefined);
      assert.ok(refused.length > 0);
      for (const frame of refused) assertErrorFrame(frame, "Too Many Requests");
      await assertAnswers(client);
    },
  },
  {
    id: "limit-of-a-route-is-its-own",
    area: "throttling",
    title: "The limits of a route replace those of the stage for it, and for no other route.",
    sources: [protecting],
    where: "anywhere",
    stack: "fixture",
    exclusive: "throttled-echo",
    async run(target) {
      const client = await target.open({ stage: "throttled" });
      for (let count = 0; count < 10; count++) await assertAnswers(client);
      await target.open({ stage: "throttled" });
      // The same route of another stage has the limits of that stage.
      const free = await target.open();
      for (let count = 0; count < 10; count++) {
        assert.equal((await free.ask({ action: "echo" })).action, "echo");
      }
    },
  },
  {
    id: "tokens-come-back",
    area: "throttling",
    title: "With a limit of one a second and a burst of one, a second brings one message.",
    sources: [protecting, generalKnowledge],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const client = await target.open({ stage: "throttled" });
      // However many seconds have passed, they bring no more than the burst.
      await target.clock.advance(5000);
      for (const [wait, isTaken] of [
        [0, true],
        [0, false],
        [999, false],
        [1, true],
        [0, false],
      ] as const) {
        await target.clock.advance(wait);
        const { action } = await client.ask({ action: "echo" });
        assert.equal(action, isTaken ? "echo" : undefined);
      }
    },
  },
  {
    id: "burst-of-a-stage",
    area: "throttling",
    title:
      "A route takes as many messages at once as the stage's burst has; other routes have their own.",
    sources: [protecting, generalKnowledge],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      await target.clock.advance(1000);
      const client = await target.open();
      const answers = await replies(target, 501);
      assert.equal(answers.filter(({ type }) => type === "pong").length, 500);
      assert.equal(answers.filter(({ message }) => message === "Too Many Requests").length, 1);
      const frame = await client.ask({ action: "by-status", status: 200 });
      assert.deepEqual(frame, { matched: "2xx" });
    },
  },
  {
    id: "new-connections-of-the-account",
    area: "throttling",
    title: "All APIs of an account together take 500 new connections a second.",
    sources: [pages.quotas],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const { bare, nestedKey } = target.outputs.stages;
      await target.clock.advance(1000);
      const statuses: number[] = [];
      // Half of them each, so that no stage comes to its own limit.
      for (let count = 0; count < 510; count++) {
        const { url } = count % 2 === 0 ? bare : nestedKey;
        statuses.push((await target.handshake(url)).status);
      }
      assert.deepEqual(
        [101, 429].map((wanted) => statuses.filter((status) => status === wanted).length),
        [500, 10],
      );
      await target.clock.advance(1000);
      assert.equal((await target.handshake(bare.url)).status, 101);
    },
  },
];

/** The answers to so many messages that are sent at once. */
async function replies(target: FixtureTarget, count: number) {
  const client = await target.open();
  for (let sent = 0; sent < count; sent++) client.send({ action: "reply" });
  const answers = [];
  while (answers.length < count) answers.push(await client.nextJson());
  return answers;
}
