import {
  attributeNames,
  errors,
  idPattern,
  maxDataBytes,
} from "../../../handlers/protocol/index.ts";
import type { QueuedMessage } from "../world.ts";

/**
 * What a message on the queue has to lead to, read from docs/protocol.md anew and not by the handlers'
 * own code, which is on trial.
 */
export type Meaning =
  /** Everybody in the room hears it. */
  | {
      kind: "message";
      /** Of a client; undefined: of a backend. */
      connectionId: string | undefined;
      requestId: string;
      id: string | undefined;
      from: string | null;
      at: number;
      data: unknown;
    }
  /** Its sender alone hears of it. */
  | {
      kind: "rejected";
      connectionId: string;
      requestId: string;
      id: string | undefined;
      code: number;
    }
  | { kind: "changes"; changes: readonly Change[] }
  /** It can only end in the dead-letter queue. */
  | { kind: "unreadable" };

/** Who joined or left. */
export interface Change {
  kind: "joined" | "left";
  connectionId: string;
  user: string;
}

export function meaningOf(message: QueuedMessage): Meaning {
  const attribute = (name: keyof typeof attributeNames) =>
    message.attributes[attributeNames[name]] ?? "";
  const kind = attribute("kind");
  switch (kind) {
    case "joined":
    case "left":
      return { kind: "changes", changes: [{ kind, ...JSON.parse(message.body) }] };
    case "changes":
      return { kind, changes: JSON.parse(message.body).changes };
    case "message":
    case "text": {
      const sender = {
        connectionId: attribute("connectionId"),
        requestId: attribute("requestId"),
      };
      const at = Number(attribute("sentAt"));
      const published = kind === "text" ? { data: message.body } : JSON.parse(message.body);
      const id = isId(published.id) ? published.id : undefined;
      const isLate = at >= Number(attribute("expiresAt")) * 1000;
      const error = isLate ? errors.sentAfterExpiry : errorIn(published);
      return error === undefined
        ? { kind: "message", ...sender, id, from: attribute("user"), at, data: published.data }
        : { kind: "rejected", ...sender, id, code: error.code };
    }
    default:
      return Buffer.byteLength(message.body) > maxDataBytes
        ? { kind: "unreadable" }
        : {
            kind: "message",
            connectionId: undefined,
            requestId: attribute("requestId"),
            id: undefined,
            from: message.attributes[attributeNames.user] ?? null,
            at: message.sentAt,
            data: JSON.parse(message.body),
          };
  }
}

function errorIn({ id, data }: { id?: unknown; data?: unknown }) {
  if (id !== undefined && !isId(id)) return errors.idInvalid;
  if (data === undefined) return errors.dataMissing;
  return Buffer.byteLength(JSON.stringify(data)) > maxDataBytes ? errors.dataTooLarge : undefined;
}

/** Whether a publish with this `id` can be repeated. */
export function isId(id: unknown): id is string {
  return typeof id === "string" && idPattern.test(id);
}
