import assert from "node:assert/strict";
import { rules } from "../../policy/rules/index.ts";
import { faultsOf, readPackConfiguration } from "../../scripts/lib/policy/configuration.ts";
import { allStacks } from "../../scripts/lib/stack-configuration.ts";

const today = "2026-11-22";
const reason = "Moves to the new queue.";

const faulty: [title: string, configuration: object, faults: string[]][] = [
  [
    "an unknown policy",
    { "queue-is-encryptet": "mandatory" },
    ['"queue-is-encryptet" is not a policy of the pack; docs/policies.md lists them'],
  ],
  [
    "an unknown level",
    { "queue-is-encrypted": "fatal" },
    [
      '"queue-is-encrypted": enforcementLevel must be equal to one of the allowed values: advisory, mandatory, disabled, remediate',
    ],
  ],
  [
    "a policy that is neither a level nor settings",
    { "queue-is-encrypted": 5 },
    ['"queue-is-encrypted": it must be object'],
  ],
  [
    "a setting that the policy does not have",
    { "queue-is-encrypted": { minimumDays: 3 } },
    ['"queue-is-encrypted": "minimumDays" is not a setting of it'],
  ],
  [
    "a setting of a wrong type",
    { "provider-is-pinned": { regions: "eu-west-1", accounts: ["12"] } },
    [
      '"provider-is-pinned": regions must be array',
      '"provider-is-pinned": accounts.0 must match pattern "^\\d{12}$"',
    ],
  ],
  [
    "a lower level without a reason",
    { "queue-is-encrypted": "advisory", "provider-is-pinned": { enforcementLevel: "disabled" } },
    [
      '"queue-is-encrypted": its level is lower than the pack\'s, remediate; give a "reason"',
      '"provider-is-pinned": its level is lower than the pack\'s, mandatory; give a "reason"',
    ],
  ],
  [
    "an exemption without a reason or a last day",
    { "queue-is-encrypted": { exempt: [{ resource: "a", until: "soon" }] } },
    [
      "\"queue-is-encrypted\": exempt.0 must have required property 'reason'",
      '"queue-is-encrypted": exempt.0.until must match pattern "^\\d{4}-\\d{2}-\\d{2}$"',
    ],
  ],
  [
    "an exemption that expired yesterday",
    { "queue-is-encrypted": { exempt: [{ resource: "a", reason, until: "2026-11-21" }] } },
    [
      '"queue-is-encrypted": the exemption of "a" expired after 2026-11-21; repair the resource, or give a new reason and a new last day',
    ],
  ],
  [
    "an exemption that ends on no day",
    { "queue-is-encrypted": { exempt: [{ resource: "a", reason, until: "2027-02-30" }] } },
    ['"queue-is-encrypted": the exemption of "a" ends on 2027-02-30, which is no day'],
  ],
  [
    "an exemption from a policy that is off",
    {
      "queue-is-encrypted": {
        enforcementLevel: "disabled",
        reason,
        exempt: [{ resource: "a", reason, until: today }],
      },
    },
    [
      '"queue-is-encrypted": the exemption of "a" exempts nothing, since the policy is disabled; take it out',
    ],
  ],
  [
    "a reason of blanks",
    { "queue-is-encrypted": { reason: "            " } },
    ['"queue-is-encrypted": reason must match pattern "^\\S.{8,}\\S$"'],
  ],
  [
    "a level lowered for all at once",
    { all: "advisory" },
    ['"all" may only be "mandatory": a level is lowered policy by policy, with a reason'],
  ],
];

const sound: [title: string, configuration: object][] = [
  ["nothing", {}],
  ["a level as strong as the pack's", { "queue-is-encrypted": "mandatory" }],
  [
    "a lower level with a reason",
    { "queue-is-encrypted": { enforcementLevel: "advisory", reason } },
  ],
  [
    "an exemption on its last day",
    { "queue-is-encrypted": { exempt: [{ resource: "a", reason, until: today }] } },
  ],
  ["all as mandatory", { all: "mandatory" }],
];

describe("the pack's configuration of a stack", () => {
  for (const [title, configuration, faults] of faulty) {
    it(`must not have ${title}`, () => {
      assert.deepEqual(faultsOf(configuration, rules, today), faults);
    });
  }

  for (const [title, configuration] of sound) {
    it(`may have ${title}`, () => {
      assert.deepEqual(faultsOf(configuration, rules, today), []);
    });
  }

  it("is there and without fault for every stack", async () => {
    for (const stack of await allStacks()) {
      await readPackConfiguration(stack, rules);
    }
  });
});
