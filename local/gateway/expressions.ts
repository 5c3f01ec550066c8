import { CONTEXT_VARIABLES } from "./context-variables.ts";

/** What chooses a route or a template: a constant, or a value of the message or of the answer. */
export type Selection =
  | { from: "static"; value: string }
  | { from: "body"; path: string[] }
  /** Several of the above, one after the other. */
  | { from: "parts"; parts: Selection[] }
  | { from: "status" }
  | { from: "responseHeader"; name: string };

/** Where a mapped parameter or an identity source takes its value from. */
export type Source =
  | { from: "static"; value: string }
  | { from: "body"; path: string[] }
  | { from: "header" | "querystring" | "stageVariable"; name: string }
  | { from: "context"; path: string[] };

/** What the sources read. */
export interface SourceScope {
  /** The message as parsed JSON; undefined when it is not JSON. */
  json: unknown;
  context: object;
  stageVariables: Record<string, string>;
  /** Only `$connect` has them. */
  handshake?: { headers: Record<string, string>; query: Record<string, string> } | undefined;
}

const NAME = "[A-Za-z0-9_-]+";
const PATH = `${NAME}(?:\\.${NAME})*`;
const BODY_SELECTION = new RegExp(
  `^(?:\\$request\\.body\\.(${PATH})|\\$\\{request\\.body\\.(${PATH})\\})$`,
);
const ROUTE_SELECTION = new RegExp(
  `\\$request\\.body\\.(?:${PATH})|\\$\\{request\\.body\\.(?:${PATH})\\}|(?:\\\\\\$|[^$\\\\])+`,
  "y",
);
const RESPONSE_SELECTION =
  /^(?:\$integration\.response\.|\$\{integration\.response\.)(?:(statuscode)|header\.([A-Za-z0-9-]+))\}?$/;
const SOURCE = new RegExp(
  `^(?:'(?<static>[^']*)'|route\\.request\\.(?<part>header|querystring)\\.(?<name>[\\w.$-]+)` +
    `|route\\.request\\.body(?:\\.(?<body>${PATH}))?|context\\.(?<context>${PATH})` +
    "|stageVariables\\.(?<variable>[A-Za-z0-9_]+))$",
);

/** `$request.body.x.y` or `${request.body.x.y}`; anything else is undefined. */
export function parseBodySelection(text: string): Selection | undefined {
  const match = BODY_SELECTION.exec(text);
  const path = match?.[1] ?? match?.[2];
  return path === undefined ? undefined : { from: "body", path: path.split(".") };
}

/**
 * A route selection expression: variables `$request.body.x.y` and `${request.body.x.y}`, static text
 * in which `$` is written `\$`, or several of these (API Gateway Developer Guide, working with routes;
 * of JSONPath, only property names are played). Undefined for anything else.
 */
export function parseRouteSelection(text: string): Selection | undefined {
  const parts: Selection[] = [];
  for (ROUTE_SELECTION.lastIndex = 0; ROUTE_SELECTION.lastIndex < text.length; ) {
    const part = ROUTE_SELECTION.exec(text)?.[0];
    if (part === undefined) {
      ROUTE_SELECTION.lastIndex = 0;
      return undefined;
    }
    parts.push(parseBodySelection(part) ?? { from: "static", value: part.replaceAll("\\$", "$") });
  }
  return parts.length > 1 ? { from: "parts", parts } : parts[0];
}

/**
 * A template selection expression: static (`\$default`, or a name without `$`), a property of the
 * message, or (in integration responses) the status or a header of the answer. A static `$default`
 * without its backslash is not valid, as on AWS.
 */
export function parseTemplateSelection(text: string): Selection | undefined {
  const body = parseBodySelection(text);
  if (body !== undefined) return body;
  const response = RESPONSE_SELECTION.exec(text);
  if (response?.[1] !== undefined) return { from: "status" };
  if (response?.[2] !== undefined) return { from: "responseHeader", name: response[2] };
  const value = text.replaceAll("\\$", "");
  return value.includes("$") ? undefined : { from: "static", value: text.replaceAll("\\$", "$") };
}

/**
 * The key that a selection chooses; undefined when there is none, for instance because the message
 * is not JSON. A value that is not a string is turned into one, a list as `[a, b]` (API Gateway
 * Developer Guide, working with routes), an object or null into none; among several parts a missing
 * one is empty.
 */
export function select(
  selection: Selection,
  json: unknown,
  answer?: { status: number; headers: Record<string, string> },
): string | undefined {
  switch (selection.from) {
    case "static":
      return selection.value;
    case "body":
      return asKey(at(json, selection.path));
    case "parts":
      if (json === undefined) return undefined;
      return selection.parts.map((part) => select(part, json, answer) ?? "").join("");
    case "status":
      return answer === undefined ? undefined : String(answer.status);
    case "responseHeader":
      return answer === undefined ? undefined : headerOf(answer.headers, selection.name);
  }
}

/** A data mapping source (API Gateway Developer Guide, WebSocket data mapping), else undefined. */
export function parseSource(text: string): Source | undefined {
  const groups = SOURCE.exec(text)?.groups;
  if (groups === undefined) return undefined;
  if (groups["static"] !== undefined) return { from: "static", value: groups["static"] };
  if (groups["name"] !== undefined) {
    return { from: groups["part"] as "header" | "querystring", name: groups["name"] };
  }
  if (groups["context"] !== undefined) {
    const path = groups["context"].split(".");
    const isKnown = CONTEXT_VARIABLES.some((name) => name === path[0]);
    return isKnown ? { from: "context", path } : undefined;
  }
  if (groups["variable"] !== undefined) return { from: "stageVariable", name: groups["variable"] };
  return { from: "body", path: groups["body"]?.split(".") ?? [] };
}

/** The value of a source as text (JSON for what is not a string); undefined when it is missing. */
export function resolve(source: Source, scope: SourceScope): string | undefined {
  switch (source.from) {
    case "static":
      return source.value;
    case "body":
      return asText(at(scope.json, source.path));
    case "context":
      return asText(at(scope.context, source.path));
    case "header":
      return headerOf(scope.handshake?.headers ?? {}, source.name);
    case "querystring":
      return asText(at(scope.handshake?.query, [source.name]));
    case "stageVariable":
      return asText(at(scope.stageVariables, [source.name]));
  }
}

/** The parsed text, or undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value of a header whatever its case; of several spellings the last one. */
export function headerOf(headers: Record<string, string>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(headers).findLast(([key]) => key.toLowerCase() === wanted)?.[1];
}

function at(value: unknown, path: string[]): unknown {
  let current = value;
  for (const name of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, name)) {
      return undefined;
    }
    current = (current as Record<string, unknown>)[name];
  }
  return current;
}

function asKey(value: unknown): string | undefined {
  // One level only: a client's message may nest deeper than the stack.
  if (Array.isArray(value)) return `[${value.map((item) => scalarText(item) ?? "").join(", ")}]`;
  return scalarText(value);
}

function scalarText(value: unknown): string | undefined {
  return value === null || typeof value === "object" ? undefined : asText(value);
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
