/** An error as the SDK's clients throw those that a service answered with. */
export class ServiceError extends Error {
  override readonly name: string;
  readonly $fault: "client" | "server";
  readonly $metadata: { httpStatusCode: number };

  /** @param type With or without the namespace, as in `com.amazonaws.sqs#OverLimit`. */
  constructor(status: number, type: string, message = "refused") {
    super(message);
    this.name = type.split("#").at(-1) ?? type;
    this.$fault = status >= 500 ? "server" : "client";
    this.$metadata = { httpStatusCode: status };
  }
}

/** Without an answer, as Node's sockets and the SDK's HTTP handler have it. */
export function connectionLost(): Error {
  const error = new Error("socket hang up");
  return Object.assign(error, { code: "ECONNRESET", $metadata: {} });
}

export function timedOut(milliseconds: number): Error {
  const error = new Error(
    `a request has exceeded the configured ${milliseconds} ms requestTimeout`,
  );
  return Object.assign(error, { name: "TimeoutError", $metadata: {} });
}

export function aborted(): Error {
  return Object.assign(new Error("Request aborted"), { name: "AbortError", $metadata: {} });
}
