import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema.js";
import { matchesGlob } from "./glob.ts";
import type { Observed } from "./observed.ts";

/** A resource that a rule leaves alone for a while. */
export interface Exemption {
  /** Logical name or URN; `*` stands for any run of characters. */
  resource: string;
  reason: string;
  /** The last day on which it holds, `YYYY-MM-DD` in UTC. */
  until: string;
}

/** At least ten characters, not of blanks. */
export const reasonPattern = "^\\S.{8,}\\S$";

export const exemptionsSchema: PolicyConfigJSONSchema & { default: Exemption[] } = {
  type: "array",
  description: "Resources that are left alone, each with a reason and a last day.",
  items: {
    type: "object",
    required: ["resource", "reason", "until"],
    additionalProperties: false,
    properties: {
      resource: { type: "string", minLength: 1 },
      reason: { type: "string", pattern: reasonPattern },
      until: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
    },
  },
  default: [],
};

export function isExpired({ until }: Exemption, today: string): boolean {
  return until < today;
}

export function covers({ resource }: Exemption, { urn, name }: Pick<Observed, "urn" | "name">) {
  return matchesGlob(resource, name) || matchesGlob(resource, urn);
}

/** Those that hold, and are for this resource. */
export function exemptionsOf(
  resource: Pick<Observed, "urn" | "name">,
  exempt: readonly Exemption[] = [],
): Exemption[] {
  const now = today();
  return exempt.filter((exemption) => !isExpired(exemption, now) && covers(exemption, resource));
}

/** Today in UTC, `YYYY-MM-DD`. */
export function today(now = new Date()): string {
  return now.toISOString().slice(0, 10);
}

/** What is wrong with the exemptions of all rules, stack by stack. */
export class ExemptionLedger {
  readonly #faults = new Map<string, { stack: string; faults: string[] }>();

  /** What a rule has found of its own exemptions, in place of what it found before. */
  note(stack: string, rule: string, faults: string[]): void {
    this.#faults.set(`${stack} ${rule}`, { stack, faults });
  }

  /** All that is wrong in a stack. Empties the ledger. */
  settle(stack: string): string[] {
    const found = [...this.#faults.values()].filter((entry) => entry.stack === stack);
    this.#faults.clear();
    return found.flatMap(({ faults }) => faults);
  }
}
