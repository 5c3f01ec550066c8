import { STATUS_CODES } from "node:http";

/** A handshake that is not to become a connection. */
export class Refusal extends Error {
  readonly status: number;

  /** `reason` is for a person; it never holds a header's or a query parameter's value. */
  constructor(status: number, reason: string) {
    super(reason);
    this.name = "Refusal";
    this.status = status;
  }
}

/** An HTTP answer, not yet written. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const ERROR_TYPES: Record<number, string> = {
  400: "BadRequestException",
  401: "UnauthorizedException",
  403: "ForbiddenException",
  410: "GoneException",
  413: "PayloadTooLargeException",
  429: "LimitExceededException",
  500: "InternalServerErrorException",
};

/** `{"message": …}` with the error's name in `x-amzn-ErrorType`, where the SDKs look for it. */
export function errorAnswer(
  status: number,
  message = messageOf(status),
  errorType = ERROR_TYPES[status],
): HttpAnswer {
  const body = JSON.stringify({ message });
  return {
    status,
    headers: {
      "Content-Type": "application/json",
      "Content-Length": String(Buffer.byteLength(body)),
      ...(errorType !== undefined && { "x-amzn-ErrorType": errorType }),
    },
    body,
  };
}

function messageOf(status: number): string {
  return status >= 500 ? "Internal server error" : (STATUS_CODES[status] ?? "Error");
}

/** The answer as it goes over a bare socket, which is closed after it. */
export function rawAnswer({ status, headers, body }: HttpAnswer): string {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}`, "Connection: close"];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}
