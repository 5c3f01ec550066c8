import { queueDoesNotExist, SqsError, unknownAction } from "./errors.ts";
import type { Input } from "./input.ts";
import { parseForm, sendMessageInput } from "./query-form.ts";
import { errorResponse, sendMessageResponse } from "./query-response.ts";
import { header, type WireRequest, type WireResponse } from "./wire.ts";

/**
 * The query protocol, which API Gateway's direct integration speaks: a form in, XML out, or JSON
 * for those who accept that. Of the actions, it has SendMessage only.
 */
export async function handleQuery(
  request: WireRequest,
  requestId: string,
  perform: (action: string, input: Input) => Promise<object>,
): Promise<WireResponse> {
  const json = /\bapplication\/json\b/.test(header(request, "accept") ?? "");
  try {
    const form = parseForm(request);
    const action = form.get("Action") ?? missingAction();
    if (action !== "SendMessage") throw unknownAction(action);
    const result = await perform(action, sendMessageInput(form, request.path));
    return sendMessageResponse(result as Record<string, string>, { json, requestId });
  } catch (error) {
    if (!(error instanceof SqsError)) throw error;
    return errorResponse(inQueryWords(error), { json, requestId });
  }
}

function missingAction(): never {
  const message = "The request must contain the parameter Action.";
  throw new SqsError("MissingAction", "MissingAction", message);
}

/** The one refusal that has other words in this protocol. */
function inQueryWords(error: SqsError): SqsError {
  if (error.code !== queueDoesNotExist().code) return error;
  const message = "The specified queue does not exist for this wsdl version.";
  return new SqsError(error.code, error.type, message, error.status);
}
