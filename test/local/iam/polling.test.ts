import assert from "node:assert/strict";
import type { TableStream } from "../../../local/dynamodb/stream.ts";
import { destinationAsRole, queueAsRole, streamAsRole } from "../../../local/iam/polling.ts";
import { queueArn, send, testService } from "../sqs/support.ts";
import { accessWith, allow, lambda, role, rolePolicy, SESSION } from "./support.ts";

const because = (action: string, resource: string) =>
  `User: ${SESSION} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

describe("An event source mapping without a permission", () => {
  const arn = queueArn("orders.fifo");
  const all = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

  for (const action of all) {
    it(`is refused without ${action}`, () => {
      const { access } = accessWith([
        allow(
          all.filter((other) => other !== action),
          arn,
        ),
      ]);
      const session = access.functionSession("worker");
      const operation = action.slice("sqs:".length);
      assert.throws(() => queueAsRole(testService().fifo("orders.fifo"), access, session), {
        message: `The provided execution role does not have permissions to call ${operation} on SQS. ${because(action.toLowerCase(), arn)}`,
      });
    });
  }

  it("stops to receive when one is taken away, and goes on when it is back", () => {
    const { access, events } = accessWith([allow(all, arn)]);
    const queue = testService().fifo("orders.fifo");
    const polled = queueAsRole(queue, access, access.functionSession("worker"));
    send(queue, "g", "first");
    access.load([role(), lambda(), rolePolicy(allow(all.slice(0, 2), arn))]);
    for (let poll = 0; poll < 3; poll++)
      assert.deepEqual(polled.receiveNow({ maxMessages: 10 }), []);
    // Told once, although it is asked for again and again.
    assert.deepEqual(
      events.map((event) => event.type === "denied" && event.action),
      ["sqs:GetQueueAttributes"],
    );
    access.load([role(), lambda(), rolePolicy(allow(all, arn))]);
    const [message] = polled.receiveNow({ maxMessages: 10 });
    assert.equal(message?.body, "first");
    access.load([role(), lambda()]);
    assert.throws(() => polled.delete(message.receiptHandle), {
      name: "SqsError",
      code: "AccessDenied",
      message: because("sqs:deletemessage", arn),
    });
    assert.equal(queue.counts.inFlight, 1);
  });

  it("on a stream is refused, or reads no more", () => {
    const streamArn =
      "arn:aws:dynamodb:eu-central-1:123456789012:table/t/stream/2026-01-01T00:00:00.000";
    const stream = {
      arn: streamArn,
      closed: false,
      read: (position: number) => ({ records: ["record"], next: position + 1 }),
    } as unknown as TableStream;
    const anyStream = streamArn.replace(/[^/]*$/, "*");
    const one = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
    const some = allow(one, streamArn);
    const list = allow("dynamodb:ListStreams", anyStream);
    const { access } = accessWith([some]);
    const session = access.functionSession("worker");
    assert.throws(() => streamAsRole(stream, access, session), {
      message:
        `Cannot access stream ${streamArn}. Please ensure the role can perform the GetRecords, GetShardIterator, ` +
        `DescribeStream, and ListStreams Actions on your stream in IAM. ${because("dynamodb:ListStreams", anyStream)}`,
    });
    access.load([role(), lambda(), rolePolicy(some, list)]);
    const polled = streamAsRole(stream, access, session);
    assert.deepEqual(polled.read(5, 1), { records: ["record"], next: 6 });
    for (const action of one) {
      const rest = allow(
        one.filter((other) => other !== action),
        streamArn,
      );
      access.load([role(), lambda(), rolePolicy(rest, list)]);
      assert.deepEqual(polled.read(5, 1), { records: [], next: 5 });
    }
  });

  it("for its destination is refused, or cannot tell it", () => {
    const queue = testService().standard("failures");
    const { access } = accessWith([allow("sqs:SendMessage", queueArn("failures"))]);
    const session = access.functionSession("worker");
    const tell = destinationAsRole(queue, access, session);
    tell("given up");
    assert.equal(queue.counts.visible, 1);
    access.load([role(), lambda()]);
    const message = because("sqs:sendmessage", queueArn("failures"));
    assert.throws(() => tell("given up"), { message });
    assert.throws(() => destinationAsRole(queue, access, session), {
      message: `The provided execution role does not have permissions to call SendMessage on SQS. ${message}`,
    });
  });
});
