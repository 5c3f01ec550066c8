import { type FSWatcher, watch } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What has to happen when a source file changes. */
export type Change = "handlers" | "program";

/** Editors save in several steps: wait until they have ended. */
const quietMs = 50;

/**
 * Watches the sources of the program, for this stack, and of the handlers. The protocol is part of both, since the
 * program's templates are made of it.
 */
export function watchSources(stack: string, onChange: (change: Change) => void): { close(): void } {
  const programFiles = ["index.ts", "Pulumi.yaml", `Pulumi.${stack}.yaml`];
  let pending: Change | undefined;
  let timer: NodeJS.Timeout | undefined;
  const report = (change: Change) => {
    pending = pending === "program" ? pending : change;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const settled = pending;
      pending = undefined;
      if (settled !== undefined) {
        onChange(settled);
      }
    }, quietMs);
  };
  const watchers: FSWatcher[] = [
    watch(`${root}handlers`, { recursive: true }, (_event, file) => {
      if (isSource(file)) {
        report(file.startsWith("protocol") ? "program" : "handlers");
      }
    }),
    watch(`${root}components`, { recursive: true }, (_event, file) => {
      if (isSource(file)) {
        report("program");
      }
    }),
    watch(root, (_event, file) => {
      if (programFiles.includes(file ?? "")) {
        report("program");
      }
    }),
  ];
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) {
        watcher.close();
      }
    },
  };
}

function isSource(file: string | null): file is string {
  return file?.endsWith(".ts") === true;
}
