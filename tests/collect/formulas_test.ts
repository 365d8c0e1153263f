import assert from "node:assert/strict";
import { htmlToText } from "../../lib/collect/mod.ts";

async function all(html: string): Promise<string> {
  return (await htmlToText(html, { keep: "all" })).text;
}

/** Presentation MathML as pages have it, and its LaTeX. */
const mathml: [string, string][] = [
  ["<mfrac><mn>1</mn><mn>2</mn></mfrac>", String.raw`\frac{1}{2}`],
  ["<mi>r</mi><msup><mi>x</mi><mn>10</mn></msup>", "rx^{10}"],
  [
    "<msub><mi>x</mi><mi>i</mi></msub><mo>+</mo><msubsup><mi>y</mi><mn>1</mn><mi>k</mi></msubsup>",
    "x_i + y_1^k",
  ],
  ["<msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt>", String.raw`\sqrt{a + b}`],
  ["<mroot><mi>x</mi><mn>3</mn></mroot>", String.raw`\sqrt[3]{x}`],
  [
    "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><msub><mi>x</mi><mi>i</mi></msub>",
    String.raw`\sum_{i=1}^n x_i`,
  ],
  [
    "<munder><mi>lim</mi><mrow><mi>n</mi><mo>→</mo><mi>∞</mi></mrow></munder><mi>a</mi>",
    String.raw`\lim_{n\to\infty}a`,
  ],
  [
    "<mover accent=true><mi>x</mi><mo>¯</mo></mover><mo>≠</mo><mover><mi>v</mi><mo>→</mo></mover>",
    String.raw`\bar{x} \neq \vec{v}`,
  ],
  ["<mover><mrow><mi>A</mi><mi>B</mi></mrow><mo>¯</mo></mover>", String.raw`\overline{AB}`],
  [
    "<mo>(</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr><mtr><mtd><mi>c</mi></mtd><mtd><mn>0</mn></mtd></mtr></mtable><mo>)</mo>",
    String.raw`\begin{pmatrix} a & b \\ c & 0 \end{pmatrix}`,
  ],
  [
    "<mo>{</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mtext>if </mtext><mi>x</mi><mo>&gt;</mo><mn>0</mn></mtd></mtr></mtable>",
    String.raw`\begin{cases} 1 & \text{if }x > 0 \end{cases}`,
  ],
  ["<mfenced open='[' close=')'><mi>a</mi><mi>b</mi></mfenced>", "[a, b)"],
  ["<mo>(</mo><mfrac linethickness=0><mi>n</mi><mi>k</mi></mfrac><mo>)</mo>", String.raw`\binom{n}{k}`],
  ["<mi>sin</mi><mo>&#x2061;</mo><mi>θ</mi>", String.raw`\sin\theta`],
  ["<mi>α</mi><mi>x</mi><mo>⁢</mo><mi>β</mi>", String.raw`\alpha x\beta`],
  ["<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>", "E = mc^2"],
  ["<mi>x</mi><mo>=</mo><mo>−</mo><mn>1</mn>", "x = -1"],
  ["<mi>f</mi><mo>′</mo><mo>(</mo><mi>x</mi><mo>)</mo>", "f'(x)"],
  ["<msup><mi>f</mi><mo>′</mo></msup>", "f'"],
  ["<mi mathvariant=double-struck>R</mi><mo>∋</mo><mi>𝐱</mi>", String.raw`\mathbb{R} \ni \mathbf{x}`],
  ["<msup><mrow><mo>(</mo><mi>a</mi><mo>+</mo><mi>b</mi><mo>)</mo></mrow><mn>2</mn></msup>", "(a + b)^2"],
  ["<msup><mrow><mi>a</mi><mi>b</mi></mrow><mn>2</mn></msup>", "{ab}^2"],
  ["<mmultiscripts><mi>C</mi><mprescripts/><mn>6</mn><mn>14</mn></mmultiscripts>", "{}_6^{14}C"],
  ["<mn>50</mn><mo>%</mo><mspace width=1em /><mi>{</mi>", String.raw`50\%\quad \{`],
  [
    "<mrow><mo>(</mo><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>)</mo></mrow><mi>x</mi>",
    String.raw`\left(\frac{a}{b} \right)x`,
  ],
  [
    "<mi>x</mi><mphantom><mi>y</mi></mphantom><menclose notation=box><mi>z</mi></menclose>",
    String.raw`x\boxed{z}`,
  ],
  ["<mo>‖</mo><mi>v</mi><mo>‖</mo>", String.raw`\Vert v\Vert`],
  ["<m:mfrac><m:mi>a</m:mi><m:mi>b</m:mi></m:mfrac>", String.raw`\frac{a}{b}`],
];
for (const [inner, latex] of mathml) {
  Deno.test(`MathML becomes ${latex}`, async () => {
    assert.equal(await all(`So <math>${inner}</math> holds.`), `So ${latex} holds.`);
  });
}

