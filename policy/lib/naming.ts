import { functionType } from "./lambda-types.ts";
import { known, type Observed } from "./observed.ts";
import { integrationType } from "./websocket.ts";

/** What other resources name a resource by. */
const identifiers = ["id", "arn", "name", "url", "invokeArn", "executionArn", "streamArn"];

/** By type, how a text may name a resource with more around its name or id. */
const longerNames: Readonly<Record<string, RegExp>> = {
  // With an account before it, and a version or an alias behind it (Lambda API Reference, "FunctionName").
  [functionType]: /^(?:\d{12}:function:)?([\w-]+)(?::[\w$-]+)?$/,
  // As the target of a route (API Gateway v2 API Reference, "Routes").
  [integrationType]: /^integrations\/(.+)$/,
};

/** By what texts a resource may be named, as far as they are known. */
export function namesOf(resource: Observed): string[] {
  return identifiers.flatMap((identifier) => {
    const value: unknown = known(() => resource.props[identifier]);
    return typeof value === "string" && value !== "" ? [value] : [];
  });
}

/** Whether a text names the resource of a type that has this name. */
export function isNamedIn(text: string, name: string, type: string): boolean {
  return text === name || longerNames[type]?.exec(text)?.[1] === name || holdsArn(text, name);
}

/** An ARN may stand inside of another text, for instance of a URI or with a qualifier, but not be the beginning of a longer name. */
function holdsArn(text: string, name: string): boolean {
  if (!name.startsWith("arn:")) {
    return false;
  }
  const [, ...after] = text.split(name);
  return after.some((rest) => !/^[\w.-]/.test(rest));
}

/**
 * A text, or those in a list or an object.
 *
 * @param read What becomes of a part that is not known yet.
 */
export function textsWithin(
  value: unknown,
  read: (part: () => unknown) => unknown = (part) => part(),
): string[] {
  if (typeof value === "string") {
    return [value];
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const parts = Object.keys(value).map((key) => read(() => Reflect.get(value, key)));
  return parts.flatMap((part) => textsWithin(part, read));
}
