import type { CallFault, OutsideCall, QueueBatch } from "../../../local/faults.ts";
import type { WorldFaults } from "../world.ts";
import type { CallTarget, Extent, Fault, FaultKind, Role } from "./fault.ts";

/** What the injector has to know of connections. */
export interface Whereabouts {
  /** The name of the client that a connection is of, as far as it is known. */
  clientOf(connectionId: string): string | undefined;
  /** Whether it has neither been reached nor sent anything. */
  isHandshaking(connectionId: string): boolean;
  /** Told of each call about a connection, and whether a fault strikes it. */
  onCall(call: OutsideCall, effect: CallFault | undefined): void;
}

interface Armed {
  fault: Fault;
  passed: number;
  struck: number;
  /** Strikes since it has let one pass. */
  inARow: number;
  firstAt: number | undefined;
  /** The message group that it has struck. */
  group: string | undefined;
}

const roles: readonly Role[] = ["authorize", "disconnect", "connect", "fan-out", "presence"];

/** Lets a schedule's faults happen, each from the moment at which it is armed, and counts. */
export class Injector implements WorldFaults {
  readonly strikes = new Map<FaultKind, number>();
  /** Epoch milliseconds. */
  readonly strikeTimes: number[] = [];
  readonly #now: () => number;
  readonly #whereabouts: Whereabouts;
  #armed: Armed[] = [];

  /** @param now Epoch milliseconds. */
  constructor(now: () => number, whereabouts: Whereabouts) {
    this.#now = now;
    this.#whereabouts = whereabouts;
  }

  arm(fault: Fault): void {
    const nothing = { firstAt: undefined, group: undefined };
    this.#armed.push({ fault, passed: 0, struck: 0, inARow: 0, ...nothing });
  }

  /** From now on everything goes well. */
  stop(): void {
    this.#armed = [];
  }

  /** Counts a strike that is none of the injector's. */
  count(kind: FaultKind): void {
    this.strikes.set(kind, (this.strikes.get(kind) ?? 0) + 1);
  }

  onCall = (call: OutsideCall): CallFault | undefined => {
    const armed = this.#take(
      (fault) =>
        fault.on === "call" &&
        this.#isMeant(fault.target, call) &&
        // A consistent read, or one in a real table, is never stale: that would be no strike.
        (fault.effect.kind !== "stale" || call.consistent === false),
    );
    const effect = armed?.on === "call" ? armed.effect : undefined;
    this.#whereabouts.onCall(call, effect);
    return effect;
  };

  loseDisconnect = (): boolean => this.#take(({ on }) => on === "disconnect") !== undefined;

  loseDeletion = (): boolean => this.#take(({ on }) => on === "deletion") !== undefined;

  onStreamBatch = (): { delay: number; repeats: number } => {
    const fault = this.#take(({ on }) => on === "stream");
    return fault?.on === "stream" ? fault : { delay: 0, repeats: 0 };
  };

  delayQueueBatch = ({ groups: [group = ""] }: QueueBatch): number => {
    const of = group.includes("#") ? "lanes" : "rooms";
    const fault = this.#take(
      (fault, armed) => fault.on === "batch" && fault.of === of && (armed.group ?? group) === group,
      group,
    );
    return fault?.on === "batch" ? fault.delay : 0;
  };

  /** The first fault that is meant and still strikes; all of those that are meant count what passes. */
  #take(isMeant: (fault: Fault, armed: Armed) => boolean, group?: string): Fault | undefined {
    for (const armed of this.#armed) {
      if (isMeant(armed.fault, armed) && this.#strikes(armed)) {
        armed.group = group;
        this.count(armed.fault.kind);
        this.strikeTimes.push(this.#now());
        return armed.fault;
      }
    }
    return undefined;
  }

  #strikes(armed: Armed): boolean {
    const { skip, times, milliseconds, letsPassAfter }: Extent = armed.fault.extent;
    if (armed.passed < skip) {
      armed.passed += 1;
      return false;
    }
    armed.firstAt ??= this.#now();
    const isOver = milliseconds !== undefined && this.#now() - armed.firstAt > milliseconds;
    if (isOver || armed.struck >= times) return false;
    if (letsPassAfter !== undefined && armed.inARow === letsPassAfter) {
      armed.inARow = 0;
      return false;
    }
    armed.struck += 1;
    armed.inARow += 1;
    return true;
  }

  #isMeant(target: CallTarget, call: OutsideCall): boolean {
    const { connectionId } = call;
    return (
      (target.role === undefined || target.role === roleOf(call.functionName)) &&
      (target.service === undefined || target.service === call.service) &&
      (target.action === undefined || target.action === call.action) &&
      (target.client === undefined ||
        (connectionId !== undefined &&
          this.#whereabouts.clientOf(connectionId) === target.client)) &&
      (target.handshaking === undefined ||
        (connectionId !== undefined && this.#whereabouts.isHandshaking(connectionId)))
    );
  }
}

/** A function's name ends in the name of its role, or holds it before a suffix. */
export function roleOf(functionName: string): Role | undefined {
  return roles.find((role) => functionName.includes(`-${role}`));
}
