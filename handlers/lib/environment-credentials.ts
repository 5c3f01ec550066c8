/**
 * Takes the place of `@aws-sdk/credential-provider-node` in the bundles (scripts/bundle.ts), which
 * looks for credentials wherever they might be: files, SSO, other processes, a container's service.
 * Lambda gives a Node.js function those of its role as variables (Lambda Developer Guide, "Defined
 * runtime environment variables"), and the rest would be a third of a bundle.
 *
 * @returns A provider as the SDK's clients want it. It rejects when a variable is missing.
 */
export function defaultProvider() {
  return async () => {
    const sessionToken = process.env["AWS_SESSION_TOKEN"];
    return {
      accessKeyId: required("AWS_ACCESS_KEY_ID"),
      secretAccessKey: required("AWS_SECRET_ACCESS_KEY"),
      // A role's credentials always have one; the laptop's need none.
      ...(sessionToken ? { sessionToken } : {}),
    };
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`The environment variable ${name} is missing: it is set by Lambda.`);
  }
  return value;
}
