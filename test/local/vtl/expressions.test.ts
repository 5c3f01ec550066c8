// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates have references in braces
import { fails, renders } from "./render-table.ts";

describe("template expressions", () => {
  describe("literals", () => {
    values([
      ["'a $context.stage #if'", "a $context.stage #if"],
      ['"a ${context.stage}!"', "a dev!"],
      ['"#if($context.yes)y#{else}n#end"', "y"],
      ['"$"', "$"],
      ["'it''s'", "it's"],
      ['"say ""hi"""', 'say "hi"'],
      ["'a\\n\\'", "a\\n\\"],
      ['"\\u0041"', "A"],
      ["-5", "-5"],
      ["123456789012345678901234567890", "123456789012345678901234567890"],
      ["1.50", "1.5"],
      ["5.0", "5.0"],
      ["1.5e10", "1.5E10"],
      ["0.0001", "1.0E-4"],
      ["true", "true"],
      ["[]", "[]"],
      ["['a', 1, true, [2.5]]", "[a, 1, true, [2.5]]"],
      ["[$nope]", "[null]"],
      ["[1..3]", "[1, 2, 3]"],
      ["[ 2 .. $input.path('$.list')[0] ]", "[2, 1]"],
      ["{}", "{}"],
      ["{'a': 1, \"b\": ['c'], 'd': {'e': $nope}}", "{a=1, b=[c], d={e=null}}"],
    ]);
  });

  describe("arithmetic", () => {
    values([
      ["7 / 2", "3"],
      ["-7 / 2", "-3"],
      ["-7 % 3", "-1"],
      ["7.0 / 2", "3.5"],
      ["1 + 2 * 3", "7"],
      ["(1 + 2) * 3", "9"],
      ["10 - 3 - 2", "5"],
      ["2147483647 + 1", "2147483648"],
      ["'a' + 1 + 2", "a12"],
      ["1 + 2 + 'a'", "3a"],
      ["'a' + $context.nope", "a$context.nope"],
    ]);
    renders([["#set($r = 1 + $nope)#set($s = 'a' - 'b')#set($t = 5 % 0)($r$s$t)", "()"]]);
  });

  describe("comparison and logic", () => {
    values([
      ["1 == 1.0", "true"],
      ["'1' == 1", "true"],
      ["'1.0' == 1", "false"],
      ["'a' == 'a'", "true"],
      ["true == 'true'", "true"],
      ["[1, 2] == [1, 2]", "true"],
      ["{'a': 1} == {'a': 2}", "false"],
      ["$nope == $nada", "true"],
      ["$nope == ''", "false"],
      ["$nope != ''", "true"],
      ["$nope != $nada", "false"],
      ["1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3", "true"],
      ["'a' < 'b' || 'b' > 'a'", "false"],
      ["$nope < 1 || $nope >= 1", "false"],
      ["1 lt 2 and 2 le 2 and 3 gt 2 and 3 ge 3", "true"],
      ["1 eq 2 or 1 ne 2", "true"],
      ["not true || !false", "true"],
      ["!$nope", "true"],
      ["false && false || true", "true"],
      ["true || false && false", "true"],
    ]);
  });

  describe('an undefined value compared through a string, `"$!x" == ""`', () => {
    renders([
      ['#if("$!context.authorizer.nope" == "")none#end', "none"],
      ['#if("$!context.authorizer.room" == "")none#{else}some#end', "some"],
      ['#if("$!context.empty" == "")none#end', "none"],
    ]);
  });

  describe("syntax that Velocity 1.7 does not have", () => {
    fails([
      ["#set($a = null)", /a value expected, found "n"/],
      ["#set($a = 5-1)", /`\)` of `#set` expected, found "-"/],
      ["#set($a = -$b)", /a value expected, found "-"/],
      ["#set($a = [1,])", /a value expected, found "\]"/],
      ["#set($a = [ ])", /a value expected, found "\]"/],
      ["#set($a = {'b'})", /`:` of a map entry expected/],
      ["#set($a = ['b'..2])", /an integer or reference in a range expected/],
      ["#set($a = 'b' 'c')", /`\)` of `#set` expected/],
      ["#set($a = andy)", /a value expected, found "a"/],
      ['#set($a = "b\\"c")', /`\)` of `#set` expected/],
      ['\n#set($a = "\n#if(")', /a value expected, found the end \(line 3/],
      ["$context.stage.concat('a' + 'b')", /`\)` of a method call expected/],
    ]);
  });
});

/** One test for each row: an expression, and the text of its value. */
function values(rows: readonly (readonly [string, string])[]): void {
  renders(rows.map(([expression, expected]) => [`#set($r = ${expression})$r`, expected]));
}
