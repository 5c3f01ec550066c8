import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "../support/laptop.ts";

interface LockedPackage {
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

describe("package-lock.json", () => {
  let packages: Record<string, LockedPackage>;

  before(async () => {
    const text = await readFile(join(repository, "package-lock.json"), "utf8");
    packages = JSON.parse(text).packages;
  });

  /** npm leaves out what a registry lacks at the time, and then refuses its own file: npm ci fails. */
  it("has every optional package of every platform", () => {
    const missing = Object.values(packages)
      .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
      .filter(
        (name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)),
      );
    assert.deepEqual(missing, []);
  });

  it("names no registry", () => {
    const resolved = Object.values(packages).filter((locked) => locked.resolved !== undefined);
    assert.deepEqual(resolved, []);
  });
});
