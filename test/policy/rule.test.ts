import assert from "node:assert/strict";
import { type Rule, resourceRule, stackRule } from "../../policy/lib/rule.ts";
import { ours } from "../../policy/lib/sources.ts";
import { projectRules } from "../../policy/rules/project.ts";
import { foreign, judge, unknownValue } from "../support/policy.ts";

const description = {
  description: "Boxes have a lid.",
  level: "mandatory",
  severity: "low",
  sources: [ours],
  remedy: "Set lid.",
  decidedBy: "inputs",
} as const;

const boxType = "test:shop/box:Box";
const shelfType = "test:shop/shelf:Shelf";

const lids: Rule = resourceRule<{ colours: string[] }>({
  ...description,
  name: "box-has-lid",
  types: [boxType],
  settings: {
    colours: { type: "array", description: "Colours of lids.", default: ["red"] },
  },
  checks: [
    function* ({ props }, { settings }) {
      if (!props["lid"]) {
        yield "lid is not set";
      } else if (!settings.colours.includes(props["lid"])) {
        yield { fault: "lid has an odd colour", remedy: "Choose another.", advisory: true };
      }
    },
    function* ({ props }) {
      if (props["size"] === 0) {
        yield "size is too small";
      }
    },
  ],
});

const shelves: Rule = stackRule({
  ...description,
  name: "box-stands-on-shelf",
  types: [boxType],
  checks: [
    function* (box, { graph }) {
      for (const shelf of graph.targets(box, "shelf", shelfType)) {
        if (shelf.props["load"] > 3) {
          yield { fault: "load is too much", about: shelf };
        }
      }
    },
  ],
});

const box = (name: string, inputs: object) => foreign(boxType, name, { ...inputs });

describe("a rule", () => {
  it("names the resource, the fault and the remedy, at its own level", () => {
    assert.deepEqual(judge([box("a", {})], {}, [lids]), [
      { rule: "box-has-lid", resource: "a", message: 'Box "a": lid is not set. Set lid.' },
    ]);
  });

  it("may say something as an advisory, with a remedy of its own", () => {
    assert.deepEqual(judge([box("a", { lid: "blue" })], {}, [lids]), [
      {
        rule: "box-has-lid",
        resource: "a",
        message: 'Box "a": lid has an odd colour. Choose another.',
        advisory: true,
      },
    ]);
  });

  it("takes its settings from the configuration, and their defaults from the schema", () => {
    const blue = [box("a", { lid: "blue" })];
    assert.deepEqual(judge(blue, { "box-has-lid": { colours: ["blue"] } }, [lids]), []);
    assert.deepEqual(judge([box("a", { lid: "red" })], {}, [lids]), []);
  });

  it("leaves other types alone", () => {
    assert.deepEqual(judge([foreign(shelfType, "a", {})], {}, [lids, shelves]), []);
  });

  it("says once what it could not decide, and decides the rest", () => {
    const boxes = [
      box("b", { lid: unknownValue, size: 0 }),
      box("a", { lid: unknownValue, size: unknownValue }),
    ];
    assert.deepEqual(judge(boxes, {}, [lids]), [
      { rule: "box-has-lid", resource: "b", message: 'Box "b": size is too small. Set lid.' },
      {
        rule: "box-has-lid",
        resource: "",
        message:
          'Not decided before the deployment, since not known yet: "lid" of Box "a", Box "b"; "size" of Box "a".',
        advisory: true,
      },
    ]);
  });

  it("names the resource whose value is not known, be it another one", () => {
    const shelf = foreign(shelfType, "s", { load: unknownValue });
    const boxes = [shelf, foreign(boxType, "a", { shelf: unknownValue }, { shelf: [shelf] })];
    assert.deepEqual(judge(boxes, {}, [shelves]), [
      {
        rule: "box-stands-on-shelf",
        resource: "",
        message: 'Not decided before the deployment, since not known yet: "load" of Shelf "s".',
        advisory: true,
      },
    ]);
  });

  it("may find the fault with another resource", () => {
    const shelf = foreign(shelfType, "s", { load: 4 });
    const boxes = [shelf, foreign(boxType, "a", {}, { shelf: [shelf] })];
    assert.deepEqual(judge(boxes, {}, [shelves]), [
      {
        rule: "box-stands-on-shelf",
        resource: "s",
        message: 'Shelf "s": load is too much. Set lid.',
      },
    ]);
  });

  it("turns a fault of its own into an advisory that tells no value", () => {
    const broken = resourceRule({
      ...description,
      name: "broken",
      types: [boxType],
      checks: [
        // biome-ignore lint/correctness/useYield: it throws
        function* ({ props }) {
          throw new RangeError(`bad ${props["lid"]}`);
        },
      ],
    });
    assert.deepEqual(judge([box("a", { lid: "secret" })], {}, [broken]), [
      {
        rule: "broken",
        resource: "a",
        message:
          'Box "a": broken could not judge it (RangeError). That is a fault of the rule: report it.',
        advisory: true,
      },
    ]);
  });
});

