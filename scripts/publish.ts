import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { maxDataBytes, maxUserBytes, roomPattern } from "../handlers/protocol/index.ts";
import { CommandError, readOptions, runCommand } from "./lib/command.ts";
import { readOutputs } from "./lib/outputs.ts";
import { stackClients } from "./lib/stack-clients.ts";

/**
 * Publishes as a backend does, through the queue (docs/protocol.md):
 * `npm run -s publish -- --room lobby --data '{"a":1}'`, to the laptop's running stack, or with
 * `--outputs FILE` (what `pulumi stack output --json` prints) to a deployed one.
 */
await runCommand(async () => {
  const { room, data, from, outputs } = readOptions({
    room: { type: "string" },
    data: { type: "string" },
    from: { type: "string" },
    outputs: { type: "string" },
  });
  if (room === undefined || data === undefined) {
    throw new CommandError(
      `--room and --data are needed, for instance --room lobby --data '{"a":1}'.`,
    );
  }
  if (!roomPattern.test(room)) {
    throw new CommandError("--room takes 1 to 100 characters of A-Z a-z 0-9 _ - . :");
  }
  if (Buffer.byteLength(from ?? "") > maxUserBytes) {
    throw new CommandError(`--from is longer than ${maxUserBytes} bytes.`);
  }
  const body = encoded(data);
  const stack = await readOutputs(outputs);
  const { queueUrl } = stack;
  const client = new SQSClient(stackClients(stack).sqs);
  const command = new SendMessageCommand({
    QueueUrl: queueUrl,
    MessageGroupId: room,
    MessageDeduplicationId: crypto.randomUUID(),
    MessageBody: body,
    ...(from ? { MessageAttributes: { user: { DataType: "String", StringValue: from } } } : {}),
  });
  const { MessageId } = await client.send(command).catch((error: unknown) => {
    throw new CommandError(`${queueUrl} did not take the message: ${(error as Error).message}`);
  });
  console.log(`queued ${MessageId}`);
});

function encoded(data: string): string {
  let encodedData: string;
  try {
    encodedData = JSON.stringify(JSON.parse(data));
  } catch {
    throw new CommandError(`--data must be JSON: a text is written '"hello"'.`);
  }
  if (Buffer.byteLength(encodedData) > maxDataBytes) {
    throw new CommandError(
      `--data is larger than ${maxDataBytes} bytes, the most that is delivered.`,
    );
  }
  return data;
}
