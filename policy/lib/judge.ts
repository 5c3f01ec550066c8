import type { EnforcementLevel, ReportViolation, Severity } from "@pulumi/policy";
import { covers, type Exemption, type ExemptionLedger, isExpired, today } from "./exemption.ts";
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
  readonly #used = new Set<string>();

  constructor(rule: RuleDescription) {
    this.#rule = rule;
  }

  /** Reports what the checks find about one resource, unless it is exempt. */
  judge(
    subject: Observed,
    checks: readonly (() => Iterable<Finding>)[],
    { exempt = [] }: CommonConfiguration,
    report: ReportViolation,
  ): void {
    this.#undecided.delete(subject.urn);
    for (const check of checks) {
      try {
        for (const finding of check()) {
          const about = aboutOf(finding, subject);
          const exemption = exemptionOf(about, exempt);
          if (exemption === undefined) {
            report(this.#violation(finding, about));
          } else {
            this.#used.add(exemption.resource);
          }
        }
      } catch (error) {
        if (error instanceof Undecided) {
          const earlier = this.#undecided.get(subject.urn) ?? [];
          this.#undecided.set(subject.urn, [...earlier, error]);
        } else {
          report(this.#brokenRule(subject, error));
        }
      }
    }
  }

  /** When all resources have been judged: what stayed open, said once, and which exemptions were of use. */
  settle(
    { exempt = [] }: CommonConfiguration,
    ledger: ExemptionLedger,
    report: ReportViolation,
  ): void {
    const open = [...this.#undecided.values()].flat();
    if (open.length > 0) {
      report(asViolation({ message: openMessage(open), enforcementLevel: "advisory" }));
    }
    for (const exemption of exempt) {
      if (isExpired(exemption, today())) {
        ledger.expired(this.#rule.name, exemption);
      } else if (!this.#used.has(exemption.resource) && open.length === 0) {
        ledger.unused(this.#rule.name, exemption);
      }
    }
    this.#undecided.clear();
    this.#used.clear();
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

export function exemptionOf(
  resource: Pick<Observed, "urn" | "name">,
  exempt: readonly Exemption[] = [],
): Exemption | undefined {
  const now = today();
  return exempt.find((exemption) => !isExpired(exemption, now) && covers(exemption, resource));
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
