import assert from "node:assert/strict";
import { htmlToText, wikitextToText } from "../../lib/collect/mod.ts";

const text = (wikitext: string, options = {}) => wikitextToText(wikitext, options).text;

const rows: [name: string, wikitext: string, text: string][] = [
  [
    "headings and paragraphs",
    "One\nline.\n\nTwo.\n==A ''b''==\nC\n===D===\nE",
    "One line.\n\nTwo.\n\nA b\n\nC\n\nD\n\nE",
  ],
  ["no heading without text below it", "A\n==B==\n===C===\n{{Reflist}}\n==D==\nE", "A\n\nD\n\nE"],
  ["no sections of notes and links", "A\n== References ==\n* B\n=== Own ===\nC\n== D ==\nE", "A\n\nD\n\nE"],
  [
    "nested lists",
    "# a\n#* b\n#* c\n# d\n#: e\n\n# f\n; term : meaning\n: more",
    "1. a\n  - b\n  - c\n2. d\n  e\n\n1. f\n\nterm\nmeaning\nmore",
  ],
  ["lists in HTML", "A\n<ol><li>b<ul><li>c</li></ul></li><li>d</ol>", "A\n\n1. b\n  - c\n2. d"],
  ["bold and italic", "'''B''' ''i'' '''''bi''''' l'''amour'' d''''x'''", "B i bi l'amour d'x"],
  ["apostrophes that are text", "the '60s, ''l'''amour", "the '60s, l'amour"],
  [
    "links",
    "[[cat]]s, [[dog (animal)|dogs]], [[a_b]], [[:Category:C|d]], [http://x.org a b], [//y.org] [[fr:Chat]]http://z.org [[s:e|f]]",
    "cats, dogs, a b, d, a b, http://z.org f",
  ],
  [
    "pictures and categories",
    "A [[File:x.jpg|thumb|of [[b]] {{c}}]]d\n[[Category:E|f]]\n[[Datei:g.png]]\nh",
    "A d h",
  ],
  ["notes", 'A<ref name=x>b {{cite web|title=c}}</ref> d<ref name="x" /> e<ref>f</ref>.', "A d e."],
  ["comments", "A<!-- b\n\n -->c\n<!-- d -->\ne", "Ac e"],
  [
    "formulas exactly once",
    "So <math>x^2 &lt; \\frac{1}{2}</math> is.\n:<math display=\"block\">{{a}} = [[b]]\n + ''c''</math>\nOf <ce>H2O</ce>",
    "So x^2 < \\frac{1}{2} is.\n\n{{a}} = [[b]] + ''c''\n\nOf \\ce{H2O}",
  ],
  [
    "formulas of templates",
    "{{math|''x''<sup>2</sup> {{=}} {{sfrac|1|''n'' + 1}}}}, {{frac|3|1|2}}, {{val|1.5|0.2|e=-6|u=m}}, x{{su|p=2|b=i}}, {{sqrt|ab}}, {{abs|x}}, {{pi}}r<sup>2</sup>",
    "x^2 = 1/(n + 1), 3 1/2, (1.5 ± 0.2)×10^{-6} m, x^2_i, √ab, |x|, πr^2",
  ],
  [
    "what is raised and lowered",
    "10<sup>6</sup> H<sub>2</sub>O a<sub>i,j</sub> 1<sup>st</sup>",
    "10^6 H_2O a_{i,j} 1st",
  ],
  [
    "conversions, as given",
    "{{convert|5|km|mi}}, {{convert|1|to|2|ft|m}}, {{cvt|3|x|4|cm}}, {{convert|10|-|20|C}}, a {{convert|5|mi|adj=on}} run",
    "5 kilometres, 1 to 2 feet, 3 × 4 centimetres, 10–20 °C, a 5 mile run",
  ],
  [
    "dates",
    "{{birth date|1809|2|12|df=y}}, {{death date and age|1865|4|15|1809|2|12}}, {{circa|1500}}, {{as of|2015|3}}",
    "12 February 1809, April 15, 1865 (aged 56), c. 1500, As of March 2015",
  ],
  [
    "languages and sounds",
    "({{lang-sq|Shqip}}; {{langx|de|Haus}}) {{lang|fr|chat}} {{IPAc-en|lang|ˈ|t|iː}} {{transl|ar|kitab}} {{nihongo|Tea|茶|cha}}",
    "(Albanian: Shqip; German: Haus) chat /ˈtiː/ kitab Tea (茶, cha)",
  ],
  ["quotations", "A\n{{quote|To be\n\nor not|author=Hamlet}}\nB", "A\n\nTo be\n\nor not\n— Hamlet\n\nB"],
  [
    "brackets around what is gone",
    "Tea ({{unknown}}; {{other}}) is (born {{gone}}, {{gone}}) ({{gone}}, hot) {{gone}}.",
    "Tea is (born) (hot).",
  ],
  [
    "infobox and hatnotes",
    "{{Infobox tea\n| name = [[Tea]]\n| x = {{nowrap|y}}\n}}\n{{about|tea}}\n'''Tea''' is",
    "Tea is",
  ],
  [
    "parser functions and magic words",
    "__NOTOC__{{#if:a|b|c}} {{lc:ABC}} {{DEFAULTSORT:x}}{{PAGENAME}} {{{1|d}}}",
    "b abc T d",
  ],
  [
    "nowiki, pre and entities",
    "<nowiki>[[a]] {{b}} ''c''</nowiki>&nbsp;&lt;d&gt; &amp;lt; a < b\n<pre>\n x = [[1]]\n\n  y\n</pre>",
    "[[a]] {{b}} ''c'' <d> &lt; a < b\n\n x = [[1]]\n\n  y",
  ],
  [
    "code",
    'See:\n<syntaxhighlight lang="c">\nif (a[[0]] < b) {\n  x();\n}\n</syntaxhighlight>\n  a = 1\n    b = 2\nend <code>f(x)</code>',
    "See:\n\nif (a[[0]] < b) {\n  x();\n}\n\n a = 1\n   b = 2\n\nend f(x)",
  ],
  ["lines of a poem", "<poem>\na\nb\n</poem>\nc<br />d", "a\nb\n\nc\nd"],
  ["what is hidden", 'a<span style="display:none">b</span>c<gallery>\nx.jpg|d\n</gallery>{{efn|e}}', "ac"],
  [
    "tables",
    '{| class="wikitable"\n|+ Tea\n|-\n! Kind !! style="x" | °C\n|-\n| [[Green|green]] || {{val|80}}\n|-\n| || 95<ref>a</ref>\n|-\n| b\n* c\n| <math>a|b</math>\n|}\nafter',
    "Tea\nKind\t°C\ngreen\t80\n\t95\nb c\ta|b\n\nafter",
  ],
  [
    "cells that fill several columns and rows",
    "{|\n! colspan=2 | a !! b\n|-\n| rowspan=2 | c || d || e\n|-\n| f || g\n|}",
    "a\t\tb\nc\td\te\n\tf\tg",
  ],
  ["tables of columns", "{|\n|\n{|\n| a || b\n|}\n|\n{|\n| c\n|}\n|}", "a\tb\n\nc"],
  ["no table beside the article", '{| class="infobox"\n| a\n{|\n|b\n|}\n|}c', "c"],
  [
    "a table in HTML",
    "<table><tr><th>a</th><td colspan=3>b</td></tr><tr><td></td><td>c</table>",
    "a\tb\n\tc",
  ],
  ["a bar in a table by its template", "{|\n| a {{!}} b\n{{!}} c\n|}", "b\tc"],
  ["what nothing closes", "a {{xyz|[[c|d\n\n'''e''' [[f]] <ref>g }} ]] h", "a ]] h"],
  [
    "items after a formula on a line of its own",
    '# a\n#: <math display="block">x</math>\n# b',
    "1. a\n\n  x\n\n2. b",
  ],
  ["an open template", "a {{b|[[c]]|d\n\ne", "a {{b|c|d\n\ne"],
  ["a link that a template ends", "{{nowrap|a [[b}} c", "a [[b c"],
  ["paragraphs and blocks in HTML", "a<p>b</p><blockquote>c</blockquote>d<hr>e", "a\n\nb\n\nc\n\nd\n\ne"],
];
for (const [name, wikitext, wanted] of rows) {
  Deno.test(`wikitextToText() reads ${name}`, () => assert.equal(text(wikitext, { title: "T" }), wanted));
}

