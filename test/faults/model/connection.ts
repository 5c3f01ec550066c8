import type { ReceivedFrame, WorldClient } from "../world.ts";
import { answersIn } from "./heard.ts";
import type { ConnectionHistory, Flight, Treatment } from "./history.ts";
import type { ClientPlan } from "./schedule.ts";

/** A connection of a schedule's client while it is driven. */
export class DrivenConnection implements ConnectionHistory {
  readonly plan: ClientPlan;
  readonly name: string;
  readonly startedAt: number;
  readonly expiresAt: number;
  readonly flights: Flight[] = [];
  readonly treatment: Treatment = {
    goneAnswers: 0,
    deletions: 0,
    deletedTooEarly: false,
    lastPostStruck: false,
    closingStruck: false,
  };
  status: number | undefined;
  connectionId: string | undefined;
  /** Epoch milliseconds at which the handshake had ended. */
  openedAt: number | undefined;
  ended: ConnectionHistory["ended"];
  #client: WorldClient | undefined;

  /** @param count How many connections its client has had, this one included. */
  constructor(plan: ClientPlan, count: number, now: number) {
    this.plan = plan;
    this.name = count === 1 ? plan.name : `${plan.name} (connection ${count})`;
    this.startedAt = now;
    this.expiresAt = (Math.floor(now / 1000) + plan.tokenSeconds) * 1000;
  }

  opened(client: WorldClient, connectionId: string | undefined, now: number): void {
    this.#client = client;
    this.status = 101;
    this.connectionId = connectionId;
    this.openedAt = now;
  }

  get received(): readonly ReceivedFrame[] {
    return this.#client?.received ?? [];
  }

  get closed(): { code: number; at: number } | undefined {
    return this.#client?.closed;
  }

  get isOpen(): boolean {
    return this.#client !== undefined && this.closed === undefined && this.ended === undefined;
  }

  /** Whether what it sent last has been answered, all of it. */
  get isAnswered(): boolean {
    const last = this.flights.at(-1);
    return (
      last === undefined || answersIn(this.received.slice(last.receivedBefore)) >= last.texts.length
    );
  }

  /** Whether it has heard that it is about to be closed. */
  get isToldToClose(): boolean {
    return this.received.some(({ text }) => text.startsWith('{"type":"closing"'));
  }

  get lastSentAt(): number {
    return this.flights.at(-1)?.at ?? this.startedAt;
  }

  send(texts: readonly string[], now: number): void {
    this.flights.push({ at: now, texts, receivedBefore: this.received.length });
    for (const text of texts) this.#client?.send(text);
  }

  end(by: "leave" | "vanish", now: number): void {
    this.ended = { by, at: now };
    this.#client?.[by]();
  }

  /** As it is now; no longer bound to the world. */
  history(): ConnectionHistory {
    const { plan, name, startedAt, expiresAt, status, connectionId, flights, treatment } = this;
    const { received, closed, ended } = this;
    return {
      ...{ plan, name, startedAt, expiresAt, status, connectionId, flights, treatment },
      ...{ received: [...received], closed, ended },
    };
  }
}
