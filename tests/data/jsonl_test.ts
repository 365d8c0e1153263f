import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync, zstdCompressSync } from "node:zlib";
import {
  type Document,
  documentId,
  type Drop,
  readDocuments,
  readJsonl,
  writeJsonl,
} from "../../lib/data/mod.ts";

const folder = await Deno.makeTempDir();

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = `${folder}/${name}`;
  await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
  return path;
}

async function read(path: string, options = {}): Promise<{ values: unknown[]; drops: Drop[] }> {
  const drops: Drop[] = [];
  const onDrop = (drop: Drop) => drops.push(drop);
  return { values: await Array.fromAsync(readJsonl(path, { onDrop, ...options })), drops };
}

const documents: Document[] = [
  { id: documentId("a", 0), text: "line\u2028separator, \u0000 and 鯨 🐋", source: "a", meta: { n: 1 } },
  {
    id: documentId("a", 1),
    text: "",
    source: "a",
    meta: {},
    lineage: { parents: [documentId("a", 0)], prompt: "p@1", model: "m", sampling: { temperature: 0.7 } },
  },
];

for (const extension of ["jsonl", "jsonl.gz", "jsonl.zst"]) {
  Deno.test(`writeJsonl() and readDocuments() give back the same documents as .${extension}`, async () => {
    const path = `${folder}/round.${extension}`;
    assert.equal(await writeJsonl(path, documents), 2);
    assert.deepEqual(await Array.fromAsync(readDocuments(path)), documents);
  });
}

Deno.test("writeJsonl() gives the same bytes for the same values, however they come", async () => {
  const async = (async function* () {
    for (const document of documents) yield await Promise.resolve(document);
  })();
  await writeJsonl(`${folder}/one.jsonl.gz`, documents);
  await writeJsonl(`${folder}/two.jsonl.gz`, async);
  assert.deepEqual(
    await Deno.readFile(`${folder}/one.jsonl.gz`),
    await Deno.readFile(`${folder}/two.jsonl.gz`),
  );
});

for (const extension of ["jsonl", "jsonl.gz", "jsonl.zst"]) {
  Deno.test(`writeJsonl() leaves the old file and no other when its source fails (.${extension})`, async () => {
    const own = await Deno.makeTempDir();
    const path = `${own}/kept.${extension}`;
    await writeJsonl(path, ["old"]);
    const failing = (function* () {
      for (let i = 0; i < 50_000; i++) yield { i };
      throw new Error("the source failed");
    })();
    await assert.rejects(writeJsonl(path, failing), /the source failed/);
    assert.deepEqual(await Array.fromAsync(readJsonl(path)), ["old"]);
    assert.equal((await Array.fromAsync(Deno.readDir(own))).length, 1);
  });
}

Deno.test("writeJsonl() refuses a value without a JSON form", async () => {
  await assert.rejects(writeJsonl(`${folder}/none.jsonl`, [1, undefined]), {
    name: "TypeError",
    message: /value 1 is undefined/,
  });
});

Deno.test("a writer that is killed leaves the old file whole", async () => {
  const own = await Deno.makeTempDir();
  const path = `${own}/kept.jsonl`;
  await writeJsonl(path, ["old"]);
  const code = `
    import { writeJsonl } from ${JSON.stringify(import.meta.resolve("../../lib/data/mod.ts"))};
    await writeJsonl(${JSON.stringify(path)}, (function* () {
      for (let i = 0;; i++) {
        if (i === 20_000) Deno.kill(Deno.pid, "SIGKILL");
        yield { i };
      }
    })());`;
  const child = new Deno.Command(Deno.execPath(), { args: ["eval", code], stderr: "null" });
  const { success } = await child.output();
  assert.equal(success, false);
  assert.deepEqual(await Array.fromAsync(readJsonl(path)), ["old"]);
});

Deno.test("readJsonl() reads nothing from an empty file, and a last line without its end", async () => {
  assert.deepEqual((await read(await file("empty.jsonl", ""))).values, []);
  assert.deepEqual((await read(await file("last.jsonl", "\n1\r\n\n2"))).values, [1, 2]);
});

Deno.test("readJsonl() passes over empty lines by the million, however they end, and counts them", async () => {
  const blank = "\n".repeat(1e6) + "\r\n \t\r\n\u00a0\n".repeat(1e3);
  const path = await file("blank.jsonl", `1\n${blank}2\n${blank}{"cut`);
  const { values, drops } = await read(path);
  assert.deepEqual(values, [1, 2]);
  assert.match(drops[0].excerpt, /^line 2006003: /);
  const long = await file("long.jsonl", `1\n${" ".repeat(9)}\n2`);
  assert.equal((await read(long, { maxLineBytes: 8 })).drops[0].reason, "longer than 8 bytes");
});

