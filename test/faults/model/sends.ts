import type { ConnectionFacts, LogEntry } from "./facts.ts";
import { type Answer, isAnswer } from "./heard.ts";
import { isId } from "./meaning.ts";

/** A frame that a client sent. */
export interface Send {
  text: string;
  /** Epoch milliseconds. */
  at: number;
  /** What the gateway answers to it, if the connection lasts. */
  expects: "ack" | "pong" | "not-allowed" | "not-queued";
  /** With which it can be repeated. */
  id: string | undefined;
  /** What it became on the queue. */
  entry: LogEntry | undefined;
}

/** What was sent without waiting, with the answers that came to it. */
export interface AnsweredFlight {
  sends: readonly Send[];
  answers: readonly Answer[];
}

/** The flights of a connection, each with what was answered before the next one. */
export function flightsOf(connection: ConnectionFacts, log: readonly LogEntry[]): AnsweredFlight[] {
  const byBody = new Map(log.map((entry) => [entry.message.body, entry]));
  const { flights, heard, plan } = connection;
  return flights.map(({ texts, at, receivedBefore }, index): AnsweredFlight => {
    const end = flights[index + 1]?.receivedBefore ?? Number.POSITIVE_INFINITY;
    return {
      sends: texts.map((text) => ({
        text,
        at,
        ...sendOf(text, plan.rights.publish),
        entry: byBody.get(text),
      })),
      answers: heard.filter(
        (event): event is Answer =>
          isAnswer(event) && event.frame >= receivedBefore && event.frame < end,
      ),
    };
  });
}

function sendOf(text: string, mayPublish: boolean): Pick<Send, "expects" | "id"> {
  if (text === '{"action":"ping"}') return { expects: "pong", id: undefined };
  if (!mayPublish) return { expects: "not-allowed", id: undefined };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: SQS takes no text with them
  if (/[\u0000-\u0008]/.test(text)) return { expects: "not-queued", id: undefined };
  const { id }: { id?: unknown } = text.startsWith("{") ? JSON.parse(text) : {};
  return { expects: "ack", id: isId(id) ? id : undefined };
}

/** SQS remembers a deduplication id for five minutes. */
export const deduplicationMs = 5 * 60_000;

/** Whether SQS rightly dropped a frame: the same user's same id was taken in the five minutes before. */
export function isRepeat(send: Send, user: string, log: readonly LogEntry[]): boolean {
  return (
    send.id !== undefined &&
    log.some(
      ({ meaning, message }) =>
        (meaning.kind === "message" || meaning.kind === "rejected") &&
        meaning.id === send.id &&
        message.attributes["user"] === user &&
        message.sentAt <= send.at &&
        send.at - message.sentAt <= deduplicationMs,
    )
  );
}
