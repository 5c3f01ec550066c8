import { generateKeyPairSync } from "node:crypto";
import { type Change, edit, type Mutations, set } from "../../support/mutations.ts";

const connect = "roomcast-connect-function";
const authorize = "roomcast-authorize-function";
const presence = "roomcast-presence-function";

const size = "Set timeout and memorySize to what the function needs.";
const trace = "Set tracingConfig.mode to Active, and let the role write traces.";
const keep =
  "Keep the secret in Secrets Manager or Parameter Store, and give the function its name.";
const rename = "Rename the variable.";

function setVariable(name: string, value: string, of = connect): Change {
  return edit(of, ({ environment }) => {
    environment.variables[name] = value;
  });
}

function setCode(path: string): Change {
  return edit(connect, ({ code }) => {
    code.path = path;
  });
}

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const keys = [publicKey, privateKey].map((key) => key.export({ format: "jwk" }));

/** Of functions themselves. */
export const functionMutations: Mutations = {
  "function-runtime-is-supported": [
    {
      finds: "a runtime that is deprecated",
      by: set(connect, { runtime: "nodejs20.x" }),
      about: connect,
      says: "runtime is deprecated since 2026-04-30. Move to a newer runtime.",
    },
    {
      finds: "a runtime that it does not know",
      by: set(connect, { runtime: "constructor" }),
      about: connect,
      says: "runtime is not in the rule's list, so that its end is not watched. Add it to the rule's setting runtimes, with the day AWS deprecates it.",
    },
  ],
  "function-timeout-and-memory-are-set": [
    {
      finds: "no timeout",
      by: set(connect, { timeout: undefined }),
      about: connect,
      says: `timeout is not set. ${size}`,
    },
    {
      finds: "a timeout that Lambda refuses",
      by: set(presence, { timeout: 901 }),
      about: presence,
      says: `timeout is not from 1 to 900 seconds. ${size}`,
    },
    {
      finds: "no memory",
      by: set(connect, { memorySize: null }),
      about: connect,
      says: `memorySize is not set. ${size}`,
    },
    {
      finds: "too little memory",
      by: set(connect, { memorySize: "127" }),
      about: connect,
      says: `memorySize is not from 128 to 10240 MB. ${size}`,
    },
    {
      finds: "the provider's defaults, which an engine passes as if they were the program's",
      by: set(connect, { timeout: 3, memorySize: 128 }),
      about: connect,
      says: `timeout and memorySize are what Lambda gives a function that does not say. ${size}`,
      advisory: true,
    },
    {
      finds: "another processor",
      by: set(connect, { architectures: ["x86_64"] }),
      about: connect,
      says: 'architectures is not arm64, which costs a fifth less. Set architectures to ["arm64"] if its code and layers allow it.',
      advisory: true,
    },
  ],
  "function-tracing-is-active": [
    {
      finds: "no tracing",
      by: set(connect, { tracingConfig: undefined }),
      about: connect,
      says: `tracingConfig.mode is not Active. ${trace}`,
    },
    {
      finds: "tracing of what is traced already only",
      by: set(connect, { tracingConfig: { mode: "PassThrough" } }),
      about: connect,
      says: `tracingConfig.mode is not Active. ${trace}`,
    },
  ],
  "function-environment-has-no-secrets": [
    {
      finds: "a password",
      by: setVariable("DB_PASSWORD", "hunter2"),
      about: connect,
      says: `environment.variables.DB_PASSWORD holds a secret, judging by its name. ${keep}`,
    },
    {
      finds: "a private key among those that the authorizer may see",
      by: setVariable("JWKS", JSON.stringify({ keys }), authorize),
      about: authorize,
      says: `environment.variables.JWKS holds a private key. ${keep}`,
    },
  ],
  "function-environment-is-valid": [
    {
      finds: "a name that Lambda keeps for itself",
      by: setVariable("AWS_REGION", "eu-west-1"),
      about: connect,
      says: `environment.variables.AWS_REGION has a name that Lambda keeps for itself. ${rename}`,
    },
    {
      finds: "a name that Lambda refuses",
      by: setVariable("1ST", "a"),
      about: connect,
      says: `environment.variables.1ST has a name that Lambda refuses: a letter, then letters, digits and underscores. ${rename}`,
    },
    {
      finds: "a name in small letters",
      by: setVariable("room", "a"),
      about: connect,
      says: `environment.variables.room is not in capitals, as environment variables are. ${rename}`,
    },
    {
      finds: "a name that begins as Lambda's own",
      by: setVariable("LAMBDA_STAGE", "a"),
      about: connect,
      says: "environment.variables.LAMBDA_STAGE begins as the names that Lambda keeps for itself. Rename the variable, or add it to the rule's setting settable.",
    },
    {
      finds: "more than Lambda takes",
      by: setVariable("LIST", "a ".repeat(2048)),
      about: connect,
      says: "environment.variables is not shorter than 4096 bytes. Keep what is long in Parameter Store, S3, or the code.",
    },
  ],
  "function-code-is-a-clean-archive": [
    {
      finds: "a bundle that was not made",
      by: setCode("dist/handlers/nobody"),
      about: connect,
      says: "code does not exist. Bundle the function before the preview.",
    },
    {
      finds: "a folder with more than the bundles",
      by: setCode("dist"),
      about: connect,
      says: "code has maps/authorize/index.mjs.map in it. Leave it out of the bundle.",
    },
  ],
};
