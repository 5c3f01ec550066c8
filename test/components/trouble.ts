import fc from "fast-check";
import type { Identity } from "../../handlers/lib/connection-context.ts";

/** What a form, a template, JSON, an XML parser or a terminal makes something of. */
const meaningful = [
  ...["&", "=", "+", "%", ";", "?", "/", "#", " ", "'", '"', "\\", "$", "*", "~", "-", "_", "."],
  ...["&MessageGroupId=other", "&Action=DeleteQueue", "&MessageAttribute.7.Name=kind", "&&", "&=&"],
  ...["%26MessageGroupId%3Dother", "%26", "%2526", "%2", "%zz", "%00", "%C3%28", "+%2B+"],
  ...["#set($id = 'x')", "#end", "#if(true)", "#{else}", "#stop", "##", "#*", "*#", "#[[", "]]#"],
  ...["$input.body", "$input.json('$.id')", "$input.path('$.id')", "$context.authorizer.user"],
  ...["$util.urlDecode('%26')", "$id", "$!id", "${", "}", "$!{", "\\$", "\\\\$x", "$context."],
  ...["\0", "\x07", "\x1b[31m", "\x7f", "\u0085", "\t", "\n", "\r\n", "\u2028", "\ufeff", "\ufffe"],
  ...["\uffff", "\ud800", "\udc00", "👩‍👩‍👧", "ž", "日本", "e\u0301", "\u202e", "\u{10ffff}"],
];

const part = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...meaningful) },
  { weight: 1, arbitrary: fc.string({ unit: "binary-ascii", maxLength: 5 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
);

/** Any JavaScript string; halves of surrogate pairs too, which neither UTF-8 nor a token can carry. */
export const anyText = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(""));

function long(part: string): string {
  return part
    .padEnd(1, "x")
    .repeat(20_000 / Math.max(part.length, 1))
    .toWellFormed();
}

/** Any text that comes over the wire, now and then a long one. */
const text = fc.oneof(
  { weight: 5000, arbitrary: anyText.map((any) => any.toWellFormed()) },
  {
    weight: 1,
    arbitrary: anyText.map(long),
  },
);

const idCharacters = [..."ABCXYZabcxyz0189_-"];
const id = fc.string({ unit: fc.constantFrom(...idCharacters), minLength: 1, maxLength: 66 });

/** Deeper than JSON may nest that a template reads. */
export const tooDeep = `${"[".repeat(500)}${"]".repeat(500)}`;

/** JSON as somebody may write it, by hand. */
const jsonValue = fc.oneof(
  { weight: 300, arbitrary: id.map((value) => `"${value}"`) },
  { weight: 300, arbitrary: text.map((value) => JSON.stringify(value)) },
  {
    weight: 300,
    arbitrary: fc.constantFrom(
      ...["0", "1", "-0", "1.50", "1e400", "12345678901234567890", "true", "false", "null"],
      ...["[]", "{}", '["a"]', '{"id":"a"}', '{"a":{"id":"b"}}', '[{"id":"a"},"b"]', "[[[[]]]]"],
      ...['""', '"\\u0061"', '"a\\u0026b"', '"\\ud800"', '"\\udc00\\ud800"', '"\\""', '"a\\n"'],
      ...['"\\/"', '"\\u0000"', '"\\\\"', '"a\\u0022"', '{"id" : 1 , "id" : "a"}'],
    ),
  },
  { weight: 1, arbitrary: fc.constant(tooDeep) },
);

const key = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      ...['"id"', '"id"', '"id"', '"data"', '"\\u0069d"', '"ID"', '"action"', '"__proto__"'],
      ...['"$.id"', '"id.id"', '"id&MessageGroupId=other"', '"constructor"', '"\\u0061ction"'],
    ),
  },
  { weight: 1, arbitrary: text.map((value) => JSON.stringify(value)) },
);

const space = fc.constantFrom("", "", "", " ", "\n", "\r\n\t ");
const action = '"action":"message"';

/** An object of JSON text that says `message`, unless a later key takes that back. */
const jsonFrame = fc
  .tuple(space, fc.array(fc.tuple(key, space, jsonValue), { maxLength: 4 }), fc.nat(4))
  .map(([gap, pairs, place]) => {
    const members = pairs.map(([name, between, value]) => `${name}${between}:${between}${value}`);
    members.splice(place, 0, action);
    return `${gap}{${gap}${members.join(`${gap},`)}}${gap}`;
  });

/** What a client may send. */
export const anyFrame = fc.oneof(
  { weight: 6, arbitrary: jsonFrame },
  { weight: 3, arbitrary: text },
  { weight: 1, arbitrary: jsonValue },
);

const room = fc.oneof(
  fc.constantFrom("lobby", "a.b:c-d_e", "A".repeat(100), "."),
  anyText.map((any) => any.toWellFormed()),
);

/** Who may hold a connection; rooms of any name, although the authorizer admits plain ones only. */
export const anyIdentity: fc.Arbitrary<Identity> = fc.record({
  room,
  user: anyText.map((any) => any.toWellFormed()),
  rights: fc.record({
    subscribe: fc.boolean(),
    publish: fc.integer({ min: 0, max: 7 }).map((one) => one > 0),
  }),
  expiresAt: fc.oneof(fc.nat(), fc.constantFrom(1_767_229_200.5, 1e21, 1.5e300)),
});

/** As API Gateway's ids look: base64 in either alphabet, with its `=`. */
export const anyId = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...idCharacters, "+", "/"), minLength: 8, maxLength: 22 }),
    fc.constantFrom("=", "==", ""),
  )
  .map((parts) => parts.join(""));
