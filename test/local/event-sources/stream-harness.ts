import type { StreamRecord } from "../../../local/dynamodb/stream-record.ts";
import { type StreamMapping, streamMapping } from "../../../local/event-sources/stream-mapping.ts";
import type { InvocationResult, LambdaFunction } from "../../../local/lambda/function.ts";
import type { Properties } from "../../../local/recording/resource.ts";
import { recordedResource } from "../../support/recorded-resource.ts";
import { REGION, streamArnOf } from "../dynamodb/tables.ts";

export const FUNCTION_ARN = `arn:aws:lambda:${REGION}:123456789012:function:presence`;
export const FAILED: InvocationResult = { ok: false, errorType: "Error", errorMessage: "no" };
export const THROTTLED: InvocationResult = {
  ok: false,
  errorType: "TooManyRequestsException",
  errorMessage: "Rate Exceeded.",
  throttled: true,
};
export const DONE: InvocationResult = { ok: true, payload: null };

export function recordedMapping(inputs: Properties = {}) {
  return recordedResource("aws:lambda/eventSourceMapping:EventSourceMapping", "presence", {
    eventSourceArn: streamArnOf("rooms"),
    functionName: FUNCTION_ARN,
    startingPosition: "LATEST",
    ...inputs,
  });
}

export function mappingOf(inputs: Properties = {}): StreamMapping {
  return streamMapping(recordedMapping(inputs));
}

/** The result that reports these records as failed. */
export function failing(...identifiers: unknown[]): InvocationResult {
  const batchItemFailures = identifiers.map((itemIdentifier) => ({ itemIdentifier }));
  return { ok: true, payload: { batchItemFailures } };
}

/** A function that notes the sequence numbers of its batches and answers as told. */
export class FakeFunction implements LambdaFunction {
  readonly name = "presence";
  readonly arn = FUNCTION_ARN;
  readonly batches: string[][] = [];
  readonly records: StreamRecord[] = [];
  answer: (numbers: string[]) => InvocationResult | Promise<InvocationResult> = () => DONE;

  async invoke(event: unknown): Promise<InvocationResult> {
    const { Records } = event as { Records: StreamRecord[] };
    const numbers = Records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    this.batches.push(numbers);
    this.records.push(...Records);
    return this.answer(numbers);
  }
}

/** Records with these sequence numbers. */
export function recordsOf(numbers: string[], at: number): StreamRecord[] {
  return numbers.map((SequenceNumber) => ({
    eventID: SequenceNumber,
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: REGION,
    eventSourceARN: streamArnOf("rooms"),
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(at / 1000),
      Keys: { room: { S: "lobby" } },
      SequenceNumber,
      SizeBytes: 9,
      StreamViewType: "KEYS_ONLY",
    },
  }));
}
