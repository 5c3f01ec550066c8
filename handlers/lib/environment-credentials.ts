import { lambdaEnvironment } from "./environment.ts";

/** What signs the calls of a function. */
export interface EnvironmentCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** A role's credentials always have one; the laptop's need none. */
  sessionToken?: string;
}

/**
 * The credentials of the function's role, which Lambda gives a Node.js function as variables (Lambda
 * Developer Guide, "Defined runtime environment variables").
 *
 * @throws Error naming the variable when one is missing
 */
export function environmentCredentials(): EnvironmentCredentials {
  const sessionToken = process.env["AWS_SESSION_TOKEN"];
  return {
    accessKeyId: lambdaEnvironment("AWS_ACCESS_KEY_ID"),
    secretAccessKey: lambdaEnvironment("AWS_SECRET_ACCESS_KEY"),
    ...(sessionToken ? { sessionToken } : {}),
  };
}

/**
 * Takes the place of `@aws-sdk/credential-provider-node` in the bundles (scripts/bundle.ts), which
 * looks for credentials wherever they might be: files, SSO, other processes, a container's service.
 * None of that ever runs on Lambda, and it would be a third of a bundle.
 *
 * @returns A provider as the SDK's clients want it. It rejects when a variable is missing.
 */
export function defaultProvider() {
  return async () => environmentCredentials();
}
