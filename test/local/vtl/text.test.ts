// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates have references in braces
import { fails, renders } from "./render-table.ts";

describe("template text", () => {
  describe("passes through what is no reference or directive", () => {
    renders([
      ["", ""],
      ["a=b&c=d%20e?x", "a=b&c=d%20e?x"],
      ["$5, $ 5, ($), $(x), $-", "$5, $ 5, ($), $(x), $-"],
      ["#1, # , #( #- {#}", "#1, # , #( #- {#}"],
      ["${ a } ${", "${ a } ${"],
      ["#foo #foo(1) #foo($context.stage)", "#foo #foo(1) #foo($context.stage)"],
      ["#ifx #elsex #endx #set x", "#ifx #elsex #endx #set x"],
      ["\\ \\\\ \\x \\#foo", "\\ \\\\ \\x \\#foo"],
      ['{"a":[1,"b"]}\n', '{"a":[1,"b"]}\n'],
    ]);
  });

  describe("references", () => {
    renders([
      ["$context.stage", "dev"],
      ["${context.stage}x", "devx"],
      ["$!context.stage/$!{context.stage}", "dev/dev"],
      ["$context.authorizer.room.", "lobby."],
      ["$context.stage.5 $context.stage (x)", "dev.5 dev (x)"],
      ["$$context.stage #$context.stage", "$dev #dev"],
      ['{"a":$context.requestTimeEpoch}', '{"a":1700000000000}'],
      ["$context['stage'] ${context[\"stage\"]}", "dev dev"],
      ["$input.path('$.list')[0]$input.path('$.list')[-2]", "1x"],
      ["$context.authorizer['user-hash']", "h"],
      ["$stageVariables.level", "high"],
    ]);
  });

  describe("a hyphen belongs to the name, as in Velocity", () => {
    renders([
      ["$context.authorizer.user-hash", "h"],
      ["r-$context.stage-$context.stage", "r-dev"],
      ["r-${context.stage}-$context.stage", "r-dev-dev"],
    ]);
  });

  describe("what is undefined renders empty", () => {
    renders([
      ["[$nope][$!nope][${nope.a.b}][$nope.call('x').more]", "[][][][]"],
      ["[$context.nope][$context.authorizer.nope][$context.nope.nope]", "[][][]"],
      ["[$stageVariables.nope][$input.nope][$input.path('$.nothing')]", "[][][]"],
      ["[$context.stage[0]][$nope[0]]", "[][]"],
    ]);
  });

  describe("no JavaScript or Java internals can be reached", () => {
    renders([
      ["[$context.constructor][$context.prototype][$context.toString]", "[][][]"],
      ["[$context.class][$input.class][$util.class][$context.stage.class]", "[][][][]"],
      ["[$context.stage.length][$input.prototype][$constructor]", "[][][]"],
      ["[$input.path('$.constructor')][$context['__proto__']]", "[][]"],
    ]);
  });

  describe("escapes", () => {
    renders([
      ["\\$context.stage \\$!{context.stage}", "$context.stage $!{context.stage}"],
      ["\\$nope", "\\$nope"],
      ["\\\\$context.stage \\\\\\$context.stage", "\\dev \\$context.stage"],
      ["\\#if(true) \\#end \\#{else}", "#if(true) #end #{else}"],
      ["\\\\#if(true)x#end", "\\x"],
      ["#[[$context.stage #if( ## *#]]#.", "$context.stage #if( ## *#."],
    ]);
  });

  describe("comments", () => {
    renders([
      ["a ## b $x #if\nc", "a c"],
      ["a##", "a"],
      ["a#* b\n#if *#c#** d *#e", "ace"],
      ["a#* never closed", "a"],
    ]);
  });

  describe("white space", () => {
    renders([
      ["#set($a = 1)\nx", "x"],
      ["#set($a = 1) \t\r\n  #set($b = 2)\n$a$b", "12"],
      ["x  #set($a = 1)y", "x  y"],
      ["$context.stage  #set($a = 1)y", "devy"],
      ["#set($a = 1)\n\nx", "\nx"],
      ["#if(true)\n  a\n#else\n  b\n#end\nc", "  a\nc"],
      ["#if(false)\n  a\n#else\n  b\n#end\nc", "  b\nc"],
      ["  #if(true) a #end b", "   a  b"],
      ["#foreach($x in [1,2])\n$x\n#end\n.", "1\n2\n."],
    ]);
  });

  describe("refuses what Velocity cannot parse, or would silently lose", () => {
    fails([
      ["$", /something after `\$` expected, found the end \(line 1/],
      ["a\n#", /something after `#` expected, found the end \(line 2/],
      ["${context.stage", /`\}` of `\$\{` expected/],
      ["$context.list[a]", /a value expected, found "a"/],
      ["$context.list[0", /`\]` of an index expected/],
      ["$context.stage.trim(", /a value expected, found the end/],
      ["$context.stage.trim( )", /a value expected, found "\)"/],
      ["$context.stage.concat('a)", /a value expected, found "'"/],
      ["#[[ never closed", /`\]\]#` of a literal block expected/],
      ["$context.stage{a}", /braces around the reference/],
      ["$context.stage## a comment", /braces around the reference/],
      ["$#if(true)a#end", /other text after `\$` expected/],
      ["a #foo(|)", /a value expected, found "\|"/],
    ]);
  });
});