const markdown: [name: string, wikitext: string, text: string][] = [
  ["headings", "A\n== B ''c'' ==\nD\n=== '''E''' ===\nF", "A\n\n## B *c*\n\nD\n\n### E\n\nF"],
  [
    "emphasis",
    "'''B''' ''i'' '''''bi''''' ''' x''' <b>b</b> <em>e</em> ''open",
    "**B** *i* ***bi*** **x** **b** *e* *open*",
  ],
  [
    "formulas",
    'So <math>x_1*2</math>, {{tmath|a_b}}:\n:<math display="block">\\sum_i y_i</math>\nis.',
    "So $x_1*2$, $a_b$:\n\n$$\n\\sum_i y_i\n$$\n\nis.",
  ],
  ["powers", "10<sup>6</sup> a<sub>i,j</sub> b<sub>''k''</sub> x<sup>2n</sup>", "10^6 a_{i,j} b_k x^{2n}"],
  [
    "lists in lists",
    "# a\n#* b\n#* c\n# d\n#: e\n\n* f\n** g\n*** h\n* i\n** j\nafter",
    "1. a\n   - b\n   - c\n2. d\n\n   e\n- f\n  - g\n    - h\n- i\n  - j\n\nafter",
  ],
  [
    "code",
    'See <code>f(*x*)</code>:\n<syntaxhighlight lang="C">\nif (a[[0]]) {\n  `x`;\n}\n</syntaxhighlight>\n<pre>\n p\n</pre>\n  a\n    b\nend',
    "See `f(*x*)`:\n\n```c\nif (a[[0]]) {\n  `x`;\n}\n```\n\n```\n p\n```\n\n```\n a\n   b\n```\n\nend",
  ],
  [
    "tables",
    "{| class=wikitable\n|+ Tea\n! Kind !! style=x | °C !! pot\n|-\n| '''green''' || <math>a|b</math>\n|-\n| colspan=2 | x || a{{!}}b\n|}",
    "Tea\n\n| Kind | °C | pot |\n| --- | --- | --- |\n| **green** | $a\\|b$ |\n| x |  | b |",
  ],
  [
    "signs of its own escaped",
    "2*3*4 <nowiki>*not*</nowiki> <nowiki># x</nowiki>",
    "2\\*3\\*4 \\*not\\* # x",
  ],
  ["a line that would be a heading", "<nowiki># x</nowiki>", "\\# x"],
  ["lines", "a<br>b<poem>\nc\nd\n</poem>", "a  \nb\n\nc  \nd"],
  ["a definition", "; term : meaning\n: more", "term\n\nmeaning\n\nmore"],
];
for (const [name, wikitext, wanted] of markdown) {
  Deno.test(`wikitextToText() writes Markdown with ${name}`, () => {
    assert.equal(text(wikitext, { format: "markdown" }), wanted);
  });
}

