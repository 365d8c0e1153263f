import assert from "node:assert/strict";
import { htmlToText } from "../../lib/collect/mod.ts";

async function all(html: string): Promise<string> {
  return (await htmlToText(html, { keep: "all" })).text;
}

/** Tables by their rows, and their text. */
const tables: [name: string, html: string, text: string][] = [
  [
    "an empty first cell and one in the middle",
    "<tr><td></td><td>B</td><td>C</td></tr><tr><td>1</td><td></td><td>3</td></tr>",
    "\tB\tC\n1\t\t3",
  ],
  ["cells that hold no-break spaces alone", "<tr><td>&nbsp;<td>B<tr><td>1<td>2", "\tB\n1\t2"],
  ["an empty last cell", "<tr><th>Name<th>Age<tr><td>Ann<td>3<tr><td>Bob<td></td>", "Name\tAge\nAnn\t3\nBob"],
  ["a cell over two columns", "<tr><td colspan=2>Head<td>c<tr><td>1<td>2<td>3", "Head\t\tc\n1\t2\t3"],
  ["a cell over two rows", "<tr><td rowspan=2>A<td>1<tr><td>2<tr><td>B<td>3", "A\t1\n\t2\nB\t3"],
  ["paragraphs and line breaks in cells", "<tr><td><p>5</p></td><td><p>6<br>7</p></td></tr>", "5\t6 7"],
  [
    "sections and a caption",
    "<caption>Ages</caption><thead><tr><th>a<th>b</thead><tbody><tr><td>1<td>2</tbody>",
    "Ages\na\tb\n1\t2",
  ],
];
for (const [name, rows, text] of tables) {
  Deno.test(`a table keeps ${name} in their columns`, async () => {
    assert.equal(await all(`<table>${rows}</table>`), text);
  });
}

Deno.test("a table that lays out a page gives its blocks one after the other", async () => {
  assert.equal(
    await all("<table><tr><td></td><td><a href=/>Home</a></td><td><h1>Pumps</h1><p>The first pump.</table>"),
    "Home\n\nPumps\n\nThe first pump.",
  );
  assert.equal(await all("<table><tr><td><ol><li>first<li>second</ol></table>"), "1. first\n2. second");
  assert.equal(await all("<table><tr><td>a<td><table><tr><td><td>c</table></table>"), "a\n\n\tc");
});

Deno.test("what a span asks for is bounded, however large it is", async () => {
  const huge = "9007199254740992";
  assert.equal(
    await all(`<table><tr><td colspan=${huge}>a<td>b<tr><td rowspan=${huge}>c<td>d</table>`),
    "a\t\tb\nc\td".replace("\t\tb", "\tb"),
  );
  const rows = `<tr>${`<td rowspan=${huge} colspan=${huge}>x`.repeat(300)}`.repeat(300);
  const text = await all(`<table>${rows}</table>`);
  assert(text.length < 4 * rows.length, `${text.length} units`);
  const tall = `<tr>${`<td rowspan=65534>x`.repeat(20_000)}${"<tr><td>y".repeat(20_000)}`;
  assert((await all(`<table>${tall}</table>`)).length < 2 * tall.length);
});

/** Lists and their text. */
const lists: [name: string, html: string, text: string][] = [
  ["starts at", "<ol start=5><li>Five<li>Six</ol>", "5. Five\n6. Six"],
  ["counts down", "<ol reversed><li>a<li>b<li>c</ol>", "3. a\n2. b\n1. c"],
  ["counts down from", "<ol reversed start=10><li>a<li>b</ol>", "10. a\n9. b"],
  ["takes the values of items", "<ol><li value=3>a<li>b<li value=9>c</ol>", "3. a\n4. b\n9. c"],
  ["writes letters", "<ol type=a start=26><li>a<li>b</ol>", "z. a\naa. b"],
  ["writes Roman numbers", "<ol type=I start=9><li>a<li>b</ol>", "IX. a\nX. b"],
  ["nests", "<ol><li>One<ul><li>a</li><li>b</li></ul></li><li>Two</li></ol>", "1. One\n  - a\n  - b\n2. Two"],
  [
    "passes over what is no number",
    "<ol start=x><li>a<li value=1e99>b<li value=99999999999999999999>c</ol>",
    "1. a\n1. b\n2. c",
  ],
];
for (const [name, html, text] of lists) {
  Deno.test(`a list ${name} as its page says`, async () => {
    assert.equal(await all(html), text);
  });
}

Deno.test("100,000 nested lists that count down are read in linear time", async () => {
  assert.match(await all("<ol reversed><li>".repeat(100_000) + "x"), /1\. x$/);
});

Deno.test("soft hyphens and zero-width spaces go, no-break spaces are spaces, joiners of letters stay", async () => {
  assert.equal(
    await all(
      "<p>Daten&shy;verarbeitung, Zero&#8203;Width&#65279;, 10&nbsp;km, 10&#8239;000&nbsp; &nbsp;x, می‌خواهم 👩‍🔬",
    ),
    "Datenverarbeitung, ZeroWidth, 10 km, 10 000 x, می‌خواهم 👩‍🔬",
  );
  assert.equal(await all("<pre>a&nbsp;&nbsp;b&#8203;</pre>"), "a  b");
});
