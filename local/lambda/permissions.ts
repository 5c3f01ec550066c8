import type { RecordedResource } from "../recording/resource.ts";

export const permissionType = "aws:lambda/permission:Permission";

const gatewayPrincipal = "apigateway.amazonaws.com";

/**
 * Whether one of the recorded permissions lets API Gateway invoke a function from a source, as
 * Lambda's resource policy decides it (`ArnLike`: `*` and `?` in the permission's source ARN).
 */
export function gatewayMayInvoke(
  permissions: readonly RecordedResource[],
  { name, arn }: { name: string; arn: string },
  sourceArn: string,
): boolean {
  return permissions.some(
    ({ inputs }) =>
      [name, arn].includes(inputs["function"]) &&
      inputs["principal"] === gatewayPrincipal &&
      ["lambda:InvokeFunction", "lambda:*"].includes(inputs["action"]) &&
      (inputs["sourceArn"] === undefined || arnLike(inputs["sourceArn"], sourceArn)),
  );
}

function arnLike(pattern: string, arn: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`).test(arn);
}