Deno.test("a page and an article of the same words and formulas are written alike", async () => {
  const html = "<h2>A</h2><p>So <math alttext='x^2'></math> is 10<sup>6</sup>, <b>b</b>:</p>" +
    "<math display=block alttext='y_i'></math><ul><li>c<ol><li>d</ol></ul>" +
    "<table><tr><th>e<th>f<tr><td><td>g</table><pre><code class=language-js>h()</code></pre>";
  const wikitext =
    "== A ==\nSo <math>x^2</math> is 10<sup>6</sup>, '''b''':\n<math display=block>y_i</math>\n" +
    "* c\n*# d\n{|\n! e !! f\n|-\n| || g\n|}\n<syntaxhighlight lang=js>h()</syntaxhighlight>";
  for (const format of ["text", "markdown"] as const) {
    const page = await htmlToText(html, { keep: "all", format });
    assert.equal(text(wikitext, { format }), page.text);
  }
});

Deno.test("wikitextToText() counts the templates that it leaves out, and tells categories, redirects and disambiguations", () => {
  const page = wikitextToText(
    "{{Foo bar}} {{foo_bar|x={{zz}}}} {{cite web|title=a}}{{reflist}}[[Category:A b|c]] [[category:D]]{{Hndis}}",
  );
  assert.deepEqual(page.dropped, { "foo bar": 2, "zz": 1 });
  assert.deepEqual(page.categories, ["A b", "D"]);
  assert.equal(page.isDisambiguation, true);
  assert.equal(wikitextToText("#WEITERLEITUNG [[A b#c]]").redirect, "A b");
  assert.equal(wikitextToText("# a list of [[b]]").redirect, "");
});

