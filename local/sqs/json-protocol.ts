import { SqsError, unknownAction } from "./errors.ts";
import { Input } from "./input.ts";
import { header, type WireRequest, type WireResponse } from "./wire.ts";

const TARGET = /^AmazonSQS\.(\w+)$/;
const CONTENT_TYPE = "application/x-amz-json-1.0";

/** Whether a request speaks AWS JSON rather than the query protocol. */
export function isJsonProtocol(request: WireRequest): boolean {
  return header(request, "x-amz-target") !== undefined;
}

/**
 * The AWS JSON 1.0 protocol, which the SDKs speak: the action in `X-Amz-Target`, errors with their
 * type in the body and the older error code in `x-amzn-query-error`.
 */
export async function handleJson(
  request: WireRequest,
  requestId: string,
  perform: (action: string, input: Input) => Promise<object>,
): Promise<WireResponse> {
  try {
    const target = header(request, "x-amz-target") ?? "";
    const action = TARGET.exec(target)?.[1];
    if (action === undefined) throw unknownAction(target);
    return respond(200, requestId, await perform(action, Input.parse(request.body)));
  } catch (error) {
    if (!(error instanceof SqsError)) throw error;
    const response = respond(error.status, requestId, {
      __type: error.type,
      message: error.message,
    });
    response.headers["x-amzn-query-error"] = `${error.code};Sender`;
    return response;
  }
}

function respond(status: number, requestId: string, body: object): WireResponse {
  return {
    status,
    headers: { "content-type": CONTENT_TYPE, "x-amzn-requestid": requestId },
    body: JSON.stringify(body),
  };
}
