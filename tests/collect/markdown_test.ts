import assert from "node:assert/strict";
import { marked } from "marked";
import { htmlToText } from "../../lib/collect/mod.ts";

async function markdown(html: string): Promise<string> {
  return (await htmlToText(html, { keep: "all", format: "markdown" })).text;
}

const pages: [name: string, html: string, text: string][] = [
  [
    "headings and paragraphs",
    "<h1>Tea &amp; milk</h1><p>One\n two<p>three<h3>Four</h3>five",
    "# Tea & milk\n\nOne two\n\nthree\n\n### Four\n\nfive",
  ],
  [
    "emphasis",
    "<p>a <b> bold </b>, <i>slanted</i> and <strong><em>both</em></strong> un<i>like</i>ly",
    "a **bold** , *slanted* and ***both*** un*like*ly",
  ],
  [
    "lists in lists",
    "<ul><li>a<ol start=3><li>b</li><li>c</li></ol></li><li>d</ul>after",
    "- a\n  3. b\n  4. c\n- d\n\nafter",
  ],
  [
    "blocks in an item",
    "<ol><li><p>a</p><p>b</p><pre>c\n  d</pre></li><li>e</ol>",
    "1. a\n\n   b\n\n   ```\n   c\n     d\n   ```\n2. e",
  ],
  [
    "quotations",
    "<blockquote><p>a<p>b<blockquote>c</blockquote></blockquote>d",
    "> a\n>\n> b\n>\n> > c\n\nd",
  ],
  [
    "code with its language",
    "<pre><code class='language-python'>def f(x):\n    return `x`</code></pre>",
    "```python\ndef f(x):\n    return `x`\n```",
  ],
  ["code that holds a fence", "<pre>```\na\n```</pre>", "````\n```\na\n```\n````"],
  [
    "code of Hexo",
    '<figure class="highlight js"><table><tr><td class="gutter"><pre>1\n2</pre></td><td class="code"><pre>let a;<br>  a++;</pre></td></tr></table></figure>',
    "```js\nlet a;\n  a++;\n```",
  ],
  ["code within a line", "<p>Use <code>a *b* `c`</code> and <code>x</code>.", "Use `` a *b* `c` `` and `x`."],
  [
    "tables",
    "<table><caption>Ages</caption><tr><th>Name<th>a|b<tr><td><b>Ann</b><td><tr><td><td>3 <math alttext='x^2'></math></table>",
    "Ages\n\n| Name | a\\|b |\n| --- | --- |\n| **Ann** |  |\n|  | 3 $x^2$ |",
  ],
  [
    "formulas",
    "<p>So <math alttext='a_1*b_2'></math> and <math display=block alttext='\\sum_{i} x_i'></math> hold.",
    "So $a_1*b_2$ and\n\n$$\n\\sum_{i} x_i\n$$\n\nhold.",
  ],
  ["lines", "<p>one<br>two<hr>three<div>four</div>five", "one  \ntwo\n\n---\n\nthree\n\nfour\n\nfive"],
  ["powers", "<p>10<sup>6</sup> and H<sub>2</sub>O.<sup>1</sup>", "10^6 and H_2O.[1]"],
  [
    "formulas that stand in the text",
    "<p>$a_1*b_2*c$, \\(x*y*z\\) and $$p_q_r$$, a*b*c",
    "$a_1*b_2*c$, \\(x*y*z\\) and $$p_q_r$$, a\\*b\\*c",
  ],
  ["prices", "<p>from $5 to $6, or $7", "from \\$5 to \\$6, or \\$7"],
  [
    "signs that say nothing",
    "<p>2 * 3 * 4, snake_case_name, one $ and one ` alone, a < b & c",
    "2 * 3 * 4, snake_case_name, one $ and one ` alone, a < b & c",
  ],
  [
    "signs that would say something",
    "<p># not a heading<p>- not an item<p>7. not one<p>*not* _this_ `nor` [that](x) &lt;b> &amp;amp;",
    "\\# not a heading\n\n\\- not an item\n\n7\\. not one\n\n\\*not\\* \\_this\\_ \\`nor\\` [that\\](x) \\<b> \\&amp;",
  ],
  [
    "a table whose first row is short, as wide as its widest",
    "<table><tr><th>A<th colspan=2>B<tr><td>1<td>2<td>3</table>",
    "| A | B |  |\n| --- | --- | --- |\n| 1 | 2 | 3 |",
  ],
  ["a definition", "<dl><dt>Term<dd>Its meaning</dl>", "Term\n\nIts meaning"],
  ["links by their words", "<p>See <a href=x>this page</a>.", "See this page."],
  ["nothing", "<b></b><pre></pre><table><tr><td></table><ul><li></ul>", ""],
];
for (const [name, html, text] of pages) {
  Deno.test(`Markdown has ${name}`, async () => {
    assert.equal(await markdown(html), text);
  });
}

Deno.test("Markdown reads back as what the page said", async () => {
  const text = (html: string) =>
    html.replace(/<[^>]+>/g, " ").replace(/&#39;/g, "'").replace(/&quot;/g, '"').replace(/\s+/g, " ").trim();
  const pages = [
    "<h2>A *b* _c_</h2><p>1. x <i>y *z*</i> # h</p><ul><li>+ a<li>- b</ul><blockquote>> q</blockquote>",
    "<p>~~no~~ and **no** and ![no](x) &lt;i>no&lt;/i>",
    "<p>a<p>---<p>===<p>+ b<p>2) c<p>```",
    "<p>a<p>_ _ _<p>* * *<p>- - -<p>___",
  ];
  for (const page of pages) {
    const { text: plain } = await htmlToText(page.replace(/<\/?[iu]l?>|<li>/g, " "), { keep: "all" });
    const back = text(await marked.parse(await markdown(page), { async: true }));
    assert.equal(back, text(await marked.parse(plain.replace(/[^\w\s]|_/g, "\\$&"), { async: true })));
  }
});

const bombs: [name: string, html: () => string][] = [
  ["100,000 nested quotations", () => "<blockquote>".repeat(100_000) + "x"],
  ["100,000 nested lists", () => "<ul><li>a".repeat(100_000) + "x"],
  ["100,000 nested emphases", () => "<b><i>".repeat(50_000) + "x"],
  ["100,000 emphases on and off", () => "<p><b>x<i>y</b>z</i>".repeat(30_000)],
  ["200,000 cells", () => "<table><tr>" + "<td>x".repeat(200_000)],
  [
    "a row of 20,000 cells above 20,000 rows",
    () => `<table><tr>${"<td>x".repeat(20_000)}${"<tr><td>y".repeat(20_000)}`,
  ],
  ["100,000 nested elements of code", () => "<code>".repeat(100_000) + "x"],
  ["a line of a million signs", () => `<p>${"*_`$\\(".repeat(170_000)}x`],
];
for (const [name, html] of bombs) {
  Deno.test(`Markdown of ${name} takes linear time`, async () => {
    const page = html();
    const text = await markdown(page);
    assert.match(text, /[xy]/);
    assert(text.length < 4 * page.length, `${text.length} units`);
  });
}
