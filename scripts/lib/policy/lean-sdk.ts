import { putOffHeavyModules } from "../../../local/recording/lazy-modules.ts";

/** Imported before a pack's runner: a quarter of its start is modules that no pack needs. */
putOffHeavyModules();
