import type { ApiDefinition, StageDefinition } from "./definition.ts";

/** What a path of the gateway's address stands for. */
export type Target =
  /** `/{stage}`: where clients connect. */
  | { kind: "stage"; stage: StageDefinition }
  /** `/{stage}/@connections/{id}`: the management API. */
  | { kind: "connection"; stage: StageDefinition; connectionId: string }
  /** Below a stage, but nothing. */
  | { kind: "nothing" }
  /** No stage owns the path. */
  | { kind: "foreign" };

/** The path without the query, which may hold a token. */
export function pathOf(url: string | undefined): string {
  return (url ?? "/").split("?", 1)[0] ?? "/";
}

/** Finds the owner of a path. A stage named `$default` is served from the root, as on AWS. */
export function targetOf(api: ApiDefinition, path: string): Target {
  const segments = path.split("/").slice(1).map(decoded);
  const named = api.stages.get(segments[0] ?? "");
  const stage = named ?? api.stages.get("$default");
  if (stage === undefined) return { kind: "foreign" };
  const rest = named === undefined ? segments : segments.slice(1);
  const [first = "", connectionId, ...more] = rest;
  if (first === "" && connectionId === undefined) return { kind: "stage", stage };
  if (first === "@connections" && connectionId && more.length === 0) {
    return { kind: "connection", stage, connectionId };
  }
  return { kind: named === undefined ? "foreign" : "nothing" };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
