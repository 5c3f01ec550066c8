import assert from "node:assert/strict";
import { renderTemplate, type TemplateVariables } from "../../../local/vtl/render.ts";
import { fails, renders, VARIABLES } from "./render-table.ts";

describe("API Gateway's template variables", () => {
  describe("$input.body is the message as it came", () => {
    renders([["$input.body", 'not { json & "x"']], withBody('not { json & "x"'));
    renders([["[$input.body]", "[]"]], withBody(""));
  });

  describe("$input.path gives a value", () => {
    renders([
      ["$input.path('$.id') $input.path('$.count') $input.path('$.ratio')", "m-1 3 1.5"],
      ["$input.path('$.nested.a')$input.path(\"$['nested']['a']\")", "11"],
      [
        "$input.path('$.nested').b[0].c $input.path('$.list[1]') $input.path('$.list[-3]')",
        "5 x 1",
      ],
      ["$input.path('$').nested.a $input.path('id')", "1 m-1"],
      ["[$input.path('$.list[9]')][$input.path('$.id.x')][$input.path('$.nope.x')]", "[][][]"],
      ["$input.path('$.id').length() $input.path('$.list').size()", "3 3"],
    ]);

    describe("whose lists print as JSON, and maps as Java's", () => {
      renders([
        ["$input.path('$.list') $input.path('$.nested')", '[1,"x",null] {a=1, b=[{"c":5}]}'],
      ]);
    });
  });

  describe("$input.json gives JSON", () => {
    renders([
      ["$input.json('$.id') $input.json('$.count') $input.json('$.flag')", '"m-1" 3 false'],
      ["$input.json('$.nested') $input.json('$.list')", '{"a":1,"b":[{"c":5}]} [1,"x",null]'],
      ["$input.json('$.nope') $input.json('$.nothing')", '"" ""'],
    ]);
    const exact = '{"b":1.0,"2":12345678901234567890,"1":"é\\n\\"","__proto__":{"x":[{}]}}';
    describe("with order, numbers and every key as they came", () => {
      renders([["$input.json('$')", exact]], withBody(exact));
      renders(
        [["$input.json('$')", '{"a":[1,{"b":null}]}']],
        withBody(' {"a" : [ 1, {"b":null} ]} '),
      );
    });
  });

  describe("a path on a body that is not JSON fails, and does not show the body", () => {
    const secret = withBody("secret");
    fails([["$input.path('$.id')", /^\$input.path: the body is not JSON/]], secret);
    fails(
      [
        [
          "$input.json('$')",
          /^\$input.json: the body is not JSON, or is nested too deeply \(line 1 of/,
        ],
      ],
      secret,
    );
    fails([["$input.path('$.id')", /the body is not JSON/]], withBody(""));
    fails(
      [["$input.path('$.id')", /nested too deeply/]],
      withBody("[".repeat(9999) + "]".repeat(9999)),
    );
  });

  describe("other JSONPath expressions", () => {
    fails([
      ["$input.path('$..id')", /the JSONPath "\$\.\.id" is not valid or not supported/],
      ["$input.path('$.list[*]')", /not supported/],
      ["$input.path('$.a[?(@.b)]')", /not supported/],
      ["$input.path($nope)", /takes a String, not null/],
    ]);
  });

  describe("$input.params", () => {
    const onConnect = {
      ...VARIABLES,
      params: { querystring: { room_id: "a" }, header: { Host: "h" } },
    };
    renders(
      [
        ["$input.params('room_id') $input.params('Host') [$input.params('toString')]", "a h []"],
        ["$input.params().querystring.room_id", "a"],
      ],
      onConnect,
    );
    renders([
      ["[$input.params('room_id')]$input.params()", "[]{path={}, querystring={}, header={}}"],
    ]);
  });

  describe("$context and $stageVariables", () => {
    renders([
      ["$context.connectionId $context.identity.sourceIp", "Zm9v= 127.0.0.1"],
      ["$context.requestTimeEpoch", "1700000000000"],
      ["$context.authorizer", "{room=lobby, user-hash=h}"],
      ["$stageVariables.get('level')", "high"],
    ]);
  });

  describe("$util", () => {
    renders([
      ["$util.urlEncode('a b&c=d+e/~é😀.-*_!')", "a+b%26c%3Dd%2Be%2F%7E%C3%A9%F0%9F%98%80.-*_%21"],
      ['$util.urlEncode("\\uD800x\\uDC00")', "%3Fx%3F"],
      ["$util.urlDecode('a+b%20%C3%A9%26')", "a b é&"],
      ["$util.base64Encode('é') $util.base64Decode('w6k=')", "w6k= é"],
      [
        '$util.escapeJavaScript("it\'s a ""/\\\n\té\u0001")',
        "it\\'s a \\\"\\/\\\\\\n\\t\\u00E9\\u0001",
      ],
      ['$util.escapeJavaScript("it\'s").replaceAll("\\\\\'","\'")', "it's"],
      ["$util.parseJson('{\"a\":[1,2]}').a[1]", "2"],
      ["$util.urlEncode($context.requestTimeEpoch)", "1700000000000"],
      ["[$util.urlEncode($nope)$util.escapeJavaScript($nope)$util.parseJson($nope)]", "[]"],
    ]);
    fails([
      ["$util.toJson($context)", /\$util has no method toJson with 1 arguments/],
      ["$util.qr('x')", /\$util has no method qr/],
      ["$util.parseJson('{')", /\$util.parseJson: the text is not JSON/],
      ["$util.urlDecode('%zz')", /`%` without two hexadecimal digits/],
      ["$util.base64Decode('!')", /\$util.base64Decode: the text is not base64/],
    ]);
  });

  it("gives each rendering variables of its own", () => {
    const variables = { ...VARIABLES, context: { list: [1] } };
    const template = "#if($context.list.add(2))#end$context.list";
    assert.equal(renderTemplate(template, variables), "[1, 2]");
    assert.equal(renderTemplate(template, variables), "[1, 2]");
  });
});

function withBody(body: string): TemplateVariables {
  return { ...VARIABLES, body };
}
