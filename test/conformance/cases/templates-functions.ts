import assert from "node:assert/strict";
import type { Case, Source } from "../case.ts";
import { assertErrorFrame, renderer } from "../frames.ts";
import { assumed, observed, pages } from "../sources.ts";
import type { FixtureTarget } from "../target.ts";

const velocity: Source = {
  name: "Velocity Template Language reference, to which the API Gateway Developer Guide refers",
  url: "https://velocity.apache.org/engine/devel/vtl-reference-guide.html",
};
/** API Gateway does not say which Velocity it runs, nor what it adds to it. */
const sameVelocity = assumed("API Gateway renders as Velocity 1.7");

/** `$util`, and what Velocity makes of a template. */
export const cases: Case[] = [
  {
    id: "escape-java-script",
    area: "templates",
    title:
      "$util.escapeJavaScript escapes quotes, backslashes and control characters, and also the apostrophe, which is no JSON.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      await rendersAs(target, "escapeJavaScript", [
        ["it's", "it\\'s"],
        ['say "x"', 'say \\"x\\"'],
        ["a\\b", "a\\\\b"],
        ["a\nb\tc\rd", "a\\nb\\tc\\rd"],
      ]);
    },
  },
  {
    id: "escape-java-script-of-other-characters",
    area: "templates",
    title:
      "$util.escapeJavaScript escapes the slash, and writes other than ASCII as \\u and four capital digits.",
    sources: [assumed("as escapeJavaScript of Commons Lang 2")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      await rendersAs(target, "escapeJavaScript", [
        ["a/b", "a\\/b"],
        ["é", "\\u00E9"],
        ["😀", "\\uD83D\\uDE00"],
        ["\u0001", "\\u0001"],
      ]);
    },
  },
  {
    id: "escaped-apostrophe-put-right",
    area: "templates",
    title:
      'With .replaceAll("\\\\\'","\'") after it, what escapeJavaScript returns is the inside of a JSON text.',
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const render = await renderer(target, "escapeForJson");
      for (const value of [
        "it's",
        "''",
        "\\'",
        "\\\\'",
        "all of \"\\/\n\t' é 😀",
        "</script>",
        '","injected":"',
      ]) {
        assert.equal(JSON.parse(`"${await render(value)}"`), value);
      }
    },
  },
  {
    id: "url-encode",
    area: "templates",
    title:
      "$util.urlEncode makes application/x-www-form-urlencoded of a text: a space is a plus, other than ASCII is UTF-8.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      await rendersAs(target, "urlEncode", [
        ["AZaz09", "AZaz09"],
        ["a b&c=d", "a+b%26c%3Dd"],
        ["100% + 1", "100%25+%2B+1"],
        ["é 日 😀", "%C3%A9+%E6%97%A5+%F0%9F%98%80"],
      ]);
    },
  },
  {
    id: "url-encode-of-signs",
    area: "templates",
    title: "$util.urlEncode keeps . - _ and *, and encodes all other signs.",
    sources: [assumed("as java.net.URLEncoder")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      await rendersAs(target, "urlEncode", [
        [".-_*", ".-_*"],
        ["~!'()\n", "%7E%21%27%28%29%0A"],
      ]);
    },
  },
  {
    id: "url-decode",
    area: "templates",
    title: "$util.urlDecode is the way back.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      await rendersAs(target, "urlDecode", [
        ["a+b%26c%3Dd", "a b&c=d"],
        ["%C3%A9+%F0%9F%98%80", "é 😀"],
        ["%2B%25", "+%"],
        ["a%20b", "a b"],
      ]);
    },
  },
  {
    id: "base64",
    area: "templates",
    title: "$util.base64Encode and base64Decode turn UTF-8 text into base64 and back.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const pairs: [text: string, encoded: string][] = [
        ["a", "YQ=="],
        ["hello?>", "aGVsbG8/Pg=="],
        ["é😀", "w6nwn5iA"],
      ];
      await rendersAs(target, "base64Encode", pairs);
      await rendersAs(
        target,
        "base64Decode",
        pairs.map(([text, encoded]) => [encoded, text]),
      );
    },
  },
  {
    id: "parse-json",
    area: "templates",
    title: "$util.parseJson makes an object of a text, whose properties can be read.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      await rendersAs(target, "parseJson", [
        ['{"a":"b"}', "b"],
        [' { "b" : 1, "a" : "c d" } ', "c d"],
      ]);
      // The guide's own example.
      const inside = '{"key1":"var1","key2":{"arr":[1,2,3]}}';
      await rendersAs(target, "parseJsonInside", [[inside, "1"]]);
    },
  },
  {
    id: "java-methods-of-a-text",
    area: "templates",
    title: "A text in a template has the methods of Java's String.",
    sources: [observed("Solutions Constructs and other templates call replaceAll and others")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      await rendersAs(target, "method", [
        ["abc", "ABC|3|bc|true"],
        ["a-b-c", "A-B-C|5|-b|false"],
      ]);
    },
  },
  {
    id: "what-does-not-exist-cannot-be-called",
    area: "templates",
    title:
      "A method that a text does not have, and a function that $util does not have, are errors.",
    sources: [assumed("Velocity alone would print the call as it stands")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      for (const template of ["unknownMethod", "unknownFunction"]) {
        const frame = await client.ask({ action: "render", template, value: "text" });
        assertErrorFrame(frame, "Internal server error");
      }
    },
  },
  {
    id: "directives",
    area: "templates",
    title: "#set, #if, #else and #foreach work, with $foreach.hasNext.",
    sources: [velocity],
    where: "anywhere",
    stack: "fixture",
    run: (target) => replies(target, [["directives", "1,2,3"]]),
  },
  {
    id: "quotes-of-velocity",
    area: "templates",
    title: "In single quotes a reference is text, in double quotes its value.",
    sources: [velocity],
    where: "anywhere",
    stack: "fixture",
    run: (target) => replies(target, [["quotes", "$context.stage|main"]]),
  },
  {
    id: "literal-signs",
    area: "templates",
    title: "A dollar or a hash that begins neither a reference nor a directive is text.",
    sources: [velocity],
    where: "anywhere",
    stack: "fixture",
    run: (target) => replies(target, [["literals", "$5 and 100% of #1 at $ 3"]]),
  },
  {
    id: "hyphen-in-a-name",
    area: "templates",
    title:
      "A hyphen is part of a name, so that $context.stage-x is another variable; braces end a name before it.",
    sources: [velocity, sameVelocity],
    where: "unconfirmed",
    stack: "fixture",
    run: (target) => replies(target, [["braces", "main-x|"]]),
  },
  {
    id: "set-with-nothing",
    area: "templates",
    title: "#set with what is not there leaves the variable as it was.",
    sources: [velocity, sameVelocity],
    where: "unconfirmed",
    stack: "fixture",
    run: (target) => replies(target, [["nothingSet", "kept"]]),
  },
  {
    id: "what-holds",
    area: "templates",
    title: "#if holds for an empty text and for 0, not for false nor for what is not there.",
    sources: [velocity, sameVelocity],
    where: "unconfirmed",
    stack: "fixture",
    run: (target) => replies(target, [["truth", "text|zero"]]),
  },
  {
    id: "whole-numbers-divide-whole",
    area: "templates",
    title: "Whole numbers divide into a whole number.",
    sources: [velocity, sameVelocity],
    where: "unconfirmed",
    stack: "fixture",
    run: (target) => replies(target, [["whole", "3"]]),
  },
];

/** Renders request templates for texts. */
async function rendersAs(
  target: FixtureTarget,
  template: string,
  pairs: [value: string, expected: string][],
): Promise<void> {
  const render = await renderer(target, template);
  for (const [value, expected] of pairs) assert.equal(await render(value), expected);
}

/** Renders response templates. */
async function replies(
  target: FixtureTarget,
  pairs: [template: string, expected: string][],
): Promise<void> {
  const client = await target.open();
  for (const [template, expected] of pairs) {
    client.send({ action: "reply", template });
    assert.equal(await client.next(), expected);
  }
}
