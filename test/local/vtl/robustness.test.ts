// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates have references in braces
import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "../../../local/vtl/parse.ts";
import { renderTemplate, TemplateError } from "../../../local/vtl/render.ts";
import { VARIABLES } from "./render-table.ts";

const PIECES = [
  ..."$#\\!{}()[]<>=+-*/%&|.,:;'\"@_ \t\n\r",
  ...[
    "a",
    "1",
    "1.5",
    "..",
    "$a",
    "${a}",
    "$!{a.b}",
    "$a.b('x')",
    "$a[0]",
    "##",
    "#*",
    "*#",
    "#[[",
    "]]#",
  ],
  ...[
    "#set($a = ",
    "#if(",
    "#elseif(",
    "#else",
    "#{else}",
    "#end",
    "#foreach($x in ",
    "#break",
    "#stop",
  ],
  ...[
    "#foo(",
    "$input.path('$.list')",
    "$context",
    "$util.urlEncode(",
    " in ",
    "true",
    "not ",
    "\\u0041",
  ],
];
const templates = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join("")),
);

describe("any template", () => {
  it("renders, or fails with a TemplateError", () => {
    fc.assert(
      fc.property(templates, (template) => {
        try {
          assert.equal(typeof renderTemplate(template, VARIABLES), "string");
        } catch (error) {
          assert.ok(error instanceof TemplateError, String(error));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("without `$`, `#` and `\\` renders as itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const plain = text.replace(/[$#\\]/g, "");
        assert.equal(renderTemplate(plain, VARIABLES), plain);
      }),
    );
  });

  for (const piece of ["#if(true)", "(", "!", "[", "{'a':", "$a.b(", "$a[$a", '"$a.b("']) {
    it(`that nests ${JSON.stringify(piece)} without end is refused`, () => {
      const prefix = /^[#$]/.test(piece) ? "" : "#set($a = ";
      assert.throws(() => parse(prefix + piece.repeat(20_000)), TemplateError);
    });
  }

  it("of 300 KB is read in time proportional to its size", () => {
    const units = ["$context.stage ", "#if(true)x#end\n", "'\"", "\\\\", "$ # "];
    for (const unit of units) {
      const template = `${unit.repeat(300_000 / unit.length)}.`;
      assert.equal(typeof renderTemplate(template, VARIABLES), "string");
    }
  }).timeout(5000);
});

describe("any message", () => {
  it("is the same after $util.urlEncode and a form parser", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (body) => {
        const form = renderTemplate("a=$util.urlEncode($input.body)&b=1", { ...VARIABLES, body });
        assert.deepEqual(
          [...new URLSearchParams(form)],
          [
            ["a", body],
            ["b", "1"],
          ],
        );
        assert.equal(
          renderTemplate("$util.urlDecode($util.urlEncode($input.body))", { ...VARIABLES, body }),
          body,
        );
      }),
    );
  });

  it("of JSON is the same through $input.json", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(value !== null);
        const body = JSON.stringify(value);
        const rendered = renderTemplate("$input.json('$')", { ...VARIABLES, body });
        // Not the value itself: JSON has no -0.
        assert.deepEqual(JSON.parse(rendered), JSON.parse(body));
      }),
    );
  });

  it("matches a pattern as in JavaScript where the two agree", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (body) => {
        const template = `#if($input.body.matches("[A-Za-z0-9_-]{1,64}"))y#{else}n#end`;
        const expected = /^[A-Za-z0-9_-]{1,64}$/.test(body) ? "y" : "n";
        assert.equal(renderTemplate(template, { ...VARIABLES, body }), expected);
      }),
    );
  });
});
