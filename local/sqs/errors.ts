import { MAX_BATCH_ENTRIES, MAX_MESSAGE_BYTES } from "./limits.ts";

/**
 * A refusal as SQS gives it. The two wire protocols name the same refusal differently: `code` is
 * the query protocol's (and the header `x-amzn-query-error` of the JSON one), `type` is the JSON
 * protocol's `__type`.
 */
export class SqsError extends Error {
  override readonly name = "SqsError";
  readonly code: string;
  readonly type: string;
  readonly status: number;

  constructor(code: string, type: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.type = type;
    this.status = status;
  }
}

/** An error that the service model knows (botocore, `sqs/2012-11-05`). */
function modelled(shape: string, message: string, code = shape, status = 400): SqsError {
  return new SqsError(code, `com.amazonaws.sqs#${shape}`, message, status);
}

/** The older codes carry this prefix in the query protocol. */
function prefixed(shape: string, message: string, status = 400): SqsError {
  return modelled(shape, message, `AWS.SimpleQueueService.${shape}`, status);
}

function common(code: string, shape: string, message: string): SqsError {
  return new SqsError(code, `com.amazon.coral.service#${shape}`, message);
}

export const invalidParameterValue = (message: string) =>
  common("InvalidParameterValue", "InvalidParameterValueException", message);

export const invalidValue = (value: unknown, parameter: string, reason: string) =>
  invalidParameterValue(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`);

export const missingParameter = (parameter: string) =>
  common(
    "MissingParameter",
    "MissingRequiredParameterException",
    `The request must contain the parameter ${parameter}.`,
  );

export const malformedRequest = (message: string) =>
  common("MalformedInput", "SerializationException", message);

export const unknownAction = (action: string) =>
  common(
    "InvalidAction",
    "UnknownOperationException",
    `The action ${action} is not valid for this endpoint.`,
  );

export const queueDoesNotExist = () =>
  modelled(
    "QueueDoesNotExist",
    "The specified queue does not exist.",
    "AWS.SimpleQueueService.NonExistentQueue",
  );

export const invalidMessageContents = (message: string) =>
  modelled("InvalidMessageContents", message);

export const receiptHandleIsInvalid = (handle: string) =>
  modelled(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
  );

export const receiptHandleExpired = (handle: string) =>
  invalidValue(handle, "ReceiptHandle", "The receipt handle has expired.");

export const messageNotInFlight = (handle: string) =>
  prefixed(
    "MessageNotInflight",
    `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message is not in flight.`,
  );

export const messageNotAvailable = (handle: string) =>
  invalidValue(
    handle,
    "ReceiptHandle",
    "Message does not exist or is not available for visibility timeout change.",
  );

export const overLimit = (message: string) => modelled("OverLimit", message);

export const unsupported = (message: string) => prefixed("UnsupportedOperation", message);

export const invalidAttributeName = (name: string) =>
  modelled("InvalidAttributeName", `Unknown Attribute ${name}.`);

export const purgeInProgress = (queueName: string) =>
  prefixed(
    "PurgeQueueInProgress",
    `Only one PurgeQueue operation on ${queueName} is allowed every 60 seconds.`,
    403,
  );

export const resourceNotFound = () =>
  modelled(
    "ResourceNotFoundException",
    "The resource that you specified for the SourceArn parameter doesn't exist.",
  );

export const emptyBatch = (entryType: string) =>
  prefixed("EmptyBatchRequest", `There should be at least one ${entryType} in the request.`);

export const tooManyEntries = (count: number) =>
  prefixed(
    "TooManyEntriesInBatchRequest",
    `Maximum number of entries per request are ${MAX_BATCH_ENTRIES}. You have sent ${count}.`,
  );

export const entryIdsNotDistinct = (id: string) =>
  prefixed("BatchEntryIdsNotDistinct", `Id ${id} repeated.`);

export const invalidEntryId = () =>
  prefixed(
    "InvalidBatchEntryId",
    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
  );

export const batchTooLong = (bytes: number) =>
  prefixed(
    "BatchRequestTooLong",
    `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`,
  );
