import assert from "node:assert/strict";
import { htmlToText } from "../../lib/collect/mod.ts";

async function all(html: string): Promise<string> {
  return (await htmlToText(html, { keep: "all" })).text;
}

const blocks: [name: string, html: string, text: string][] = [
  [
    "with its indentation and its empty lines",
    "<pre>\ndef f(x):\n    if x:\n\n\n        return 1\n</pre>",
    "def f(x):\n    if x:\n\n\n        return 1",
  ],
  ["with the lines of Windows", "<pre>#!/bin/sh\r\n\r\ncd  x\r\n</pre>", "#!/bin/sh\n\ncd  x"],
  ["a line an element", "<pre><code><div>a = 1</div><div>  b = 2</div></code></pre>", "a = 1\n  b = 2"],
  [
    "a line an element, on lines",
    "<pre><code>\n<div>a = 1</div>\n<div>  b = 2</div>\n</code></pre>",
    "a = 1\n  b = 2",
  ],
  [
    "of spans that a style sheet parts",
    '<pre><code><span class="line">a = 1</span><span class="line">  b = 2</span></code></pre>',
    "a = 1\n  b = 2",
  ],
  [
    "of spans on lines",
    '<pre><span class="line">a = 1</span>\n<span class="line">  b = 2</span></pre>',
    "a = 1\n  b = 2",
  ],
  [
    "as a list",
    "<pre class='prettyprint linenums'><ol class=linenums><li>a = 1</li><li>  b = 2</li></ol></pre>",
    "a = 1\n  b = 2",
  ],
  [
    "of Hexo, without the numbers of lines",
    '<figure class="highlight"><table><tr><td class="gutter"><pre><span>1</span><br><span>2</span></pre></td><td class="code"><pre><span>let a = 1;</span><br><span>  a++;</span></pre></td></tr></table></figure>',
    "let a = 1;\n  a++;",
  ],
  [
    "of GitHub, without the numbers of lines",
    '<table class="highlight js-file-line-container"><tr><td id="L1" class="blob-num" data-line-number="1">1</td><td class="blob-code blob-code-inner">let a = 1;</td></tr>\n<tr><td class="blob-num">2</td><td class="blob-code">  a++;</td></tr></table>',
    "let a = 1;\n  a++;",
  ],
  [
    "of Pygments, without the numbers of lines",
    '<div class="highlight"><table class="highlighttable"><tr><td class="linenos"><div class="linenodiv"><pre>1\n2</pre></div></td><td class="code"><pre><span></span>let a = 1;\n  a++;\n</pre></td></tr></table></div>',
    "let a = 1;\n  a++;",
  ],
  [
    "of Pygments with numbers in the lines",
    '<pre><span class="linenos">1</span>let a = 1;\n<span class="linenos">2</span>  a++;</pre>',
    "let a = 1;\n  a++;",
  ],
  [
    "of Rouge, without the numbers of lines",
    '<table class="rouge-table"><tbody><tr><td class="rouge-gutter gl"><pre class="lineno">1\n2\n</pre></td><td class="rouge-code"><pre>let a = 1;\n  a++;\n</pre></td></tr></tbody></table>',
    "let a = 1;\n  a++;",
  ],
  [
    "of Prism, without its rows of numbers",
    '<pre class="line-numbers language-js"><code>let a = 1;\n  a++;\n<span class="line-numbers-rows"><span></span><span></span></span></code></pre>',
    "let a = 1;\n  a++;",
  ],
  [
    "of highlightjs-line-numbers",
    '<pre><code class="hljs"><table class="hljs-ln"><tr><td class="hljs-ln-line hljs-ln-numbers"><div class="hljs-ln-n">1</div></td><td class="hljs-ln-line hljs-ln-code">let a = 1;</td></tr><tr><td class="hljs-ln-numbers">2</td><td class="hljs-ln-line hljs-ln-code">  a++;</td></tr></table></code></pre>',
    "let a = 1;\n  a++;",
  ],
  [
    "of SyntaxHighlighter, without the numbers of lines",
    '<div class="syntaxhighlighter js"><table><tr><td class="gutter"><div class="line">1</div><div class="line">2</div></td><td class="code"><div class="container"><div class="line"><code>let a = 1;</code></div><div class="line"><code>&nbsp;&nbsp;</code><code>a++;</code></div></div></td></tr></table></div>',
    "let a = 1;\n  a++;",
  ],
  [
    "of VitePress, without the name of the language",
    '<div class="language-ts"><button class="copy"></button><span class="lang">ts</span><pre><code><span class="line">let a = 1;</span></code></pre></div>',
    "let a = 1;",
  ],
  ["without the button that copies it", "<pre><button>Copy</button>let a = 1;</pre>", "let a = 1;"],
];
for (const [name, html, text] of blocks) {
  Deno.test(`code ${name} is read`, async () => {
    assert.equal(await all(`<p>See${html}<p>and so on`), `See\n\n${text}\n\nand so on`);
  });
}

Deno.test("a listing in a table stays whole in a main text", async () => {
  const lines = Array.from({ length: 8 }, (_, i) => `  int value${i} = compute(${i});`);
  const rows = lines.map((line) => `<div class="line"><code>${line.replaceAll(" ", "&nbsp;")}</code></div>`)
    .join("");
  const prose = `<p>${"Some words of an article stand here, so that it is long enough. ".repeat(6)}</p>`;
  const { text } = await htmlToText(
    `<article>${prose}<div class="syntaxhighlighter java"><table><tr><td class="code"><div class="container">${rows}</div></td></tr></table></div>${prose}</article>`,
  );
  assert(text.includes(lines.join("\n")));
});

Deno.test("code within a line stays in it", async () => {
  assert.equal(await all("<p>Use <code>TeaPotFactory</code> here."), "Use TeaPotFactory here.");
});

Deno.test("what is numbered and is no code keeps its numbers", async () => {
  assert.equal(
    await all('<pre>1\n2</pre><p class="line-number">7 lines</p><span>12</span>'),
    "1\n2\n\n7 lines\n\n12",
  );
});

Deno.test("code in 100,000 nested elements is read in linear time", async () => {
  assert.equal(await all(`<pre>${'<span class="lineno">'.repeat(100_000)}x`), "x");
  assert.match(await all(`<pre>${'<div class="line">'.repeat(100_000)}x`), /x$/);
});
