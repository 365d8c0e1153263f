import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { readWikipedia, readWikipediaPage } from "../../lib/collect/mod.ts";
import { type Document, documentId, type Drop, readBytes } from "../../lib/data/mod.ts";
import { cutAnywhere, multistream, multistreamIndex } from "./_dump.ts";

const folder = await Deno.makeTempDir({ prefix: "midtrain-wiki-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

let files = 0;
async function file(content: Uint8Array | string, name = "dump.xml"): Promise<string> {
  const path = `${folder}/${++files}-${name}`;
  if (typeof content === "string") await Deno.writeTextFile(path, content);
  else await Deno.writeFile(path, content);
  return path;
}

async function read(
  path: string,
  options = {},
): Promise<{ documents: Document[]; reasons: string[]; drops: Drop[] }> {
  const drops: Drop[] = [];
  const documents = await Array.fromAsync(
    readWikipedia(path, { onDrop: (drop) => drops.push(drop), ...options }),
  );
  return { documents, reasons: drops.map(({ reason }) => reason), drops };
}

const dump = await file(multistream, "enwiki-pages-articles-multistream.xml.bz2");
const index = dump.replace("multistream.xml.bz2", "multistream-index.txt.bz2");
await Deno.writeFile(index, multistreamIndex);
const xml = new TextDecoder().decode(
  new Uint8Array((await Array.fromAsync(readBytes(dump))).flatMap((part) => [...part])),
);
const titles = ["Tea", "Milk & more/é?", "Salt"];
const whyDropped = [
  "redirect",
  "disambiguation",
  "namespace 10",
  "Scribunto instead of wikitext",
  "no text",
];

Deno.test("readWikipedia() reads the pages of a dump in several streams, and tells of each other page why not", async () => {
  const { documents, reasons, drops } = await read(dump);
  assert.deepEqual(documents[0], {
    id: documentId("enwiki", 1),
    text: "Tea is hot & a < b.",
    source: "enwiki",
    meta: {
      title: "Tea",
      pageId: 1,
      revisionId: 10,
      timestamp: "2026-01-01T00:00:00Z",
      url: "https://en.wikipedia.org/wiki/Tea?oldid=10",
      language: "en",
      license: "CC-BY-SA-4.0",
      attribution: '"Tea", Wikipedia, https://en.wikipedia.org/wiki/Tea?oldid=10',
      categories: ["Drinks"],
      droppedTemplates: {},
      offset: 272,
    },
  });
  assert.deepEqual(documents.map(({ meta }) => meta.title), titles);
  assert.deepEqual(documents.map(({ meta }) => meta.offset), [272, 724, 1184]);
  assert.equal(documents[1].text, "Milk is 茶 white.");
  assert.deepEqual(documents[1].meta.droppedTemplates, { foo: 1 });
  assert.equal(documents[1].meta.url, "https://en.wikipedia.org/wiki/Milk_%26_more/%C3%A9%3F?oldid=50");
  assert.deepEqual(reasons, whyDropped);
  assert.deepEqual(drops[0], {
    id: documentId("enwiki", 2),
    source: "enwiki",
    stage: "collect/wikipedia",
    reason: "redirect",
    excerpt: "Chai",
  });
});

Deno.test("readWikipedia() gives the same of the dump as it is, in gzip, and in streams that end anywhere", async () => {
  const wanted = (await read(dump)).documents.map(({ id, text }) => ({ id, text }));
  for (const content of [xml, gzipSync(xml), cutAnywhere]) {
    const { documents, reasons } = await read(await file(content));
    assert.deepEqual(documents.map(({ id, text }) => ({ id, text })), wanted);
    assert.deepEqual(reasons, whyDropped);
  }
});

Deno.test("readWikipedia() goes on behind any page, of any kind of file", async () => {
  for (const path of [dump, await file(xml), await file(gzipSync(xml)), await file(cutAnywhere)]) {
    const { documents } = await read(path);
    for (const [i, { meta }] of documents.entries()) {
      const rest = await read(path, { after: meta });
      assert.deepEqual(rest.documents, documents.slice(i + 1));
    }
  }
  await assert.rejects(read(dump, { after: { offset: 724, pageId: 1 } }), {
    name: "RangeError",
    message: `Cannot go on with ${dump} as page 1 must be at 724: current value is another page`,
  });
});

Deno.test("readWikipedia() passes over a damaged stream and reads the others, where someone listens", async () => {
  const damaged = multistream.slice();
  damaged[800] ^= 255;
  const path = await file(damaged);
  const { documents, reasons } = await read(path);
  assert.deepEqual(documents.map(({ meta }) => meta.title), ["Tea", "Salt"]);
  assert.deepEqual(reasons, ["redirect", "damaged", "Scribunto instead of wikitext", "no text"]);
  await assert.rejects(Array.fromAsync(readWikipedia(path)), {
    name: "InvalidData",
    message: /damaged or cut off/,
  });
});

Deno.test("readWikipedia() tells a dump that is cut off, wherever that is", async () => {
  const end = xml.indexOf("</mediawiki>");
  for (const length of [end, end - 30, xml.indexOf("NaCl"), xml.indexOf("<title>Milk")]) {
    const path = await file(xml.slice(0, length));
    assert.equal((await read(path)).reasons.at(-1), "cut off");
    await assert.rejects(Array.fromAsync(readWikipedia(path)), {
      name: "SyntaxError",
      message: /is cut off; onDrop/,
    });
  }
  const streams = await file(multistream.slice(0, 1300));
  assert.deepEqual((await read(streams)).reasons.slice(-2), ["damaged", "cut off"]);
});

Deno.test("readWikipedia() never holds a page that is longer than the limit, and reads those around it", async () => {
  const long = xml.replace("NaCl", "long ".repeat(1_000_000));
  const more = long.replace(
    "</mediawiki>",
    "<page><title>Z</title><id>9</id><revision><text>end</text></revision></page></mediawiki>",
  );
  const { documents, reasons } = await read(await file(more), { maxPageBytes: 5000 });
  assert.deepEqual(documents.map(({ meta }) => meta.title), ["Tea", "Milk & more/é?", "Z"]);
  assert.equal(reasons.at(-1), "longer than 5000 bytes");
});

Deno.test("readWikipedia() drops what is no page, and bytes that are no UTF-8", async () => {
  const pages = "<page></page><page><title>a</title><id>x</id><revision><text/></revision></page>";
  assert.deepEqual((await read(await file(`<mediawiki>${pages}</mediawiki>`))).reasons, [
    "not a page",
    "not a page",
  ]);
  const bytes = new TextEncoder().encode(xml);
  bytes[bytes.indexOf(0xe8)] = 0xff;
  assert.ok((await read(await file(bytes))).reasons.includes("not UTF-8"));
});

Deno.test("readWikipedia() names what is no dump", async () => {
  await assert.rejects(read(await file("")), {
    name: "InvalidData",
    message: /dump of a wiki in XML: it is empty/,
  });
  await assert.rejects(read(await file("<html>")), { message: /it begins with "<html>"/ });
  await assert.rejects(read(await file("7z\xbc\xaf\x27\x1c")), { name: "InvalidData" });
  await assert.rejects(read(await file(new Uint8Array([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]))), {
    message: /it is a 7z archive/,
  });
});

Deno.test("readWikipedia() reads other namespaces and sections by option", async () => {
  const { documents } = await read(dump, { namespaces: [10], source: "wiki", license: "CC0-1.0" });
  assert.deepEqual(documents.map(({ id, text, meta }) => [id, text, meta.license]), [
    [documentId("wiki", 4), "x", "CC0-1.0"],
  ]);
});

Deno.test("readWikipediaPage() decompresses the one stream that its index names, by title or number", async () => {
  const milk = (await read(dump)).documents[1];
  assert.deepEqual(await readWikipediaPage(dump, { title: "Milk & more/é?" }), milk);
  assert.deepEqual(await readWikipediaPage(dump, { pageId: 5 }), milk);
  assert.equal(await readWikipediaPage(dump, { title: "Coffee" }), undefined);
  const reasons: string[] = [];
  const onDrop = ({ reason }: Drop) => reasons.push(reason);
  assert.equal(await readWikipediaPage(dump, { title: "Chai", onDrop }), undefined);
  assert.deepEqual(reasons, ["redirect"]);
  // The other streams are not looked at.
  const damaged = multistream.slice();
  damaged[800] ^= 255;
  const path = await file(damaged);
  assert.equal((await readWikipediaPage(path, { title: "Salt", index }))?.text, "NaCl is _{salt}.");
});

Deno.test("readWikipediaPage() refuses an index that does not fit", async () => {
  const other = await file("272:5:Salt\n", "index.txt");
  await assert.rejects(readWikipediaPage(dump, { title: "Salt", index: other }), {
    message: `Cannot read ${dump} as ${other} must be its index: page 5 is not in the stream at 272`,
  });
  await assert.rejects(readWikipediaPage(dump, { title: "Salt", index: await file("Salt") }), {
    name: "InvalidData",
    message: /offset:pageId:title a line: it has "Salt"/,
  });
});
