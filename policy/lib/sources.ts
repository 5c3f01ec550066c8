import type { PolicyComplianceFramework } from "@pulumi/policy";

/** Who else asks for what a rule asks for. */
export interface Source {
  framework: Pick<PolicyComplianceFramework, "name" | "version">;
  /** For instance `APIGateway.9`. */
  id: string;
}

function from(name: string, version: string) {
  return (id: string): Source => ({ framework: { name, version }, id });
}

/** AWS Security Hub, Foundational Security Best Practices. */
export const securityHub = from("AWS Security Hub FSBP", "2026-08");
export const checkov = from("checkov", "2026-08");
export const cdkNag = from("cdk-nag", "2026-06");
export const cfnNag = from("cfn_nag", "0.8");
export const serverlessRules = from("serverless-rules", "2026-02");
/** The Serverless Applications Lens. */
export const wellArchitected = from("AWS Well-Architected", "Serverless Lens");
/** What AWS's documentation says, for instance `SQS Developer Guide, "Dead-letter queues"`. */
export const awsDocumentation = from("AWS documentation", "2026");
/** No public set asks for it. */
export const ours: Source = { framework: { name: "Roomcast", version: "1" }, id: "Roomcast" };
