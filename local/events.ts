/** What happens in a running stack, for a log that a person reads and for tests. */
export type RuntimeEvent =
  | { type: "connected"; api: string; connectionId: string; url: string; sourceIp: string }
  | { type: "refused"; api: string; url: string; status: number; reason: string }
  | { type: "disconnected"; api: string; connectionId: string; code: number; reason: string }
  /** A frame came in from a client and was given to a route. */
  | { type: "received"; api: string; connectionId: string; routeKey: string; text: string }
  /** A frame went out to a client, posted by a handler or answered by a route. */
  | { type: "sent"; api: string; connectionId: string; text: string; at: number }
  /** A line that a function logged. */
  | { type: "log"; functionName: string; level: LogLevel; line: string }
  /** An invocation has ended, and its caller has the result. */
  | { type: "invoked"; functionName: string; ok: boolean }
  /** An invocation failed: thrown error, timeout, crash. */
  | { type: "function-error"; functionName: string; errorType: string; errorMessage: string }
  /** IAM has denied a call. `role` is its name; for a call without one, the service that made it. */
  | { type: "denied"; role: string; action: string; resource: string; message: string }
  /** The runtime did something of its own accord that a person should know of. */
  | { type: "notice"; source: string; message: string };

export type LogLevel = "debug" | "info" | "warn" | "error";

export type Emit = (event: RuntimeEvent) => void;
