/** The wire protocol: every frame, code and limit. Handlers, templates, client and docs read it here. */
export * from "./codes.ts";
export * from "./frames.ts";
export * from "./lanes.ts";
export * from "./limits.ts";
export * from "./queue-message.ts";
