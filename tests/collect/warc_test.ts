import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { readWarc, readWarcDocuments, readWarcRecord } from "../../lib/collect/mod.ts";
import { type Drop, readDocuments } from "../../lib/data/mod.ts";
import { answer, record } from "./_warc.ts";

const folder = await Deno.makeTempDir();
const html = { "Content-Type": "text/html; charset=utf-8" };
const all = { keep: "all" } as const;

async function file(...parts: Uint8Array[]): Promise<string> {
  const path = `${folder}/${crypto.randomUUID()}`;
  await Deno.writeFile(path, Buffer.concat(parts));
  return path;
}

async function documents(path: string, options = {}): Promise<{ texts: string[]; drops: Drop[] }> {
  const drops: Drop[] = [];
  const onDrop = (drop: Drop) => drops.push(drop);
  const texts = await Array.fromAsync(
    readWarcDocuments(path, { html: all, onDrop, ...options }),
    ({ text }) => text,
  );
  return { texts, drops };
}

const mirror =
  "../../../shared/mirror/allenai/dolma/669f534823b08d266a8fff01f8a1c916a5a56576/tests/data/warc/";
for (const [name, records, responses] of [["sample-0000", 48, 22], ["sample-0001", 34, 15]] as const) {
  const url = new URL(`${mirror}${name}.warc.gz`, import.meta.url);
  const here = await Deno.stat(url).then(() => true, () => false);
  Deno.test({
    name: `readWarc() and readWarcDocuments() read Dolma's ${name}${here ? "" : " (not in the mirror)"}`,
    ignore: !here,
    async fn() {
      const path = `${folder}/${name}.warc.gz`;
      await Deno.copyFile(url, path);
      await Deno.chmod(path, 0o600);
      const read = await Array.fromAsync(readWarc(path));
      assert.equal(read.length, records);
      assert.equal(read.filter(({ type }) => type === "response").length, responses);
      const { texts, drops } = await documents(path, { html: undefined });
      assert.equal(texts.length, responses);
      assert(texts.every((text) => text.length > 100));
      assert.deepEqual(drops.map(({ reason }) => reason), ["not HTML", "not HTML"]);
      for (const at of [1, 17, records - 1]) {
        const again = await readWarcRecord(path, read[at]);
        assert.deepEqual(again, read[at]);
      }
    },
  });
}

const texts = ["one", "two", "three"];
const records = texts.map((text, i) =>
  record("response", answer(`<p>${text}`, html), { "WARC-Record-ID": `<urn:uuid:${i}>` })
);

for (
  const [name, stored] of [
    ["plain", records],
    ["compressed by gzip record by record", records.map((one) => gzipSync(one))],
    ["compressed so with a name and a comment in the header", records.map((one) => withName(gzipSync(one)))],
  ] as const
) {
  Deno.test(`an archive that is ${name} is read from any record's offset`, async () => {
    const path = await file(...stored, new Uint8Array(30));
    const read = await Array.fromAsync(readWarc(path));
    assert.deepEqual(
      read.map(({ offset }) => offset),
      [0, stored[0].length, stored[0].length + stored[1].length],
    );
    for (const [i, { offset }] of read.entries()) {
      assert.deepEqual((await documents(path, { from: offset })).texts, texts.slice(i));
    }
    await assert.rejects(readWarcRecord(path, { offset: 5 }), { name: "InvalidData" });
  });

  Deno.test(`an archive that is ${name} and cut off gives what is whole, and says where it ends`, async () => {
    const whole = Buffer.concat(stored);
    for (
      const cut of [whole.length - 5, whole.length - stored[2].length + 20, whole.length - stored[2].length]
    ) {
      const path = await file(whole.subarray(0, cut));
      const given: string[] = [];
      const read = async () => {
        for await (const { id } of readWarc(path)) given.push(id);
      };
      if (cut === whole.length - stored[2].length) await read();
      else {
        await assert.rejects(read, { name: "InvalidData", message: new RegExp(`${path} as .*: byte \\d+$`) });
      }
      assert.deepEqual(given, ["<urn:uuid:0>", "<urn:uuid:1>"]);
    }
  });
}

