// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a Java replacement names groups in braces
import { fails, renders } from "./render-table.ts";

describe("methods in templates", () => {
  describe("of a String", () => {
    on("'Hello World'", [
      ["length()", "11"],
      ["isEmpty()", "false"],
      ["empty", "false"],
      ["substring(6)", "World"],
      ["substring(2, 5)", "llo"],
      ["indexOf('o')", "4"],
      ["indexOf('o', 5)", "7"],
      ["indexOf('z')", "-1"],
      ["lastIndexOf('o')", "7"],
      ["contains('lo W')", "true"],
      ["startsWith('Hell')", "true"],
      ["endsWith('Hell')", "false"],
      ["equals('Hello World')", "true"],
      ["equals(1)", "false"],
      ["equals($nope)", "false"],
      ["equalsIgnoreCase('hello WORLD')", "true"],
      ["toLowerCase()", "hello world"],
      ["toUpperCase()", "HELLO WORLD"],
      ["concat('!')", "Hello World!"],
      ["charAt(4)", "o"],
      ["toString()", "Hello World"],
      ["hashCode()", "-862545276"],
      ["replace('o', '$0\\')", "Hell$0\\ W$0\\rld"],
      ["replace('l', '').length()", "8"],
    ]);
    on('"  a\t\n"', [["trim()", "a"]]);
    fails([
      ["$context.stage.substring(9)", /String.substring: index 9 is out of range/],
      ["$context.stage.substring(2, 1)", /String.substring: index 2 is out of range/],
      ["$context.stage.charAt(3)", /String.charAt: index 3 is out of range/],
      ["$context.stage.contains($nope)", /String.contains: takes a String, not null/],
      ["$context.stage.concat(1)", /String.concat: takes a String, not Integer/],
      ["a\n$context.stage.strip()", /String has no method strip with 0 arguments \(line 2/],
      ["$context.stage.length(1)", /String has no method length with 1 arguments/],
      ["$context.stage.constructor('x')", /String has no method constructor/],
    ]);
  });

  describe("of a String, with a Java pattern", () => {
    on("'Hello World'", [
      ["matches('Hello')", "false"],
      ["matches('Hello.*')", "true"],
      ["matches('[A-Z a-z]{11}')", "true"],
      ["replaceAll('[lo]', '<$0>')", "He<l><l><o> W<o>r<l>d"],
      ["replaceAll('(l)(l)', '$2$1$10')", "Helll0o World"],
      ["replaceAll('(?<vowel>[eo])', '[${vowel}]')", "H[e]ll[o] W[o]rld"],
      ["replaceAll('o', '\\$')", "Hell$ W$rld"],
      ["replaceAll('x*', '-')", "-H-e-l-l-o- -W-o-r-l-d-"],
      ["replaceAll('$', '!')", "Hello World!"],
      ["replaceFirst('o', '0')", "Hell0 World"],
      ["split('o')", "[Hell,  W, rld]"],
      ["split('l')", "[He, , o Wor, d]"],
      ["split('d').size()", "1"],
      ["split('')[0]", "H"],
      ["split('o', 2)", "[Hell,  World]"],
      ["split('d', -1).size()", "2"],
      ["split('zz')[0]", "Hello World"],
    ]);
    on('"a\u2028b\u00a0c"', [
      ["replaceAll('.', 'x')", "x\u2028xxx"],
      ["replaceAll('\\s', 'x')", "a\u2028b\u00a0c"],
    ]);
    on('"a\nb\n"', [
      ["replaceAll('b$', 'x')", "a\nx\n"],
      ["matches('a.b.')", "false"],
    ]);
    fails([
      ["$context.stage.matches('[')", /the pattern "\[" is not valid/],
      ["$context.stage.matches('a++')", /a possessive quantifier, not supported here/],
      ["$context.stage.matches('(?i)a')", /inline flags or an atomic group/],
      ["$context.stage.matches('(?>a)')", /inline flags or an atomic group/],
      ["$context.stage.matches('[a&&b]')", /a class intersection/],
      ["$context.stage.matches('[a[b]]')", /a class in a class/],
      ["$context.stage.matches('\\p{Alpha}')", /`\\p`, not supported here/],
      ["$context.stage.replaceAll('d', '$1')", /the pattern has no group 1/],
      ["$context.stage.replaceAll('d', '\\')", /the replacement has an illegal `\\`/],
    ]);
  });

  describe("of a number", () => {
    on("5", [
      ["toString().length()", "1"],
      ["intValue()", "5"],
      ["equals(5)", "true"],
      ["equals(5.0)", "false"],
    ]);
    on("-1.9", [["intValue()", "-1"]]);
    fails([["$input.path('$.count').matches('3')", /Integer has no method matches/]]);
  });

  describe("of a List", () => {
    on("[1, 2, 'b']", [
      ["size()", "3"],
      ["get(0)", "1"],
      ["contains(2)", "true"],
      ["contains('2')", "false"],
      ["isEmpty()", "false"],
      ["toString()", "[1, 2, b]"],
      ["equals([1, 2, 'b'])", "true"],
    ]);
    afterwards("[1, 2, 'b']", [
      ["add(4)", "true [1, 2, b, 4]"],
      ["set(0, 'z')", "1 [z, 2, b]"],
      ["remove(0)", "1 [2, b]"],
      ["remove('b')", "true [1, 2]"],
      ["remove('nope')", "false [1, 2, b]"],
    ]);
    fails([["#set($l = [1])$l.get(1)", /List.get: index 1 is out of range for a List of size 1/]]);
  });

  describe("of a Map", () => {
    on("{'a': 1, 'b': 'x'}", [
      ["get('a')", "1"],
      ["b", "x"],
      ["containsKey('a')", "true"],
      ["containsKey('z')", "false"],
      ["keySet()", "[a, b]"],
      ["values()", "[1, x]"],
      ["entrySet()", "[a=1, b=x]"],
      ["size()", "2"],
      ["isEmpty()", "false"],
    ]);
    afterwards("{'a': 1}", [
      ["put('b', 2)", " {a=1, b=2}"],
      ["put('a', 2)", "1 {a=2}"],
      ["remove('a')", "1 {}"],
      ["remove('z')", " {a=1}"],
    ]);
  });

  describe("a list that holds itself is refused, not followed for ever", () => {
    fails([["#set($l = [1])#if($l.add($l))#end$l", /Too large to render/]]);
  });
});

function on(value: string, rows: readonly (readonly [string, string])[]): void {
  renders(rows.map(([member, expected]) => [`#set($v = ${value})$v.${member}`, expected]));
}

/** What the call gives, a space, and the value as it is then. */
function afterwards(value: string, rows: readonly (readonly [string, string])[]): void {
  renders(rows.map(([call, expected]) => [`#set($v = ${value})$v.${call} $v`, expected]));
}
