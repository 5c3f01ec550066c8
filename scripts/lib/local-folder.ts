import { fileURLToPath } from "node:url";

/**
 * What the laptop's stack leaves on this machine: its signing key, and while it runs its addresses.
 * Ignored by git. ROOMCAST_LOCAL names another folder, so that two stacks do not share one.
 */
export const localFolder =
  process.env["ROOMCAST_LOCAL"] ?? fileURLToPath(new URL("../../.local", import.meta.url));
