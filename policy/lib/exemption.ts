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

export const exemptionsSchema: PolicyConfigJSONSchema & { default: Exemption[] } = {
  type: "array",
  description: "Resources that are left alone, each with a reason and a last day.",
  items: {
    type: "object",
    required: ["resource", "reason", "until"],
    additionalProperties: false,
    properties: {
      resource: { type: "string", minLength: 1 },
      reason: { type: "string", minLength: 10 },
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

/** Today in UTC, `YYYY-MM-DD`. */
export function today(now = new Date()): string {
  return now.toISOString().slice(0, 10);
}

/** What is wrong with the exemptions of all rules, in one evaluation of a stack. */
export class ExemptionLedger {
  readonly #faults: string[] = [];

  expired(rule: string, { resource, until }: Exemption): void {
    this.#faults.push(`the exemption of "${resource}" from ${rule} expired after ${until}`);
  }

  unused(rule: string, { resource }: Exemption): void {
    this.#faults.push(`the exemption of "${resource}" from ${rule} exempts nothing`);
  }

  /** Empties the ledger, for the next evaluation. */
  settle(): string[] {
    return this.#faults.splice(0);
  }
}