describe("an exemption", () => {
  const stack = foreign("pulumi:pulumi:Stack", "roomcast-dev", {});
  const judged = [lids, ...projectRules];
  const judgeExempt = (exempt: object[], boxes = [box("a-1", {})]) =>
    judge([stack, ...boxes], { "box-has-lid": { exempt } }, judged)
      .filter(({ rule }) => rule !== "resource-types-are-allowed")
      .map(({ rule, resource, message }) => [rule, resource, message]);

  const reason = "Moves next month.";

  it("silences a rule about the resources that it covers", () => {
    assert.deepEqual(judgeExempt([{ resource: "a-*", reason, until: "2999-12-31" }]), []);
    const urn = "urn:pulumi:test::test::test:shop/box:Box::a-1";
    assert.deepEqual(judgeExempt([{ resource: urn, reason, until: "2999-12-31" }]), []);
  });

  it("covers no other resource, however alike the name", () => {
    const exempt = [{ resource: "a-1", reason, until: "2999-12-31" }];
    assert.deepEqual(judgeExempt(exempt, [box("a-1", {}), box("a-12", {}), box("ba-1", {})]), [
      ["box-has-lid", "a-12", 'Box "a-12": lid is not set. Set lid.'],
      ["box-has-lid", "ba-1", 'Box "ba-1": lid is not set. Set lid.'],
    ]);
  });

  it("has no effect after its last day, and is a violation itself", () => {
    assert.deepEqual(judgeExempt([{ resource: "a-*", reason, until: "2020-02-29" }]), [
      ["box-has-lid", "a-1", 'Box "a-1": lid is not set. Set lid.'],
      [
        "exemptions-are-current",
        "roomcast-dev",
        'Stack "roomcast-dev": the exemption of "a-*" from box-has-lid expired after 2020-02-29. Take it out of the configuration, or give a new reason and a new last day.',
      ],
    ]);
  });

  it("that exempts nothing is a violation", () => {
    const exempt = [{ resource: "z", reason, until: "2999-12-31" }];
    assert.deepEqual(judgeExempt(exempt, [box("a", { lid: "red" })]), [
      [
        "exemptions-are-current",
        "roomcast-dev",
        'Stack "roomcast-dev": the exemption of "z" from box-has-lid exempts nothing. Take it out of the configuration, or give a new reason and a new last day.',
      ],
    ]);
  });

  it("counts as used where another one covers the same", () => {
    const exempt = [
      { resource: "a-*", reason, until: "2999-12-31" },
      { resource: "a-1", reason, until: "2999-12-31" },
    ];
    assert.deepEqual(judgeExempt(exempt), []);
  });

  it("spares what it covers the word that it cannot be judged yet", () => {
    const exempt = [{ resource: "a", reason, until: "2999-12-31" }];
    assert.deepEqual(judgeExempt(exempt, [box("a", { lid: unknownValue })]), []);
  });

  it("of one stack is no fault of the next", () => {
    const unused = { "box-has-lid": { exempt: [{ resource: "z", reason, until: "2999-12-31" }] } };
    judge([box("a", { lid: "red" })], unused, [lids]);
    const elsewhere = {
      ...foreign("pulumi:pulumi:Stack", "roomcast-prod", {}),
      urn: "urn:pulumi:prod::test::pulumi:pulumi:Stack::roomcast-prod",
    };
    assert.deepEqual(judge([elsewhere], {}, projectRules), []);
  });

  it("may be of use later, while the rule cannot decide", () => {
    const exempt = [{ resource: "b", reason, until: "2999-12-31" }];
    assert.deepEqual(
      judgeExempt(exempt, [box("a", { lid: unknownValue })]).map(([rule]) => rule),
      ["box-has-lid"],
    );
  });
});
