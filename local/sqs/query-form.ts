import { invalidParameterValue, SqsError } from "./errors.ts";
import { Input } from "./input.ts";
import { header, type WireRequest } from "./wire.ts";

export type Form = ReadonlyMap<string, string>;

const FORM_TYPE = /^application\/x-www-form-urlencoded\b/i;
const ATTRIBUTE = /^(MessageAttribute|MessageSystemAttribute)\.(\d+)\.(?:Name|Value\.(\w+))$/;

/**
 * The parameters of a form-encoded request; none when the content type is another, as then SQS
 * sees none. What SQS makes of a parameter that is given twice, or of a broken percent encoding, is
 * not documented: both are refused here, since they come from values that were not encoded.
 */
export function parseForm(request: WireRequest): Form {
  const form = new Map<string, string>();
  if (!FORM_TYPE.test(header(request, "content-type") ?? "")) return form;
  for (const pair of request.body.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    if (form.has(name)) throw malformed(`The parameter ${name} is given more than once.`);
    form.set(name, equals < 0 ? "" : decode(pair.slice(equals + 1)));
  }
  return form;
}

/** SendMessage's parameters as the members that the JSON protocol has. The path names the queue. */
export function sendMessageInput(form: Form, path: string): Input {
  const delay = form.get("DelaySeconds");
  return new Input({
    QueueUrl: path === "/" ? form.get("QueueUrl") : path,
    MessageBody: form.get("MessageBody"),
    MessageGroupId: form.get("MessageGroupId"),
    MessageDeduplicationId: form.get("MessageDeduplicationId"),
    DelaySeconds: delay === undefined ? undefined : Number(delay),
    MessageAttributes: attributes(form, "MessageAttribute"),
    MessageSystemAttributes: attributes(form, "MessageSystemAttribute"),
  });
}

/** `MessageAttribute.1.Name`, `MessageAttribute.1.Value.DataType` … by attribute name. */
function attributes(form: Form, kind: string): Record<string, object> {
  const byIndex = new Map<string, Record<string, string>>();
  for (const [parameter, value] of form) {
    const [, found, index, member] = ATTRIBUTE.exec(parameter) ?? [];
    if (found !== kind || index === undefined) continue;
    byIndex.set(index, { ...byIndex.get(index), ...(member && { [member]: value }) });
  }
  const byName = new Map<string, object>();
  for (const [index, value] of byIndex) {
    const name = form.get(`${kind}.${index}.Name`) ?? "";
    if (name === "") {
      throw invalidParameterValue("The request must contain non-empty message attribute names.");
    }
    if (byName.has(name)) {
      throw invalidParameterValue(`Message attribute name '${name}' already exists.`);
    }
    byName.set(name, value);
  }
  return Object.fromEntries(byName);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw malformed("The form has a broken percent encoding.");
  }
}

function malformed(message: string): SqsError {
  return new SqsError("MalformedQueryString", "MalformedQueryString", message);
}
