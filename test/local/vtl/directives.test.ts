// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates have references in braces
import { fails, renders } from "./render-table.ts";

describe("template directives", () => {
  describe("#set", () => {
    renders([
      ["#set($a = 'x')$a", "x"],
      ["#set( $a='x' )#{set}($b = $a)$b", "x"],
      ["#set($a = 1)#set($a = $nope)$a", "1"],
      ["#set($a = 1)#set($a = $context.authorizer.nope)$a", "1"],
      ["#set($a = 1 / 0)[$a]", "[]"],
      ["#set($m = {})#set($m.a = 1)#set($m['b'] = 2)$m", "{a=1, b=2}"],
      ["#set($l = [1, 2])#set($l[0] = 'x')#set($l[-1] = 'y')$l", "[x, y]"],
      ["#set($nope.a = 1)#set($context.stage.a = 1)$context.stage", "dev"],
      ["#set($context.stage = 'changed')$context.stage", "changed"],
      ["$context.stage", "dev"],
    ]);
    fails([
      ["#set($a)", /`=` of `#set` expected/],
      ["#set(a = 1)", /a reference expected, found "a"/],
      ["#set($a == 1)", /`=` of `#set` expected/],
      ["#set($a.b() = 1)", /a variable or property to set expected/],
      ["#set($l = [1])#set($l[5] = 1)", /index 5 is out of range for a List of size 1/],
    ]);
  });

  describe("#if", () => {
    renders([
      ["#if($context.yes)a#{else}b#end", "a"],
      ["#if($context.no)a#{else}b#{end}c", "bc"],
      ["#if ( $context.no )a#elseif($context.yes)b#else c#end", "b"],
      ["#{if}(false)a#{elseif}(false)b#elseif(true)c#end", "c"],
      ["#if($nope)a#end.", "."],
      ["#if(true)#if(false)a#{else}b#end#end", "b"],
      ["x=1#if($context.stage == 'dev')&y=2#end&z=3", "x=1&y=2&z=3"],
    ]);

    describe("holds for a reference that is not null or false, even an empty string or 0", () => {
      renders([
        ["#if($context.empty)y#{else}n#end", "y"],
        ["#set($z = 0)#if($z)y#{else}n#end", "y"],
        ["#if($input.path('$.list'))y#{else}n#end", "y"],
        ["#if($input.path('$.flag'))y#{else}n#end", "n"],
        ["#if($input.path('$.nothing'))y#{else}n#end", "n"],
      ]);
    });

    describe("does not hold for what is no reference, comparison or boolean", () => {
      renders([
        ["#if('x')y#{else}n#end", "n"],
        ['#if("$context.stage")y#{else}n#end', "n"],
        ["#if(1)y#{else}n#end", "n"],
        ["#if(1 + 1)y#{else}n#end", "n"],
        ["#if([1])y#{else}n#end", "n"],
        ["#if(!'x')y#{else}n#end", "y"],
      ]);
    });

    fails([
      ["#if", /`\(` of `#if` expected/],
      ["#if(true)a", /`#end` expected, found the end/],
      ["#if(true", /`\)` of `#if` expected/],
      ["#if()a#end", /a value expected, found "\)"/],
      ["#end", /`#end` has no/],
      ["#else", /`#else` has no/],
      ["#if(true)a#else b#else c#end", /`#else` has no/],
      ["a\nb\n#elseif(true)", /`#elseif` has no .*line 3/],
    ]);
  });

  describe("#foreach", () => {
    renders([
      ["#foreach($x in ['a', 'b'])$x;#end", "a;b;"],
      ["#foreach( $x in [3..1] )$x#end", "321"],
      ["#foreach($x in {'a': 1, 'b': 2})$x#end", "12"],
      ["#foreach($x in $input.path('$.list'))[$x]#end", "[1][x][]"],
      ["#foreach($k in $context.authorizer.keySet())$k #end", "room user-hash "],
      ["#foreach($e in $stageVariables.entrySet())$e.key=$e.value $e#end", "level=high level=high"],
      ["#foreach($x in $nope)a#end#foreach($x in 'ab')b#end#foreach($x in [])c#end.", "."],
      [
        "#foreach($x in ['a','b'])$foreach.index$foreach.count$velocityCount$x#if($foreach.hasNext),#end#end",
        "011a,122b",
      ],
      ["#foreach($x in [1,2])#if($foreach.first)<#end$x#if($foreach.last)>#end#end", "<12>"],
      [
        "#foreach($x in [1,2])#foreach($y in [1,2])$x$y$foreach.count #end$foreach.count;#end",
        "111 122 1;211 222 2;",
      ],
      ["#set($x = 'o')#foreach($x in [1])$x#end${x}[$foreach.count]", "1o[]"],
      ["#foreach($x in [1..9])#if($x == 3)#break#end$x#end.", "12."],
      ["#foreach($x in [1..9])$x#if($x == 3)#stop#end#end.", "123"],
    ]);
    fails([
      ["#foreach", /`\(` of `#foreach`/],
      ["#foreach($x of [1])a#end", /`in` of `#foreach`/],
      ["#foreach($x in )a#end", /a value expected, found "\)"/],
      ["#foreach($x in [1])a", /`#end` expected, found the end/],
      ["#foreach($x in [1..1000000])a#end", /more than 100000 numbers/],
    ]);
  });

  describe("#stop and #break outside a loop end the template", () => {
    renders([
      ["a#stop b", "a"],
      ["a#break b", "a"],
    ]);
  });

  describe("directives that are not supported", () => {
    fails([
      ["#define($x)a#end", /`#define` is not supported/],
      ["#macro(m)a#end", /`#macro` is not supported/],
      ["#parse('x')", /`#parse` is not supported/],
      ["#include('x')", /`#include` is not supported/],
      ["#evaluate('x')", /`#evaluate` is not supported/],
      ["#@m()a#end", /`#@m` is not supported/],
    ]);
  });
});
