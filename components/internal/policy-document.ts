import type { Input } from "@pulumi/pulumi";

export interface PolicyStatement {
  actions: string[];
  resources: Input<string>[];
}

/** An IAM policy that allows exactly these statements. */
export function allow(statements: readonly PolicyStatement[]) {
  return {
    Version: "2012-10-17",
    Statement: statements.map(({ actions, resources }) => ({
      Effect: "Allow",
      Action: actions,
      Resource: resources,
    })),
  };
}

/** The trust policy of a role that one AWS service assumes. */
export function trust(service: string) {
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
  };
}