/** The forms that programs give a formula in a page: each is told once. */
const forms: [name: string, html: string, text: string][] = [
  [
    "MathML with its LaTeX beside it",
    '<math><semantics><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow><annotation encoding="application/x-tex">x^2</annotation></semantics></math>',
    "x^2",
  ],
  [
    "KaTeX",
    '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>a</mi><mo>=</mo><mi>b</mi></mrow><annotation encoding="application/x-tex">a=b</annotation></semantics></math></span><span class="katex-html" aria-hidden="true"><span class="base">a</span><span>=</span><span>b</span></span></span>',
    "a=b",
  ],
  [
    "MathML of MathJax 2 before its script",
    '<span class="MathJax_Preview"></span><span class="MathJax_MathML"><math><mi>x</mi><mo>+</mo><mi>y</mi></math></span><script type="math/tex">x+y</script>',
    "x+y",
  ],
  [
    "MathML that means and shows",
    '<math><semantics><apply><plus/><ci>a</ci><ci>b</ci></apply><annotation-xml encoding="MathML-Presentation"><mi>a</mi><mo>+</mo><mi>b</mi></annotation-xml></semantics></math>',
    "a + b",
  ],
  ["an image of the class tex", '<img class="tex" alt="$x$">', "x"],
  [
    "an image of QuickLaTeX",
    '<img class="ql-img-inline-formula quicklatex-auto-format" alt="&#92;&#97;&#108;&#112;&#104;&#97;">',
    "\\alpha",
  ],
  ["a script of MathJax 2", '<script type="math/tex">E=mc^2</script>', "E=mc^2"],
  [
    "MathJax 2 as a browser saves it",
    '<span class="MathJax_Preview">E=mc²</span><span class="MathJax" id="MathJax-Element-1-Frame"><nobr aria-hidden="true"><span class="math"><span>E</span>=<span>mc2</span></span></nobr><span class="MJX_Assistive_MathML"><math><mi>E</mi></math></span></span><script type="math/tex" id="MathJax-Element-1">E=mc^2</script>',
    "E=mc^2",
  ],
  [
    "MathJax 2 without its script",
    '<span class="MathJax_Preview"></span><span class="MathJax" data-mathml="&lt;math&gt;&lt;msup&gt;&lt;mi&gt;c&lt;/mi&gt;&lt;mn&gt;2&lt;/mn&gt;&lt;/msup&gt;&lt;/math&gt;"><nobr>c2</nobr></span>',
    "c^2",
  ],
  [
    "MathJax 3 and 4",
    '<mjx-container class="MathJax CtxtMenu_Attached_0"><mjx-math aria-hidden="true"><mjx-mi>E</mjx-mi></mjx-math><mjx-assistive-mml><math><mi>E</mi><mo>=</mo><mi>m</mi></math></mjx-assistive-mml></mjx-container>',
    "E = m",
  ],
  [
    "LaTeXML",
    '<math alttext="\\alpha+1" class="ltx_Math" display="inline"><semantics><mi>α</mi><annotation encoding="application/x-tex">\\alpha+1</annotation></semantics></math>',
    "\\alpha+1",
  ],
  [
    "Wikipedia's MathML beside its image",
    '<span class="mwe-math-element"><span class="mwe-math-mathml-inline" style="display: none;"><math alttext="{\\displaystyle A}"><semantics><mi>A</mi><annotation encoding="application/x-tex">{\\displaystyle A}</annotation></semantics></math></span><img src="a.svg" aria-hidden="true" class="mwe-math-fallback-image-inline" alt="{\\displaystyle A}"></span>',
    "A",
  ],
  [
    "Wikipedia's image alone",
    '<span class="mwe-math-element"><img src="x.svg" alt="{\\displaystyle x_{1}+y}"></span>',
    "x_{1}+y",
  ],
  ["an image of the class latex", '<img class="latex" src="x.png" alt="\\frac{a}{b}">', "\\frac{a}{b}"],
  [
    "an image of WordPress",
    '<img src="https://s0.wp.com/latex.php?latex=%5Csqrt%7B2%7D&bg=fff&fg=000" alt="">',
    "\\sqrt{2}",
  ],
  ["an image of CodeCogs", '<img src="//latex.codecogs.com/gif.latex?a%5E2&plus;b">', "a^2+b"],
  ["an equation of Zhihu", '<span class="ztext-math" data-tex="x_i">x i</span>', "x_i"],
  [
    "formulas as MathML in a script",
    '<script type="math/mml"><math><mfrac><mi>a</mi><mi>b</mi></mfrac></math></script>',
    "\\frac{a}{b}",
  ],
];
for (const [name, html, text] of forms) {
  Deno.test(`${name} gives its LaTeX once`, async () => {
    const got = await all(`<p>Then ${html} follows.</p>`);
    assert.equal(got, `Then ${text} follows.`);
  });
}

