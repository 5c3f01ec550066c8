/**
 * How long a call to DynamoDB or SQS may take, in milliseconds: by default the SDK waits for ever,
 * and one stuck call would take the whole invocation with it. The SDK tries SQS three times and
 * DynamoDB four times.
 */
export const clientOptions = {
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};