function withName(member: Uint8Array): Uint8Array {
  const header = Buffer.from(member.subarray(0, 10));
  header[3] = 4 | 8 | 16;
  return Buffer.concat([header, Buffer.from("\x02\0xxname\0comment\0"), member.subarray(10)]);
}

Deno.test("an archive compressed as a whole is read, by any compression", async () => {
  const whole = Buffer.concat(records);
  for (const compress of [gzipSync, zstdCompressSync]) {
    assert.deepEqual((await documents(await file(compress(whole)))).texts, texts);
  }
});

Deno.test("a gzip member that does not fit in memory is read in pieces, and what follows it too", async () => {
  const noise = new Uint8Array(9 << 20);
  let x = 1;
  for (let i = 0; i < noise.length; i++) noise[i] = (x = Math.imul(x, 48271) & 0x7fffffff) >> 8;
  const path = await file(
    gzipSync(record("response", answer(noise, html))),
    gzipSync(Buffer.concat([record("metadata", new Uint8Array(20 << 20)), records[0]])),
    gzipSync(records[1]),
  );
  const read = await Array.fromAsync(
    readWarc(path, { maxRecordBytes: 1000 }),
    ({ type, content, truncated }) => [type, content.length, truncated],
  );
  const size = answer("<p>one", html).length;
  assert.deepEqual(read, [
    ["response", 1000, "limit"],
    ["metadata", 1000, "limit"],
    ["response", size, undefined],
    ["response", size, undefined],
  ]);
});

Deno.test("headers with bare line ends, folds, brackets and other cases are read", async () => {
  const path = await file(Buffer.from(
    "\r\n\nWARC/0.17\nwarc-type: Response\nWARC-TARGET-URI: <http://b.example/>\nX-Long: a\n  b\nX: 1\nx: 2\n" +
      "content-length:  3\nContent-Length: 3\n\nabc\n\n",
  ));
  const [{ type, url, headers, content, offset }] = await Array.fromAsync(readWarc(path));
  assert.deepEqual([type, url, headers["x-long"], headers.x, offset], [
    "response",
    "http://b.example/",
    "a b",
    "1, 2",
    3,
  ]);
  assert.equal(Buffer.from(content).toString(), "abc");
});

