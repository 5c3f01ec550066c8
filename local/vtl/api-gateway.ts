import { ValueError } from "./errors.ts";
import { parseJson } from "./json.ts";
import { followJsonPath } from "./json-path.ts";
import { stringOf } from "./string-methods.ts";
import {
  base64Decode,
  base64Encode,
  escapeJavaScript,
  urlDecode,
  urlEncode,
} from "./text-encoding.ts";
import { JavaObject, toJson, toText, toValue, type Value } from "./values.ts";

/** What a mapping template can read (API Gateway Developer Guide, WebSocket mapping template reference). */
export interface TemplateVariables {
  /** `$input.body`: the message, or in a response template what the integration answered. */
  readonly body: string;
  /** `$context`: plain nested data, such as `{ connectionId, authorizer: { room }, requestTimeEpoch: 1 }`. */
  readonly context: Record<string, unknown>;
  readonly stageVariables: Record<string, string>;
  /** `$input.params()`, which has a meaning on `$connect` only; empty by default. */
  readonly params?: {
    readonly querystring?: Record<string, string>;
    readonly header?: Record<string, string>;
  };
}

/** The four variables of a mapping template, by name, made anew for each rendering: a template may change them. */
export function rootVariables(variables: TemplateVariables): Map<string, Value> {
  return new Map([
    ["input", inputObject(variables)],
    ["context", toValue(variables.context)],
    ["stageVariables", toValue(variables.stageVariables)],
    ["util", UTIL],
  ]);
}

function inputObject({ body, params }: TemplateVariables): JavaObject {
  let root: Value | undefined;
  const followPath = (path: Value): Value => {
    root ??= readJson(body, "the body");
    return followJsonPath(root, stringOf(path));
  };
  return new JavaObject("$input", {
    "getBody/0": () => body,
    "path/1": (path = null) => followPath(path),
    "json/1": (path = null) => {
      const value = followPath(path);
      return value === null ? '""' : toJson(value);
    },
    "params/0": () =>
      toValue({ path: {}, querystring: params?.querystring ?? {}, header: params?.header ?? {} }),
    "params/1": (name = null) => {
      const key = stringOf(name);
      for (const source of [params?.querystring, params?.header]) {
        if (source !== undefined && Object.hasOwn(source, key)) return source[key] ?? "";
      }
      return "";
    },
  });
}

/** `$util`. Each function gives null for null, so that an undefined reference inside it renders empty. */
const UTIL = new JavaObject("$util", {
  "escapeJavaScript/1": onText(escapeJavaScript),
  "parseJson/1": onText((text) => readJson(text, "the text")),
  "urlEncode/1": onText(urlEncode),
  "urlDecode/1": onText(urlDecode),
  "base64Encode/1": onText(base64Encode),
  "base64Decode/1": onText(base64Decode),
});

function onText(apply: (text: string) => Value): (value?: Value) => Value {
  return (value = null) => (value === null ? null : apply(toText(value)));
}

function readJson(text: string, what: string): Value {
  try {
    return parseJson(text);
  } catch {
    // Not the cause: a JSON error quotes the text, which may be a message.
    throw new ValueError(`${what} is not JSON, or is nested too deeply`);
  }
}
