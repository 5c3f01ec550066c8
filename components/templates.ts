import {
  attributeNames,
  type ErrorDefinition,
  errors,
  type QueueMessageKind,
} from "../handlers/protocol/index.ts";

/**
 * The templates (VTL) of the WebSocket API. Whatever a client or a token says is URL-encoded: none
 * of it can end its parameter and begin another. Room and sender come from the authorizer, never
 * from the frame.
 */

const room = "$util.urlEncode($context.authorizer.room)";
const requestId = "$util.urlEncode($context.requestId)";

/** A frame with an `id` of the right form is queued once in five minutes, any other on its own. */
const idOfFrame = {
  /** `$input.json` keeps the quotes, so that the number 1 is not taken for the string "1". */
  assignment: "#set($id = $input.json('$.id'))",
  condition: `$id.matches('"[A-Za-z0-9_-]{1,64}"')`,
  // In braces: a hyphen would be taken for a part of the name.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: VTL's notation
  deduplicationId: "c-${context.authorizer.userHash}-$input.path('$.id')",
};

/** The form that SQS takes, on one line: white space would be part of a value. */
function sendMessage(kind: QueueMessageKind, deduplicationId: string): string {
  const attributes: [name: string, value: string][] = [
    [attributeNames.kind, kind],
    [attributeNames.connectionId, "$util.urlEncode($context.connectionId)"],
    [attributeNames.requestId, requestId],
    [attributeNames.user, "$util.urlEncode($context.authorizer.user)"],
    [attributeNames.sentAt, "$context.requestTimeEpoch"],
    [attributeNames.expiresAt, "$util.urlEncode($context.authorizer.expiresAt)"],
  ];
  return [
    "Action=SendMessage",
    `MessageGroupId=${room}`,
    `MessageDeduplicationId=${deduplicationId}`,
    ...attributes.flatMap(([name, value], index) => {
      const prefix = `MessageAttribute.${index + 1}`;
      return [
        `${prefix}.Name=${name}`,
        `${prefix}.Value.DataType=String`,
        `${prefix}.Value.StringValue=${value}`,
      ];
    }),
    "MessageBody=$util.urlEncode($input.body)",
  ].join("&");
}

/**
 * A template cannot refuse by itself. Without the right to publish it renders an action that SQS
 * does not know: SQS answers 400, nothing is queued, and the error response is chosen.
 */
function ifPublisher(template: string): string {
  return `#if($context.authorizer.publish == "true")${template}#{else}Action=PublishNotAllowed#end`;
}

/** Request template of `message`: JSON by the route's own selection, so its `id` can be read. */
export const messageRequest = ifPublisher(
  idOfFrame.assignment +
    sendMessage(
      "message",
      `#if(${idOfFrame.condition})${idOfFrame.deduplicationId}#{else}r-${requestId}#end`,
    ),
);

/** Request template of `$default`: any text, so nothing but the raw body is touched. */
export const textRequest = ifPublisher(sendMessage("text", `r-${requestId}`));

/** Response template when SQS has taken the message. */
export const acknowledgement = '{"type":"ack","requestId":"$context.requestId"}';

/** Response template when it has not. */
export const refusal = `#if($context.authorizer.publish == "true")${errorTemplate(errors.notQueued)}#{else}${errorTemplate(errors.publishNotAllowed)}#end`;

/** Response template of `ping`. */
export const pong = '{"type":"pong","at":$context.requestTimeEpoch}';

function errorTemplate({ code, message }: ErrorDefinition): string {
  return `{"type":"error","code":${code},"message":${JSON.stringify(message)},"requestId":"$context.requestId"}`;
}
