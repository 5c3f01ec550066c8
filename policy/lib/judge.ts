import type { EnforcementLevel, ReportViolation, Severity } from "@pulumi/policy";
import {
  type Exemption,
  type ExemptionLedger,
  exemptionsOf,
  isExpired,
  today,
} from "./exemption.ts";
import { labelOf, type Observed, Undecided } from "./observed.ts";
import type { Finding, RuleDescription } from "./rule.ts";

/** What every rule's configuration may have beside its settings. */
interface CommonConfiguration {
  exempt?: Exemption[];
}

/** Runs a rule's checks, and keeps what can be told only when all resources have been seen. */
export class Judge {
  readonly #rule: RuleDescription;
  /** By URN of the resource that was judged. */
  readonly #undecided = new Map<string, Undecided[]>();
  readonly #used = new Set<Exemption["resource"]>();

  constructor(rule: RuleDescription) {
    this.#rule = rule;
  }

  /** Reports what the checks find about one resource, unless it is exempt. */
  judge(
    subject: Observed,
    checks: readonly (() => Iterable<Finding>)[],
    { exempt }: CommonConfiguration,
    report: ReportViolation,
  ): void {
    this.#undecided.delete(subject.urn);
    for (const check of checks) {
      try {
        for (const finding of check()) {
          const about = aboutOf(finding, subject);
          if (!this.#isExempt(about, exempt)) {
            report(this.#violation(finding, about));
          }
        }
      } catch (error) {
        if (!(error instanceof Undecided)) {
          report(this.#brokenRule(subject, error));
        } else if (!this.#isExempt(subject, exempt)) {
          const earlier = this.#undecided.get(subject.urn) ?? [];
          this.#undecided.set(subject.urn, [...earlier, error]);
        }
      }
    }
  }

  /** When all resources have been judged: what stayed open, said once, and which exemptions were of use. */
  settle(
    stack: string,
    { exempt = [] }: CommonConfiguration,
    ledger: ExemptionLedger,
    report: ReportViolation,
  ): void {
    const open = [...this.#undecided.values()].flat();
    if (open.length > 0) {
      report(asViolation({ message: openMessage(open), enforcementLevel: "advisory" }));
    }
    const faults = exempt.flatMap((exemption) => {
      const which = `the exemption of "${exemption.resource}" from ${this.#rule.name}`;
      if (isExpired(exemption, today())) {
        return `${which} expired after ${exemption.until}`;
      }
      // What is open may turn out to be what it is for.
      return this.#used.has(exemption.resource) || open.length > 0
        ? []
        : `${which} exempts nothing`;
    });
    ledger.note(stack, this.#rule.name, faults);
    this.#undecided.clear();
    this.#used.clear();
  }

  #isExempt(resource: Observed, exempt: CommonConfiguration["exempt"]): boolean {
    const exemptions = exemptionsOf(resource, exempt);
    for (const exemption of exemptions) {
      this.#used.add(exemption.resource);
    }
    return exemptions.length > 0;
  }

  #violation(finding: Finding, about: Observed) {
    const { fault, remedy, advisory } = typeof finding === "string" ? { fault: finding } : finding;
    return asViolation({
      message: `${labelOf(about)}: ${fault}. ${remedy ?? this.#rule.remedy}`,
      urn: about.urn,
      severity: this.#rule.severity,
      ...(advisory ? { enforcementLevel: "advisory" } : {}),
    });
  }

  /** The error's message may quote a value. */
  #brokenRule(subject: Observed, error: unknown) {
    const name = error instanceof Error ? error.name : typeof error;
    const message = `${labelOf(subject)}: ${this.#rule.name} could not judge it (${name}). That is a fault of the rule: report it.`;
    return asViolation({ message, urn: subject.urn, enforcementLevel: "advisory" });
  }
}

function aboutOf(finding: Finding, subject: Observed): Observed {
  return typeof finding === "string" ? subject : (finding.about ?? subject);
}

/** For instance: "policy" of RolePolicy "a", RolePolicy "b". */
function openMessage(open: readonly Undecided[]): string {
  const byProperty = new Map<string, Set<string>>();
  for (const { property, resource } of open) {
    byProperty.set(property, (byProperty.get(property) ?? new Set()).add(resource));
  }
  const properties = [...byProperty].map(
    ([property, resources]) => `"${property}" of ${[...resources].sort().join(", ")}`,
  );
  return `Not decided before the deployment, since not known yet: ${properties.sort().join("; ")}.`;
}

interface Violation {
  message: string;
  urn?: string;
  severity?: Severity;
  enforcementLevel?: EnforcementLevel;
}

/** The SDK takes an object too, and then puts no description before the message; its types do not say so. */
function asViolation(violation: Violation): Parameters<ReportViolation>[0] {
  return violation as unknown as Parameters<ReportViolation>[0];
}