const page = "<p>tea</p>".repeat(50);
const tea = Array(50).fill("tea").join("\n\n");
const chunked = (body: Uint8Array | string, size = 100) => {
  const bytes = Buffer.from(body as string);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    parts.push(Buffer.from(`${part.length.toString(16)};x=1\r\n`), part, Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
};
const put: Record<string, [Uint8Array | string, Record<string, string>]> = {
  "in chunks": [chunked(page), { "Transfer-Encoding": "chunked" }],
  "in chunks of padded sizes": [
    `${page.length.toString(16).padStart(16, "0")}\r\n${page}\r\n0\r\n\r\n`,
    { "Transfer-Encoding": "chunked" },
  ],
  "whose chunks were joined": [page, { "Transfer-Encoding": "chunked" }],
  "by gzip": [gzipSync(page), { "Content-Encoding": "gzip" }],
  "in chunks and by gzip": [
    chunked(gzipSync(page)),
    { "Transfer-Encoding": "chunked", "Content-Encoding": "gzip" },
  ],
  "by Brotli": [brotliCompressSync(page), { "Content-Encoding": "br" }],
  "by zstd": [zstdCompressSync(page), { "Content-Encoding": "zstd" }],
  "by deflate": [deflateSync(page), { "Content-Encoding": "deflate" }],
  "by deflate without its header": [deflateRawSync(page), { "Content-Encoding": "deflate" }],
  "by two": [gzipSync(brotliCompressSync(page)), { "Content-Encoding": "br, gzip" }],
  "and decompressed since": [page, { "Content-Encoding": "gzip" }],
};
for (const [name, [body, fields]] of Object.entries(put)) {
  Deno.test(`readWarcDocuments() reads a page that was sent ${name}`, async () => {
    const { texts, drops } = await documents(
      await file(record("response", answer(body, { ...html, ...fields }))),
    );
    assert.deepEqual([texts, drops], [[tea], []]);
  });
}

Deno.test("readWarcDocuments() marks pages that are not whole", async () => {
  const long = Array.from({ length: 5000 }, (_, i) => `<p>tea</p><p>${i * i}</p>`).join("");
  const parts = [
    record("response", answer(page, html), { "WARC-Truncated": "length" }),
    record("response", answer(chunked(page).subarray(0, 400), { ...html, "Transfer-Encoding": "chunked" })),
    ...[gzipSync(long).subarray(0, -60), brotliCompressSync(long).subarray(0, -3)].map((body, i) =>
      record("response", answer(body, { ...html, "Content-Encoding": ["gzip", "br"][i] }))
    ),
  ];
  const read = await Array.fromAsync(readWarcDocuments(await file(...parts), { html: all }));
  assert.deepEqual(read.map(({ meta }) => meta.truncated), ["length", "cut off", "cut off", "cut off"]);
  assert(read.every(({ text }) => text.startsWith("tea\n\n")));
});

Deno.test("readWarcDocuments() says of each answer that gives no document why", async () => {
  const bomb = gzipSync(Buffer.alloc(3 << 20, "<p>tea"));
  const wrong: [string, Uint8Array][] = [
    ["status 404", record("response", answer(page, { ...html, status: "404 Not Found" }))],
    ["status 301", record("response", answer("", { status: "301" }))],
    ["revisit", record("revisit", answer("", html))],
    ["not HTML", record("response", answer("%PDF-1.4", { "Content-Type": "application/pdf" }))],
    ["not HTML", record("response", answer("no tags", {}))],
    ["not HTML", record("resource", "a log", { "Content-Type": "text/plain" })],
    ["not HTTP", record("response", "SSH-2.0-OpenSSH_9.6\r\n")],
    ["not HTTP", record("response", "")],
    ["no text", record("response", answer("<script>x()</script>", html))],
    ["no text", record("response", answer("", html))],
    ["no text", record("conversion", " \r\n")],
    [
      "damaged gzip",
      record("response", answer(Buffer.alloc(99, 1), { ...html, "Content-Encoding": "gzip" })),
    ],
    [
      "damaged br",
      record(
        "response",
        answer(brotliCompressSync(page).subarray(0, 4), { ...html, "Content-Encoding": "br" }),
      ),
    ],
    ["compressed by bzip", record("response", answer("\x01", { ...html, "Content-Encoding": "bzip" }))],
    ["longer than 1000000 bytes", record("response", answer(bomb, { ...html, "Content-Encoding": "gzip" }))],
  ];
  const silent = ["request", "warcinfo", "metadata"].map((type) => record(type, "x"));
  const path = await file(
    ...wrong.map(([, bytes]) => bytes),
    ...silent,
    record("response", answer(page, html)),
  );
  const { texts, drops } = await documents(path, { maxPageBytes: 1_000_000 });
  assert.deepEqual(texts, [tea]);
  assert.deepEqual(drops.map(({ reason }) => reason), wrong.map(([reason]) => reason));
  assert(
    drops.every(({ stage, excerpt }) => stage === "collect/warc" && excerpt.startsWith("http://a.example/")),
  );
});

Deno.test("readWarcDocuments() gives ids that do not depend on the folder, and what a page says of itself", async () => {
  const parts = [
    record("response", answer('<!doctype html><html lang="de"><title>T</title><p>Tee', {}), {
      "WARC-Record-ID": "<urn:uuid:7>",
    }),
    record("response", answer(page, html)),
  ];
  const path = await file(...parts);
  const read = await Array.fromAsync(readWarcDocuments(path, { source: "crawl", html: all }));
  assert.deepEqual(read[0], {
    id: "<urn:uuid:7>",
    text: "Tee",
    source: "crawl",
    meta: {
      url: "http://a.example/",
      date: "2024-01-01T00:00:00Z",
      offset: 0,
      title: "T",
      language: "de",
      method: "all",
      encoding: "utf-8",
      encodingBy: "letters",
    },
  });
  await Deno.mkdir(`${folder}/other`, { recursive: true });
  const moved = path.replace(folder, `${folder}/other`);
  await Deno.copyFile(path, moved);
  const [, again] = await Array.fromAsync(readWarcDocuments(moved, { html: all }));
  assert.equal(again.id, read[1].id);
});

Deno.test("readWarcDocuments() reads the texts of WET as they stand", async () => {
  const wet = record("conversion", "Tee  und\r\n<b>Kaffee</b>\r\n", {
    "WARC-Record-ID": "<urn:uuid:9>",
    "WARC-Identified-Content-Language": "deu",
    "Content-Type": "text/plain",
  });
  const path = await file(gzipSync(record("warcinfo", "isPartOf: x")), gzipSync(wet));
  const [{ id, text, meta }] = await Array.fromAsync(readWarcDocuments(path));
  assert.deepEqual([id, text, meta.language], ["<urn:uuid:9>", "Tee  und\n<b>Kaffee</b>", "deu"]);
});

const bad: Record<string, [Uint8Array, RegExp]> = {
  "a page": [Buffer.from("<!doctype html>\n\n<p>"), /must be WARC: it begins with "<!doctype html>"$/],
  "a page in gzip": [gzipSync("<p>a\n\n"), /must be WARC: it begins with "<p>a"$/],
  "text without an empty line": [Buffer.from("some text"), /must be WARC: it begins with "some text"$/],
  "a 7z archive": [Buffer.from("377abcaf271c0004", "hex"), /must be WARC.* a 7z archive, whose members/],
  "a record without a length": [Buffer.from("WARC/1.0\r\nA: b\r\n\r\n"), /a record says no length: byte 0$/],
  "a length that is no number": [
    Buffer.from("WARC/1.0\r\nContent-Length: 1e9\r\n\r\n"),
    /a record says no length: byte 0$/,
  ],
  "a length beyond the end": [
    Buffer.from("WARC/1.0\r\nContent-Length: 999999999999\r\n\r\nx"),
    /the last record has no end: byte \d+$/,
  ],
  "a header without an end": [Buffer.alloc(3 << 20, "WARC/1.0 "), /a record's header has no end: byte 0$/],
  "a damaged member": [damaged(), /gzip: .*: byte \d+$/],
};

function damaged(): Uint8Array {
  const bytes = Buffer.from(gzipSync(records[0]));
  bytes[bytes.length - 12] ^= 0xff;
  return bytes;
}

for (const [name, [bytes, message]] of Object.entries(bad)) {
  Deno.test(`readWarc() says of ${name} what is wrong`, async () => {
    const path = await file(bytes);
    await assert.rejects(Array.fromAsync(readWarc(path)), { name: "InvalidData", message });
  });
}

Deno.test("readWarc() drops a gzip member that is no record where someone listens, and goes on", async () => {
  const path = await file(gzipSync(records[0]), gzipSync("nonsense\n\nmore\n\n"), gzipSync(records[1]));
  const { texts, drops } = await documents(path);
  assert.deepEqual(texts, ["one", "two"]);
  assert.deepEqual(drops.map(({ reason }) => reason), ["not a WARC record"]);
  await assert.rejects(Array.fromAsync(readWarc(path)), { message: /not a WARC record: byte \d+$/ });
});

Deno.test("an empty archive gives nothing, and readDocuments() names the reader of one", async () => {
  assert.deepEqual(await Array.fromAsync(readWarc(await file())), []);
  const path = await file(gzipSync(records[0]));
  await assert.rejects(Array.fromAsync(readDocuments(path)), {
    message: /it is WARC, which readWarcDocuments\(\) reads$/,
  });
});
