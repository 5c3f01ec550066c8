/** A document by which a role trusts a principal. */
export function trust(Principal: unknown, others: object = {}): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal, ...others }],
  });
}