Deno.test("wikitextToText() keeps the sections that it is not told to leave out", () => {
  assert.equal(text("A\n== See also ==\n* B", { leaveOut: [] }), "A\n\nSee also\n\n- B");
  assert.equal(text("A\n== Plot ==\nB\n== See also ==\n* C", { leaveOut: ["plot"] }), "A\n\nSee also\n\n- C");
});

Deno.test("wikitextToText() names languages in that of the text", () => {
  assert.equal(text("{{lang-en|house}}", { language: "de" }), "Englisch: house");
});

const many = 100_000;
const bombs: Record<string, string> = {
  "open templates": "{{".repeat(many),
  "templates in templates": "{{lang|en|".repeat(many) + "x" + "}}".repeat(many),
  "parameters in parameters": "{{{1|".repeat(many) + "}}}".repeat(many),
  "links in links": "[[a|".repeat(many) + "]]".repeat(many),
  "links that templates end": "[[".repeat(many) + "}}".repeat(many),
  "exponents of exponents": "<sup>x".repeat(many) + "</sup>".repeat(many),
  "notes without end": "<ref>".repeat(many),
  "formulas without end": "<math>".repeat(many),
  "tables in tables": "{|\n|a\n".repeat(many) + "|}\n".repeat(many),
  "a table of wide cells": "{|\n" + "|-\n|colspan=999 rowspan=999|x\n".repeat(10_000),
  "a row of cells": "{|\n|" + "a||".repeat(many),
  "gaps": "{{x}}".repeat(many) + ",".repeat(many) + " ".repeat(many) + "(",
  "apostrophes": "'''a''".repeat(many),
  "links out": "[http://".repeat(many),
  "equals signs": "= ".repeat(many),
  "signs of Markdown": "<b>_*`$".repeat(many) + "<code>".repeat(many),
  "lists": "*".repeat(many) + "x\n" + "* a\n".repeat(many),
  "conversions": "-{a".repeat(many) + "-{" + "a".repeat(many),
  "categories": Array.from({ length: many }, (_, i) => `[[Category:${i}]]`).join(""),
};
for (const [name, bomb] of Object.entries(bombs)) {
  Deno.test(`wikitextToText() reads ${name} in linear time`, () => {
    for (const format of ["text", "markdown"] as const) {
      const { text } = wikitextToText(bomb, { format });
      // An empty cell is a tab, or a bar between spaces.
      assert.ok(text.length < (format === "text" ? 10 : 15) * bomb.length);
      assert.doesNotMatch(text, /[\ufdd0-\ufdd7]/);
    }
  });
}

Deno.test("wikitextToText() leaves no mark of its own, whatever characters a text has", () => {
  assert.equal(text("a\ufdd0" + "0\ufdd1b\ufdd2c \ud800<math>x</math>"), "a0bc \ufffdx");
});
