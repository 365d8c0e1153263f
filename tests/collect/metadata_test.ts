import assert from "node:assert/strict";
import { type Extraction, htmlToDocument, htmlToText } from "../../lib/collect/mod.ts";
import { documentId, type Drop } from "../../lib/data/mod.ts";

async function said(html: string, url?: string) {
  const { author, published, canonicalUrl, site } = await htmlToText(html, {
    keep: "all",
    ...(url ? { url } : {}),
  });
  return JSON.parse(JSON.stringify({ author, published, canonicalUrl, site })) as Partial<Extraction>;
}

const jsonLd = (value: unknown) => `<script type="application/ld+json">${JSON.stringify(value)}</script>`;

/** What a page holds, and what it says by that. */
const pages: [name: string, html: string, said: Partial<Extraction>][] = [
  [
    "JSON-LD",
    jsonLd({
      "@type": "NewsArticle",
      author: [{ name: "Ann Lee" }, { name: "Bo" }],
      datePublished: "2024-01-31T23:30:00-05:00",
      publisher: { name: "The Paper" },
    }),
    { author: "Ann Lee, Bo", published: "2024-02-01T04:30:00Z", site: "The Paper" },
  ],
  [
    "a graph of JSON-LD",
    jsonLd({
      "@graph": [{ "@type": "WebSite", name: "Blog" }, {
        "@type": ["WebPage", "BlogPosting"],
        author: "Ann",
        datePublished: "2020-02-29",
      }],
    }),
    { author: "Ann", published: "2020-02-29", site: "Blog" },
  ],
  [
    "Open Graph",
    '<meta property="article:published_time" content="2021-03-04T05:06:07+00:00"><meta property="article:author" content="https://face.example/ann"><meta name=author content="By Ann"><meta property="og:site_name" content="Tea"><link rel=canonical href="https://tea.example/a">',
    { author: "Ann", published: "2021-03-04T05:06:07Z", canonicalUrl: "https://tea.example/a", site: "Tea" },
  ],
  [
    "Dublin Core",
    '<meta name="DC.creator" content="Ann"><meta name="DC.creator" content="Bo"><meta name="DC.date" content="20220301">',
    { author: "Ann, Bo", published: "2022-03-01" },
  ],
  [
    "Microdata",
    '<span itemprop=author><span itemprop=name>Ann</span></span><time itemprop=datePublished datetime="2019-05-06">6 May</time>',
    { author: "Ann", published: "2019-05-06" },
  ],
  ["a link to its author and a time", '<a rel=author href=/ann>Ann</a><time datetime="2019-05-06 10:00">', {
    author: "Ann",
    published: "2019-05-06",
  }],
  ["a date in words", '<meta name=date content="January 2, 2024">', { published: "2024-01-02" }],
  ["a date of a mail", '<meta name=pubdate content="Tue, 02 Jan 2024 10:00:00 GMT">', {
    published: "2024-01-02",
  }],
  ["a month", '<meta name="citation_date" content="2024/05">', { published: "2024-05" }],
  ["a date that could be two", '<meta name=date content="01/02/2024">', {}],
  [
    "a day that there is not",
    '<meta name=date content="2023-02-29"><meta name=date content="2023-02-31">',
    {},
  ],
  ["nothing", "<p>By Ann, 2 January 2024", {}],
  [
    "broken JSON-LD",
    '<script type="application/ld+json">{"@type":"Article",</script><meta name=author content=Ann>',
    { author: "Ann" },
  ],
  [
    "JSON-LD of wrong kinds",
    jsonLd({ "@type": "Article", author: { name: 5 }, datePublished: [1], publisher: null }),
    {},
  ],
  [
    "JSON-LD of something else",
    jsonLd({ "@type": "Product", author: "Ann", datePublished: "2020-01-01" }),
    {},
  ],
];
for (const [name, html, expected] of pages) {
  Deno.test(`a page says by ${name} what it is`, async () => {
    assert.deepEqual(await said(`<html><head>${html}</head><body><p>Text.`), expected);
  });
}

Deno.test("a page's address completes the canonical one, and its path may hold the day", async () => {
  assert.deepEqual(await said("<link rel=canonical href=/a>", "https://tea.example/2024/01/31/a"), {
    canonicalUrl: "https://tea.example/a",
    published: "2024-01-31",
  });
  assert.deepEqual(await said("<link rel=canonical href=/a>"), {});
  assert.deepEqual(
    await said("<link rel=canonical href='javascript:x'>", "https://tea.example/2024/13/31/a"),
    {},
  );
});

Deno.test("JSON-LD that nests 100,000 deep, lists a million things or repeats is bounded", async () => {
  assert.deepEqual(await said(`<script type="application/ld+json">${"[".repeat(100_000)}</script>`), {});
  assert.deepEqual(
    await said(`<script type="application/ld+json">${"[".repeat(100_000)}${"]".repeat(100_000)}</script>`),
    {},
  );
  const many = `[${'{"@type":"Article"},'.repeat(40_000)}{"@type":"Article","author":"Ann"}]`;
  assert.deepEqual(await said(`<script type="application/ld+json">${many}</script>`), {});
  assert.deepEqual(await said('<script type="application/ld+json">{}</script>'.repeat(50_000)), {});
  assert.deepEqual(await said("<meta name=author content=Ann>".repeat(100_000)), { author: "Ann" });
  assert.deepEqual(await said(`<p ${"a=1 ".repeat(1_000_000)} itemprop=author>x`), { author: "x" });
});

Deno.test("htmlToDocument() gives a page with where it is from and what it says of itself", async () => {
  const url = "https://tea.example/tea";
  const html = "<html lang=en><title>Tea</title><meta name=author content=Ann><p>Boil &amp; pour";
  const document = await htmlToDocument(new TextEncoder().encode(html), {
    url,
    keep: "all",
    meta: { label: "good" },
  });
  assert.deepEqual(document, {
    id: documentId("web", url),
    text: "Boil & pour",
    source: "web",
    meta: {
      label: "good",
      url,
      title: "Tea",
      language: "en",
      method: "all",
      author: "Ann",
      encoding: "utf-8",
      encodingBy: "letters",
    },
  });
});

Deno.test("htmlToDocument() drops a page without a text, and says so", async () => {
  const drops: Drop[] = [];
  const page = await htmlToDocument("<title>Empty</title>", {
    onDrop: (drop) => drops.push(drop),
    source: "s",
    position: 7,
  });
  assert.equal(page, undefined);
  assert.deepEqual(drops, [
    { id: documentId("s", 7), source: "s", stage: "collect/html", reason: "no text", excerpt: "Empty" },
  ]);
});
