import assert from "node:assert/strict";
import { withPart } from "../../../scripts/lib/reliability.ts";
import { faultTables } from "./table.ts";
import { noFigures } from "./tally.ts";

describe("the tables of faults", () => {
  it("have a column for each world, and a row for each kind of fault", () => {
    const figures = { ...noFigures(), schedules: 5000, steps: 1_234_567 };
    figures.faults.redelivery = { planned: 3, struck: 1200 };
    const lines = faultTables({ "in one process": figures, "in workers": noFigures() }).split("\n");
    assert.deepEqual(lines.slice(0, 4), [
      "|  | in one process | in workers |",
      "|---|---|---|",
      "| schedules | 5 000 | 0 |",
      "| steps | 1 234 567 | 0 |",
    ]);
    assert.ok(lines.includes("| faults that struck | 1 200 | 0 |"));
    assert.ok(
      lines.includes(
        "| redelivery | a delivered batch's deletion is lost, and it comes again | 3 | 1 200 | 0 | 0 |",
      ),
    );
  });
});

describe("a part of docs/reliability.md", () => {
  const page = "a\n<!-- faults: begin -->\n\nold\n\n<!-- faults: end -->\nb\n";

  it("is replaced between its markers", () => {
    const replaced = withPart(page, "faults", "new");
    assert.equal(replaced, page.replace("old", "new"));
    assert.equal(withPart(replaced, "faults", "new"), replaced);
  });

  it("has to be there", () => {
    assert.throws(() => withPart(page, "other", "new"), {
      message: 'docs/reliability.md has no part "other".',
    });
  });
});
