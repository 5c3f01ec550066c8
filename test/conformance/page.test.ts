import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { currentFidelityPage } from "../../scripts/lib/conformance/document.ts";
import { repository } from "../support/laptop.ts";
import { areas } from "./case.ts";
import { loadCases } from "./suite.ts";

describe("docs/fidelity.md", () => {
  it("is what the cases say", async () => {
    const page = await readFile(join(repository, "docs/fidelity.md"), "utf8");
    assert.equal(page, currentFidelityPage(page, await loadCases()), "run `npm run docs`");
  });

  it("has a row for every case, under its area", async () => {
    const page = currentFidelityPage("", await loadCases());
    const cases = await loadCases();
    const rows = page.split("\n").filter((line) => line.startsWith("| <a id="));
    assert.equal(rows.length, cases.length);
    const headings = page.split("\n").filter((line) => line.startsWith("### "));
    const covered = areas.filter((area) => cases.some((one) => one.area === area));
    assert.deepEqual(
      headings.map((heading) => heading.slice(4).toLowerCase()),
      covered,
    );
  });
});
