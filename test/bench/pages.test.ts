import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { currentPages } from "../../bench/report/pages.ts";
import { repository } from "../support/laptop.ts";

describe("the pages of the bench", () => {
  it("are what the results say, charts too", async () => {
    for (const [name, text] of Object.entries(await currentPages())) {
      const page = await readFile(join(repository, "docs", name), "utf8");
      assert.equal(page, text, `docs/${name}: run \`npm run docs\``);
    }
  });
});
