import assert from "node:assert/strict";
import { once } from "node:events";
import { WebSocket } from "ws";
import type { CallFault } from "../../local/faults.ts";
import { FaultyStack, type Job, type Outcome } from "./faulty-stack.ts";

describe("faults in the runtime", function () {
  this.timeout(20_000);
  let stack: FaultyStack;
  let jobs = 0;
  const sockets: WebSocket[] = [];

  before(async function () {
    this.timeout(60_000);
    stack = await FaultyStack.start();
  });

  beforeEach(() => stack.reset());

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    // A message that a crash has left behind comes again, and is done with.
    await stack.clock.advance(60_000);
  });

  after(() => stack?.close());

  /** A connection with the texts that it has received. */
  async function connect(): Promise<{ socket: WebSocket; id: string; texts: string[] }> {
    const socket = new WebSocket(stack.url);
    sockets.push(socket);
    const texts: string[] = [];
    socket.on("message", (text) => texts.push(String(text)));
    await once(socket, "open");
    await stack.clock.settle();
    const event = stack.events.findLast(({ type }) => type === "connected");
    assert.equal(event?.type, "connected");
    return { socket, id: event.connectionId, texts };
  }

  /** Each call, and how often it has been carried out. */
  const services = [
    {
      service: "dynamodb",
      action: "PutItem",
      refusal: { status: 400, type: "ProvisionedThroughputExceededException" },
      done: written,
    },
    {
      service: "sqs",
      action: "SendMessage",
      refusal: { status: 403, type: "RequestThrottled" },
      done: sent,
    },
    {
      service: "execute-api",
      action: "PostToConnection",
      refusal: { status: 429, type: "LimitExceededException" },
      done: received,
    },
  ] as const;

  function written(id: string): number {
    return stack.logged<{ written: string }>().filter((line) => line.written === id).length;
  }

  function sent(id: string): number {
    const messages = stack.out.receiveNow({ maxMessages: 10 });
    // What was seen must not stand before what comes later.
    for (const { receiptHandle } of messages) stack.out.delete(receiptHandle);
    return messages.filter(({ body }) => body === id).length;
  }

  function received(id: string, { texts }: { texts: string[] }): number {
    return texts.filter((text) => text === id).length;
  }

  for (const { service, action, refusal, done } of services) {
    describe(`of ${action}`, () => {
      /** A call that meets a fault: what the function saw, and how often it was carried out. */
      async function call(fault: CallFault | undefined) {
        const client = await connect();
        const id = `${action}-${++jobs}`;
        const job: Job = { call: action, id, connectionId: client.id };
        stack.next = fault;
        await stack.run(job);
        const outcomes = stack.logged().filter(({ job }) => job?.includes(`"${id}"`));
        const errors = stack.events.flatMap((event) =>
          event.type === "function-error" ? [event.errorType] : [],
        );
        return {
          outcomes: outcomes.map(withoutJob),
          errors,
          done: done(id, client),
          connectionId: client.id,
        };
      }

      const withoutJob = ({ job: _job, ...outcome }: Outcome) => outcome;

      it("asks once, and lets it go well", async () => {
        const { outcomes, done, connectionId } = await call(undefined);
        assert.deepEqual(outcomes, [{ took: 0 }]);
        assert.equal(done, 1);
        const about = service === "execute-api" ? { connectionId } : {};
        assert.match(stack.calls[0]?.functionName ?? "", /^caller-\w+$/);
        assert.deepEqual(stack.calls, [
          { functionName: stack.calls[0]?.functionName, service, action, ...about },
        ]);
      });

      it("refuses it as the service does", async () => {
        const { outcomes, done } = await call({ kind: "refused", ...refusal });
        const { type: error, status } = refusal;
        assert.deepEqual(outcomes, [{ error, status, took: 0 }]);
        assert.equal(done, 0);
      });

      // The SDK's name for a connection that was cut.
      it("carries it out, and loses the answer", async () => {
        const { outcomes, done } = await call({ kind: "answer-lost" });
        assert.deepEqual(outcomes, [{ error: "TimeoutError", took: 0 }]);
        assert.equal(done, 1);
      });

      for (const isDone of [false, true]) {
        const times = Number(isDone);

        it(`lets it hang, ${isDone ? "carried out" : "not carried out"}`, async () => {
          const { outcomes, done } = await call({ kind: "hangs", done: isDone });
          assert.deepEqual(outcomes, [{ error: "AbortError", took: 2000 }]);
          assert.equal(done, times);
        });

        it(`ends the process ${isDone ? "after" : "before"} it`, async () => {
          const { outcomes, errors, done } = await call({ kind: "crash", done: isDone });
          assert.deepEqual(outcomes, []);
          assert.deepEqual(errors, ["Runtime.ExitError"]);
          assert.equal(done, times);
          await stack.clock.advance(30_000);
          assert.equal(stack.logged().filter(({ job }) => job !== undefined).length, 1);
        });
      }

      it("does not play a part of what is no batch", async () => {
        const { outcomes, done } = await call({ kind: "partly" });
        assert.deepEqual(outcomes, [{ took: 0 }]);
        assert.equal(done, 1);
      });

      it("does not play a stale read", async () => {
        const { outcomes } = await call({ kind: "stale", milliseconds: 1000 });
        assert.deepEqual(outcomes, [{ took: 0 }]);
      });
    });
  }

  it("does not ask about an operator's calls", async () => {
    const client = await connect();
    const url = `${stack.url.replace("ws", "http")}/@connections/${client.id}`;
    const authorization = "AWS4-HMAC-SHA256 Credential=laptop/20260101/eu-west-1/execute-api/x";
    stack.next = { kind: "refused", status: 500, type: "InternalServerErrorException" };
    const answer = await fetch(url, { method: "POST", body: "hello", headers: { authorization } });
    assert.equal(answer.status, 200);
    assert.deepEqual(stack.calls, []);
  });

  it("lets time pass while a function waits for a message", async () => {
    await stack.run({ call: "ReceiveMessage" });
    assert.deepEqual(
      stack.logged().map(({ took }) => took),
      [5000],
    );
  });

  it("ends the wait when there is a message", async () => {
    stack.clock.after(3000, () => stack.out.send({ body: "here" }));
    await stack.run({ call: "ReceiveMessage" });
    assert.deepEqual(
      stack.logged().map(({ messages, took }) => ({ messages, took })),
      [{ messages: 1, took: 3000 }],
    );
  });

  it("loses the deletion of a message, which comes again", async () => {
    let lost = 0;
    stack.faults = { loseDeletion: () => lost++ === 0 };
    await stack.run({ call: "SendMessage", id: "again" }, 29_999);
    assert.equal(stack.logged().length, 1);
    await stack.clock.advance(60_000);
    assert.equal(stack.logged().length, 2);
    assert.equal(lost, 2);
  });

  it("hands a batch of a queue over later", async () => {
    stack.faults = { delayQueueBatch: () => 5000 };
    await stack.run({ call: "SendMessage", id: "late" }, 4999);
    assert.equal(stack.logged().length, 0);
    await stack.clock.advance(1);
    assert.equal(stack.logged().length, 1);
  });

  it("loses a $disconnect", async () => {
    const [lost, told] = [await connect(), await connect()];
    stack.faults = { loseDisconnect: (id) => id === lost.id };
    lost.socket.close();
    told.socket.close();
    await stack.clock.settle();
    assert.deepEqual(stack.logged(), [{ left: told.id }]);
  });

  it("hands a batch of the stream over later, and more than once", async () => {
    stack.faults = { onStreamBatch: () => ({ delay: 5000, repeats: 2 }) };
    await stack.run({ call: "PutItem", id: "late" }, 4999);
    assert.equal(written("late"), 0);
    await stack.clock.advance(1);
    assert.equal(written("late"), 3);
  });
});
