// Pulumi's runner loads a pack by ts-node, which type-checks the whole AWS SDK of Pulumi for seven
// seconds. It leaves JavaScript alone, and Node strips the types of what is imported from here.
import { flushCompileCache } from "node:module";
import "./index.ts";

// A pack never ends by itself, so Node would not keep what it has compiled (NODE_COMPILE_CACHE).
flushCompileCache();
