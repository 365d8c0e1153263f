import assert from "node:assert/strict";
import { CLOSE, OPEN, Page } from "../../lib/collect/_html/page.ts";
import type { Pass } from "../../lib/collect/_html/pass.ts";
import { pagePasses, render } from "../../lib/collect/_html/render.ts";

/** What encloses each text of a page, from the root. */
function pathsOf(html: string): string[] {
  const page = new Page(html);
  const paths: string[] = [];
  for (let i = 0; i < page.count; i++) {
    if (page.tags[i] !== 0) continue;
    const path = [page.textOf(i)];
    for (let at = page.parents[i]; at >= 0; at = page.parents[at]) path.unshift(page.names[page.tags[at]]);
    paths.push(path.join(" "));
  }
  return paths;
}

Deno.test("a page knows what each piece lies in, also where end tags are left out or wrong", () => {
  assert.deepEqual(pathsOf("<ul><li>a<li><b>b</ul><p>c<p>d<br>e<div>f"), [
    "ul li a",
    "ul li b b",
    "p c",
    "p d",
    "p e",
    "div f",
  ]);
  assert.deepEqual(pathsOf("<table><tr><td>a<td>b<tr><th>c</table>d</p></b><svg/>e"), [
    "table tr td a",
    "table tr td b",
    "table tr th c",
    "d",
    "e",
  ]);
});

Deno.test("a page knows the tag that each closing one closes, and -1 where it closes nothing", () => {
  const page = new Page("<div><i></div></i>");
  assert.deepEqual([...page.kinds.subarray(0, page.count)], [OPEN, OPEN, CLOSE, CLOSE]);
  assert.deepEqual([...page.parents.subarray(0, page.count)], [-1, 0, 0, -1]);
});

Deno.test("a page gives the values of attributes, decoded, by names in any case", () => {
  const page = new Page(
    `<p CLASS="a b" id=x title='Tom &amp; Jerry &lt;3' id=y hidden><a href="?a=1&amp;b">`,
  );
  assert.deepEqual(page.valuesOf(0, "class"), ["a b"]);
  assert.deepEqual(page.valuesOf(0, "id"), ["x", "y"]);
  assert.deepEqual(page.valuesOf(0, "title"), ["Tom & Jerry <3"]);
  assert.deepEqual(page.valuesOf(0, "hidden"), [""]);
  assert.deepEqual(page.valuesOf(0, "href"), []);
  assert.deepEqual(page.valuesOf(1, "href"), ["?a=1&b"]);
});

Deno.test("a pass more is one entry in the list", () => {
  const comments: Pass = {
    name: "comments",
    apply(page, { unwanted }) {
      for (let i = 0; i < page.count; i++) {
        if (page.kinds[i] === OPEN && page.valuesOf(i, "class").includes("comments")) unwanted[i] = 1;
      }
    },
  };
  const html = "<p>Foxes</p><div class=comments><div>First!</div></div><p>Hens</p>";
  assert.equal(render(html, pagePasses).text, "Foxes\n\nFirst!\n\nHens");
  assert.equal(render(html, [comments, ...pagePasses]).text, "Foxes\n\nHens");
});

Deno.test("a page that ends within a tag gives its language and no element", () => {
  const { language, elements, text } = render("a<html lang=en ", pagePasses);
  assert.deepEqual({ language, elements, text }, { language: "en", elements: 0, text: "a" });
});
