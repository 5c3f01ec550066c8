import type { SqsError } from "./errors.ts";
import type { WireResponse } from "./wire.ts";

const NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/";
/** What AWS's JSON rendering of a SendMessageResult always has, with or without a value. */
const RESULT_MEMBERS = [
  "MD5OfMessageAttributes",
  "MD5OfMessageBody",
  "MD5OfMessageSystemAttributes",
  "MessageId",
  "SequenceNumber",
];
const XML_ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** How an answer is rendered; `json` for those who accept `application/json`. */
export interface Rendering {
  json: boolean;
  requestId: string;
}

export function sendMessageResponse(
  result: Readonly<Record<string, string>>,
  { json, requestId }: Rendering,
): WireResponse {
  if (json) {
    const members = RESULT_MEMBERS.map((name) => [name, result[name] ?? null]);
    return asJson(200, requestId, {
      SendMessageResponse: {
        SendMessageResult: Object.fromEntries(members),
        ResponseMetadata: { RequestId: requestId },
      },
    });
  }
  const members = Object.entries(result).map(([name, value]) => element(name, value));
  return asXml(
    200,
    requestId,
    `<SendMessageResponse xmlns="${NAMESPACE}">` +
      `<SendMessageResult>${members.join("")}</SendMessageResult>` +
      `<ResponseMetadata>${element("RequestId", requestId)}</ResponseMetadata>` +
      "</SendMessageResponse>",
  );
}

export function errorResponse(error: SqsError, { json, requestId }: Rendering): WireResponse {
  const { code, message, status } = error;
  if (json) {
    return asJson(status, requestId, {
      Error: { Code: code, Detail: null, Message: message, Type: "Sender" },
      RequestId: requestId,
    });
  }
  return asXml(
    status,
    requestId,
    `<ErrorResponse xmlns="${NAMESPACE}">` +
      `<Error>${element("Type", "Sender")}${element("Code", code)}${element("Message", message)}<Detail/></Error>` +
      `${element("RequestId", requestId)}</ErrorResponse>`,
  );
}

function element(name: string, text: string): string {
  const escaped = text.replace(/[&<>"']/g, (character) => XML_ENTITIES[character] ?? character);
  return `<${name}>${escaped}</${name}>`;
}

function asXml(status: number, requestId: string, content: string): WireResponse {
  return {
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: `<?xml version="1.0"?>${content}`,
  };
}

function asJson(status: number, requestId: string, content: object): WireResponse {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": requestId },
    body: JSON.stringify(content),
  };
}