Deno.test("readJsonl() tells each bad line by its number and reason, and goes on", async () => {
  const bytes = new Uint8Array([
    ...new TextEncoder().encode('{"a":1}\n{"a":\n'),
    0x22,
    0xff,
    0x22,
    10,
    ...new TextEncoder().encode(`"${"x".repeat(100)}"\n{"a":2}\n{"cut`),
  ]);
  const { values, drops } = await read(await file("bad.jsonl", bytes), { maxLineBytes: 50, source: "web" });
  assert.deepEqual(values, [{ a: 1 }, { a: 2 }]);
  assert.deepEqual(
    drops.map(({ reason, excerpt }) => [excerpt.split(":")[0], reason]),
    [["line 2", "not JSON"], ["line 3", "not UTF-8"], ["line 4", "longer than 50 bytes"], [
      "line 6",
      "not JSON",
    ]],
  );
  assert.deepEqual(drops.map(({ id }) => id), [2, 3, 4, 6].map((line) => documentId("web", line)));
});

Deno.test("readJsonl() throws at the first bad line when nobody hears of it", async () => {
  const path = await file("throws.jsonl", "1\nx\n");
  await assert.rejects(Array.fromAsync(readJsonl(path)), {
    name: "SyntaxError",
    message: /line 2 is not JSON: "x"/,
  });
});

Deno.test("readJsonl() reads a line of 50 MB, and passes over it without holding it where it is too long", async () => {
  const path = await file("long.jsonl", `"${"x".repeat(50_000_000)}"\n7\n`);
  const { values } = await read(path);
  assert.equal((values[0] as string).length, 50_000_000);
  const { values: rest, drops } = await read(path, { maxLineBytes: 1000 });
  assert.deepEqual(rest, [7]);
  assert.equal(drops[0].reason, "longer than 1000 bytes");
  assert(drops[0].excerpt.length < 300);
});

Deno.test("readJsonl() tells compressed bytes that are cut off or damaged from an end", async () => {
  const whole = gzipSync(`${"[1,2,3]\n".repeat(10_000)}`);
  const cut = await file("cut.jsonl.gz", whole.subarray(0, whole.length - 20));
  await assert.rejects(Array.fromAsync(readJsonl(cut)), {
    name: "InvalidData",
    message: /damaged or cut off/,
  });
  const long = zstdCompressSync(Array.from({ length: 99_999 }, (_, i) => `[${i}]\n`).join(""));
  for (const size of [3, 5, 11, 200, long.length >> 1, long.length - 1]) {
    const short = await file("short.jsonl.zst", long.subarray(0, size));
    await assert.rejects(Array.fromAsync(readJsonl(short)), { name: "InvalidData" }, `${size} bytes`);
  }
  const plain = await file("plain.jsonl.zst", "[1]\n");
  await assert.rejects(Array.fromAsync(readJsonl(plain)), { name: "InvalidData" });
  await assert.rejects(Array.fromAsync(readJsonl(`${folder}/none.jsonl`)), { name: "NotFound" });
});

Deno.test("readJsonl() reads files of several gzip members or zstd frames", async () => {
  for (const [extension, compress] of [["gz", gzipSync], ["zst", zstdCompressSync]] as const) {
    const path = await file(`parts.jsonl.${extension}`, Buffer.concat([compress("1\n2"), compress("3\n")]));
    assert.deepEqual(await Array.fromAsync(readJsonl(path)), [1, 23]);
  }
});

Deno.test("readJsonl() closes the file when its reader stops early", async () => {
  const path = await file("early.jsonl", "1\n".repeat(1_000_000));
  for await (const value of readJsonl(path)) {
    assert.equal(value, 1);
    break;
  }
});

Deno.test("readDocuments() gives foreign records a stable id and drops those without a text", async () => {
  const path = await file("foreign.jsonl", '{"text":"a","id":"own","score":1}\n{"text":5}\n[]\n');
  const drops: Drop[] = [];
  const options = { source: "web", onDrop: (drop: Drop) => drops.push(drop) };
  assert.deepEqual(await Array.fromAsync(readDocuments(path, options)), [
    { id: documentId("web", 1), text: "a", source: "web", meta: { id: "own", score: 1 } },
  ]);
  assert.deepEqual(drops.map(({ reason }) => reason), ["no text in field text", "not a JSON object"]);
});
