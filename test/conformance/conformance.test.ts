import type { Case } from "./case.ts";
import { LaptopPlace } from "./laptop-place.ts";
import { loadCases, type Outcome, startCases } from "./suite.ts";

const cases = await loadCases();

/** Every case on the laptop; `npm run conformance` runs them against a deployed stage, too. */
describe("conformance with AWS", function () {
  this.timeout(120_000);
  const place = new LaptopPlace();
  let outcomes = new Map<string, Promise<Outcome>>();

  before(() => {
    outcomes = startCases(cases, place);
  });

  after(() => place.close());

  for (const [area, own] of Map.groupBy(cases, ({ area }: Case) => area)) {
    describe(area, () => {
      for (const { id, title } of own) {
        it(`${title} (${id})`, async () => {
          const outcome = await outcomes.get(id);
          if (outcome?.result !== "passed") throw outcome?.reason;
        });
      }
    });
  }
});
