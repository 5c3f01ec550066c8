import type { EventFrame, ServerFrame } from "../../handlers/protocol/index.ts";
import type { RuntimeEvent } from "../../local/events.ts";

/** One readable line for what happened, or none. Contents of messages are not shown. */
export function lineOf(event: RuntimeEvent): string | undefined {
  switch (event.type) {
    case "connected":
      return columns("connected", event.connectionId, "");
    case "refused":
      return columns("refused", `${event.status}`, event.reason);
    case "disconnected":
      return columns("disconnected", event.connectionId, `${event.code} ${event.reason}`.trim());
    case "received":
      return columns("message", event.connectionId, `${describeRoute(event)}`);
    case "sent":
      return columns("delivery", event.connectionId, describeFrame(event.text, event.at));
    case "log":
      return describeLog(event);
    case "invoked":
      return undefined;
    case "function-error":
      return columns("error", event.functionName, `${event.errorType}: ${event.errorMessage}`);
    case "denied":
      return columns("denied", event.role, `${event.action} on ${event.resource}`);
    case "notice":
      return columns("notice", event.source, event.message);
  }
}

function columns(what: string, who: string, details: string): string {
  return `${what.padEnd(13)} ${who.padEnd(17)} ${details}`.trimEnd();
}

/** A line of the handlers' log, without what is the same in each line; none for a line of metrics. */
function describeLog({
  functionName,
  level,
  line,
}: Extract<RuntimeEvent, { type: "log" }>): string | undefined {
  const entry = parseObject(line);
  if (entry !== undefined && "_aws" in entry) {
    return undefined;
  }
  const {
    level: _level,
    timestamp: _time,
    service: _service,
    requestId: _id,
    ...rest
  } = entry ?? {};
  const text = entry === undefined ? line : JSON.stringify(rest);
  return columns("log", functionName, `${level} ${text}`);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function describeRoute({ routeKey, text }: { routeKey: string; text: string }): string {
  return `${Buffer.byteLength(text)} bytes to ${routeKey}`;
}

/** A frame of Roomcast, with the time since its message was sent; or just its size. */
function describeFrame(text: string, at: number): string {
  const frame = parseObject(text) as ServerFrame | undefined;
  if (frame === undefined) {
    return `${Buffer.byteLength(text)} bytes`;
  }
  return frame.type === "batch"
    ? frame.events.map((event) => describeEvent(event, at)).join(", ")
    : describeEvent(frame, at);
}

function describeEvent(
  event: Exclude<ServerFrame, { type: "batch" }> | EventFrame,
  at: number,
): string {
  switch (event.type) {
    case "message":
      return `message from ${event.from ?? "a backend"} in ${event.room}, ${at - event.at} ms after it was sent`;
    case "presence":
      return `presence of ${event.user}: ${event.connections}`;
    case "welcome":
      return `welcome to ${event.room}`;
    case "error":
    case "closing":
      return `${event.type} ${event.code}`;
    default:
      return event.type;
  }
}