Deno.test("an equation in LaTeXML's table is one formula with its number, unless there are words beside it", async () => {
  const cell = (inner: string) => `<td class="ltx_eqn_cell">${inner}</td>`;
  const row = (...cells: string[]) => `<tr class="ltx_equation ltx_eqn_row">${cells.map(cell).join("")}</tr>`;
  const tag = '<span class="ltx_tag ltx_tag_equation">(1a)</span>';
  const table = (rows: string) =>
    `<p>So</p><table class="ltx_equation ltx_eqn_table">${rows}</table><p>holds.</p>`;
  const [left, right] = ["a", "=b^{2}"].map((latex) =>
    `<math alttext="\\displaystyle ${latex}"><mi>a</mi></math>`
  );
  assert.equal(await all(table(row("", left, right, "", tag))), "So\n\na =b^{2} \\tag{1a}\n\nholds.");
  assert.equal(await all(table(row("", left) + row("", right))), "So\n\na\n=b^{2}\n\nholds.");
  assert.equal(await all(table(row(left, "for all b"))), "So\n\na\tfor all b\n\nholds.");
});

Deno.test("a formula on display stands on a line of its own", async () => {
  for (
    const html of [
      '<script type="math/tex; mode=display">\\int_0^1 x\\,dx</script>',
      '<math display="block"><semantics><mi>x</mi><annotation encoding="application/x-tex">\\int_0^1 x\\,dx</annotation></semantics></math>',
      '<span class="katex-display"><span class="katex"><math><annotation encoding="application/x-tex">\\int_0^1 x\\,dx</annotation></math></span></span>',
      '<mjx-container display="true"><math alttext="\\int_0^1 x\\,dx"></math></mjx-container>',
    ]
  ) assert.equal(await all(`<p>So ${html} holds.`), "So\n\\int_0^1 x\\,dx\nholds.");
});

Deno.test("dollars and backslashes that stand in the text stay as they are", async () => {
  assert.equal(
    await all(
      "<p>We have \\(a_1 &lt; b\\), $$x &amp;= y$$ and <math-renderer>$\\sqrt{3}$</math-renderer> for $5.",
    ),
    "We have \\(a_1 < b\\), $$x &= y$$ and $\\sqrt{3}$ for $5.",
  );
});

Deno.test("a picture that is no formula is none, whatever its class", async () => {
  assert.equal(
    await all('a<img class="equation" src="x.png" alt="A photo of my cat">b<img alt="x^2">c'),
    "abc",
  );
});

Deno.test("an alternative text in words gives way to the formula's MathML", async () => {
  assert.equal(
    await all('<math alttext="x squared plus one"><msup><mi>x</mi><mn>2</mn></msup></math>'),
    "x^2",
  );
});

/** Powers, indices, and what only stands raised. */
const raised: [string, string][] = [
  ["10<sup>6</sup> people and H<sub>2</sub>O", "10^6 people and H_2O"],
  ["10<sup>-6</sup> m<sup>2</sup>", "10^-6 m^2"],
  ["2<sup>n+1</sup>, a<sub>i,j</sub> and x<sub>12</sub>", "2^{n+1}, a_{i,j} and x_12"],
  ["e<sup>x<sup>2</sup></sup>", "e^{x^2}"],
  ["(a+b)<sup>2</sup> and Ca<sup>2+</sup>", "(a+b)^2 and Ca^{2+}"],
  [
    "the 1<sup>st</sup> and 22<sup>nd</sup>, le 2<sup>e</sup>, M<sup>me</sup>, Acme<sup>®</sup>",
    "the 1st and 22nd, le 2e, Mme, Acme®",
  ],
  [
    "as known.<sup>1</sup> Whales<sup><a href=#fn2>2</a></sup> sing<sup>[3]</sup>",
    "as known.[1] Whales[2] sing[3]",
  ],
  ["<sup>1</sup> See there", "1 See there"],
  ["for $5<sup>99</sup> only", "for $5.99 only"],
  ["km<sup>2</sup>, cos<sup>2</sup> x", "km^2, cos^2 x"],
];
for (const [html, text] of raised) {
  Deno.test(`raised and lowered text reads ${text}`, async () => {
    assert.equal(await all(`<p>${html}</p>`), text);
  });
}

/** Where each byte is looked at more than a few times, these never end. */
const bombs: [name: string, html: () => string, text: RegExp][] = [
  ["100,000 formulas in formulas", () => "<math><mfrac>".repeat(100_000) + "<mi>x</mi>", /x/],
  ["a formula of 300,000 letters", () => `<math>${"<mi>x</mi>".repeat(300_000)}</math>`, /^x{300000}$/],
  ["100,000 nested spans of KaTeX", () => '<span class="katex">'.repeat(100_000) + "x", /^x$/],
  ["100,000 nested powers", () => "<p>a" + "<sup>".repeat(100_000) + "2", /2$/],
  [
    "100,000 wrappers in wrappers",
    () => `<img class=latex alt="${"{\\displaystyle ".repeat(100_000)}x${"}".repeat(100_000)}">`,
    /x/,
  ],
  ["200,000 previews", () => '<span class="MathJax_Preview">x</span>'.repeat(200_000), /^x+$/],
];
for (const [name, html, text] of bombs) {
  Deno.test(`${name} are read in linear time`, async () => {
    assert.match(await all(html()), text);
  });
}
