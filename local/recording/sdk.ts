import { createRequire } from "node:module";
import { withoutHeavyModules } from "./lazy-modules.ts";

const require = createRequire(import.meta.url);

/**
 * The Pulumi SDK, the same CommonJS instance that the program imports, and the modules inside of it
 * that recording needs. They have no stable interface: the version is pinned, and
 * test/local/recording fails should they move.
 */
export const { pulumi, mocks, rpc, settings, state } = withoutHeavyModules(() => ({
  pulumi: require("@pulumi/pulumi") as typeof import("@pulumi/pulumi"),
  mocks:
    require("@pulumi/pulumi/runtime/mocks") as typeof import("@pulumi/pulumi/runtime/mocks.js"),
  rpc: require("@pulumi/pulumi/runtime/rpc") as typeof import("@pulumi/pulumi/runtime/rpc.js"),
  settings:
    require("@pulumi/pulumi/runtime/settings") as typeof import("@pulumi/pulumi/runtime/settings.js") & {
      waitForRPCs(): Promise<void>;
    },
  state: require("@pulumi/pulumi/runtime/state") as {
    getStore(): { leakCandidates: Set<unknown> } & Record<string, unknown>;
  },
}));

const debuggable = require("@pulumi/pulumi/runtime/debuggable") as {
  debuggablePromise<Value>(promise: Promise<Value>): Promise<Value>;
};

// The SDK writes a stack trace down for each of its promises, which takes half of the time that a
// program needs. What is still pending at the end is known without.
debuggable.debuggablePromise = (promise) => {
  const pending = state.getStore().leakCandidates;
  pending.add(promise);
  return promise.finally(() => pending.delete(promise));
};
