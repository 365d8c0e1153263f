import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { readBytes, readCsv, readDocuments, readRecords } from "../../lib/data/mod.ts";
import { compressed } from "./_compressed.ts";

const folder = await Deno.makeTempDir();
const records = '{"text":"a"}\n{"text":"b"}\n';
const long = Array.from({ length: 30_000 }, (_, i) => `${i % 7} ${i % 11}\n`).join("") + "a".repeat(3000) +
  "b".repeat(259) + "cccc";

async function file(content: Uint8Array, name: string = crypto.randomUUID()): Promise<string> {
  await Deno.writeFile(`${folder}/${name}`, content);
  return `${folder}/${name}`;
}

const stored = (name: string) => Buffer.from(compressed[name], "base64");

async function read(content: Uint8Array, options = {}): Promise<string> {
  return Buffer.concat(await Array.fromAsync(readBytes(await file(content), options))).toString();
}

for (const name of Object.keys(compressed).filter((name) => !/records|nothing|filter/.test(name))) {
  Deno.test(`readBytes() reads ${name}, one or two streams, with zeros behind`, async () => {
    assert.equal(await read(stored(name)), long);
    assert.equal(await read(Buffer.concat([stored(name), stored(name), new Uint8Array(512)])), long + long);
  });

  Deno.test(`readBytes() finds damage in ${name}, whichever byte it is in`, async () => {
    const whole = stored(name);
    for (let at = 0; at < whole.length; at += 17) {
      const bytes = Buffer.concat([whole, whole]);
      bytes[whole.length + at] ^= 0x10;
      const found = await read(bytes).catch((error) => error);
      // Some bits of bzip2 mean nothing. Without a check, a changed byte of the text is a changed text.
      if (found === long + long || name.includes("without a check")) continue;
      assert.match(String(found), /^InvalidData: .* damaged or cut off.*: byte \d+$/, `byte ${at}`);
    }
  });

  Deno.test(`readBytes() gives what comes before ${name} is cut off, and says where that is`, async () => {
    for (let cut = 20; cut < stored(name).length; cut += 33) {
      const path = await file(Buffer.concat([stored(name), stored(name).subarray(0, cut)]));
      let length = 0;
      const fails = async () => {
        for await (const part of readBytes(path)) length += part.length;
      };
      await assert.rejects(fails, {
        name: "InvalidData",
        message: new RegExp(
          `${path} .* damaged or cut off: .* has no end: byte ${stored(name).length + cut}$`,
        ),
      });
      assert(length >= long.length);
    }
  });
}

Deno.test("readBytes() reads streams of nothing, and files of nothing", async () => {
  for (const name of ["bzip2 of nothing", "xz of nothing"]) {
    assert.equal(await read(stored(name)), "");
    assert.equal(
      await read(Buffer.concat([stored(name), stored(name.replace("nothing", "records"))])),
      records,
    );
  }
  assert.equal(await read(new Uint8Array()), "");
});

Deno.test("readBytes() enters a file where a stream begins, and ends where one ends", async () => {
  const zstd = zstdCompressSync("zstd");
  const parts = [stored("bzip2 of records"), stored("bzip2 of three blocks"), gzipSync("gzip"), zstd];
  const all = Buffer.concat(parts);
  const at = (part: number) => Buffer.concat(parts.slice(0, part)).length;
  assert.equal(await read(all, { to: at(1) }), records);
  assert.equal(await read(all, { from: at(1), to: at(2) }), long);
  assert.equal(await read(all, { from: at(2), to: at(3) }), "gzip");
  assert.equal(await read(all, { from: at(3) }), "zstd");
  assert.equal(await read(all, { from: 5, to: 5 }), "");
  assert.equal(await read(all, { from: all.length }), "");
  await assert.rejects(read(all, { from: all.length + 1 }), {
    name: "RangeError",
    message: new RegExp(`from must be <= ${all.length}: current value is ${all.length + 1}$`),
  });
});

Deno.test("every reader takes bzip2, xz and Brotli", async () => {
  for (const name of ["bzip2 of records", "xz of records"]) {
    const path = await file(stored(name), "any.jsonl.gz");
    assert.deepEqual(await Array.fromAsync(readDocuments(path), ({ text }) => text), ["a", "b"]);
    assert.deepEqual(await Array.fromAsync(readRecords(path)), [{ text: "a" }, { text: "b" }]);
    const [{ id }] = await Array.fromAsync(readDocuments(await file(stored(name), "x.jsonl.bz2")));
    const [plain] = await Array.fromAsync(readDocuments(await file(Buffer.from(records), "x.jsonl")));
    assert.equal(id, plain.id, "an id does not depend on the compression");
  }
  const csv = await readCsv(await file(brotliCompressSync("a,b\n1,2\n"), "t.csv.br"));
  assert.deepEqual(csv.columns, ["a", "b"]);
});

Deno.test("readDocuments() reads the compressed files of other programs", async () => {
  const cases = fileURLToPath(new URL("../../../shared/cases/curation/", import.meta.url));
  for (const name of ["a.jsonl.bz2", "a.jsonl.xz", "a.jsonl.zstd", "upper.JSONL.GZ", "noext"]) {
    if (!await Deno.stat(cases + name).catch(() => undefined)) return;
    const texts = await Array.fromAsync(readDocuments(cases + name), ({ text }) => text);
    assert.deepEqual(texts, ["doc 0", "doc 1", "doc 2", "doc 3", "doc 4"], name);
  }
});

const wrong: Record<string, [Uint8Array, RegExp]> = {
  "a filter for programs": [
    stored("xz behind a filter"),
    /xz: a block has a filter .* unxz decompresses: byte/,
  ],
  "bzip2 twice": [gzipSync(stored("bzip2 of records")), /it is bzip2 again, which bunzip2 decompresses$/],
  "other bytes behind the last stream": [
    Buffer.concat([stored("bzip2 of records"), Buffer.from("more")]),
    /bzip2: there is no stream: byte \d+$/,
  ],
  "a gzip file that is cut off": [gzipSync(records).subarray(0, -10), /cut off before byte \d+: /],
  "a zstd file that is cut off": [zstdCompressSync(records).subarray(0, -4), /cut off before byte \d+: /],
  "a Brotli file that is cut off": [
    brotliCompressSync(records).subarray(0, -2),
    /cut off before byte \d+: Brotli: it cannot be decompressed$/,
  ],
  "HDF5": [Buffer.from("894844460d0a1a0a0000", "hex"), /it is HDF5, which must be written as Parquet/],
  "a pickle": [Buffer.from("80049500000000", "hex"), /it is a Python pickle/],
};

for (const [name, [content, message]] of Object.entries(wrong)) {
  Deno.test(`readDocuments() says of ${name} what it is, in one sentence`, async () => {
    const path = await file(content, `wrong.jsonl${name.includes("Brotli") ? ".br" : ""}`);
    const read = Array.fromAsync(readDocuments(path, { onDrop: () => {} }));
    await assert.rejects(read, { name: "InvalidData", message });
  });
}
