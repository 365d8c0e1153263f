import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync, zstdCompressSync } from "node:zlib";
import {
  documentId,
  type Drop,
  readCsv,
  readCurves,
  readDocuments,
  readJsonl,
  readParquet,
  writeJsonl,
} from "../../lib/data/mod.ts";

const folder = await Deno.makeTempDir();
const records = '{"text":"a"}\n{"text":"b"}\n';

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = `${folder}/${name}`;
  await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
  return path;
}

async function texts(path: string, options = {}): Promise<string[]> {
  return await Array.fromAsync(readDocuments(path, options), ({ text }) => text);
}

for (
  const [compress, names] of [
    [gzipSync, ["a.jsonl.GZ", "a.gzip", "bare", "wrong.jsonl.zst"]],
    [zstdCompressSync, ["a.jsonl.zstd", "a.JSONL.ZST", "naked", "wrong.jsonl.gz"]],
  ] as const
) {
  for (const name of names) {
    Deno.test(`readDocuments() tells ${name} by its bytes (${compress.name})`, async () => {
      assert.deepEqual(await texts(await file(name, compress(records))), ["a", "b"]);
    });
  }
}

const foreign: Record<string, [string | Uint8Array, RegExp]> = {
  bzip2: [Buffer.from("425a6839314159265359" + "00".repeat(20), "hex"), /damaged or cut off: bzip2: /],
  xz: [Buffer.from("fd377a585a000004e6d6b446", "hex"), /damaged or cut off: xz: /],
  lz4: [Buffer.from("04224d186440a7", "hex"), /it is lz4, which unlz4/],
  zip: [Buffer.from("504b030414000000", "hex"), /it is a zip archive/],
  "7z": [Buffer.from("377abcaf271c0004", "hex"), /it is a 7z archive/],
  "tar behind gzip": [
    gzipSync(Buffer.concat([new Uint8Array(257), Buffer.from("ustar"), new Uint8Array(250)])),
    /it is a tar archive/,
  ],
  "WARC behind gzip": [gzipSync("WARC/1.0\r\nWARC-Type: warcinfo\r\n".repeat(500)), /it is WARC/],
  Parquet: ["PAR1\u0015\u0004\n\n\n", /it is Parquet, which readParquet\(\) reads/],
  "UTF-16": [Buffer.from("\ufeff" + records, "utf16le"), /UTF-16/],
  "UTF-16 without its mark": [Buffer.from(records, "utf16le"), /UTF-16/],
  CSV: ["text,score\na,1\nb,2\n", /it begins with "text,score"/],
  "quoted CSV": ['"text","score"\n"a",1\n', /it begins with/],
  HTML: ["<!doctype html>\n<p>a\n", /it begins with "<!doctype html>"/],
  "plain text": ["Call me Ishmael.\nSome years ago\n", /it begins with "Call me Ishmael\."/],
  "indented JSON": ['[\n {"text": "a"}\n]\n', /it begins with "\["/],
  "an indented object": ['{\n "text": "a"\n}\n', /it begins with "\{"/],
  "a JSON array": ['[{"text":"a"},{"text":"b"}]', /it begins with a JSON array/],
  "lines that end at CR": [records.replaceAll("\n", "\r"), /it begins with/],
  "Python's own form": ["{'text': 'a'}\n".repeat(200), /it begins with 100 lines of no JSON/],
};

for (const [name, [content, message]] of Object.entries(foreign)) {
  Deno.test(`readDocuments() names ${name} once, instead of dropping line by line`, async () => {
    const drops: Drop[] = [];
    const path = await file("foreign.jsonl", content);
    await assert.rejects(texts(path, { onDrop: (drop: Drop) => drops.push(drop) }), {
      name: "InvalidData",
      message,
    });
    assert(drops.length < 100);
  });
}

Deno.test("readDocuments() drops a damaged first record alone", async () => {
  const drops: string[] = [];
  const path = await file("damaged.jsonl", `{"text":"cut\n{"te\n${records}`);
  assert.deepEqual(await texts(path, { onDrop: ({ reason }: Drop) => drops.push(reason) }), ["a", "b"]);
  assert.deepEqual(drops, ["not JSON", "not JSON"]);
});

Deno.test("writeJsonl() compresses by the name in any case, and refuses what it does not write", async () => {
  for (const [name, magic] of [["w.jsonl.zstd", 0x28], ["w.jsonl.GZ", 0x1f]] as const) {
    await writeJsonl(`${folder}/${name}`, [1]);
    assert.equal((await Deno.readFile(`${folder}/${name}`))[0], magic);
  }
  await assert.rejects(writeJsonl(`${folder}/w.jsonl.bz2`, [1]), {
    name: "RangeError",
    message: /its extension must be one of .*: current value is \.bz2/,
  });
});

Deno.test("readJsonl() keeps every digit of an integer, and numbers as numbers", async () => {
  const path = await file(
    "numbers.jsonl",
    '{"id":9007199254740993,"a":[1,-18446744073709551615],"f":1e300,"g":1e400,"h":9007199254740991}\n',
  );
  assert.deepEqual(await Array.fromAsync(readJsonl(path)), [{
    id: "9007199254740993",
    a: [1, "-18446744073709551615"],
    f: 1e300,
    g: "1e400",
    h: 9007199254740991,
  }]);
});

Deno.test("readJsonl() keeps every digit of a fraction that a number would cut, and no other as text", async () => {
  const path = await file(
    "fractions.jsonl",
    '{"a":0.12345678901234567890,"b":[-12345678901234567890.5,1.5],"c":0.1000000000000000055511,"d":3.141592653589793,' +
      '"e":0.10000000000000000001,"f":1.2345678901234567890e3,"g":1.00000000000000000000000,"t":"0.123456789012345678901"}\n' +
      '{"x":0.5,"t":"1234567890.1234567890123"}\n',
  );
  assert.deepEqual(await Array.fromAsync(readJsonl(path)), [{
    a: "0.12345678901234567890",
    b: ["-12345678901234567890.5", 1.5],
    // All digits of the double itself.
    c: 0.1,
    d: 3.141592653589793,
    e: "0.10000000000000000001",
    f: "1.2345678901234567890e3",
    g: 1,
    t: "0.123456789012345678901",
  }, { x: 0.5, t: "1234567890.1234567890123" }]);
});

Deno.test("readDocuments() reads the records of C4, the Pile, RedPajama and FineWeb with their fields", async () => {
  const published = [
    [{ text: "a", meta: { pile_set_name: "Pile-CC" } }, { pile_set_name: "Pile-CC" }],
    [
      { text: "a", timestamp: "2019-04-25T12:57:54Z", url: "https://a/" },
      { timestamp: "2019-04-25T12:57:54Z", url: "https://a/" },
    ],
    [{ text: "a", meta: { arxiv_id: "1", language: "en" }, red_pajama_subset: "arxiv" }, {
      meta: { arxiv_id: "1", language: "en" },
      red_pajama_subset: "arxiv",
    }],
    [{ text: "a", id: "<urn:uuid:1>", dump: "CC" }, { id: "<urn:uuid:1>", dump: "CC" }],
    [{ text: "a", meta: "a text" }, { meta: "a text" }],
  ];
  const path = await file("published.jsonl", published.map(([record]) => JSON.stringify(record)).join("\n"));
  assert.deepEqual(
    await Array.fromAsync(readDocuments(path), ({ meta }) => meta),
    published.map(([, meta]) => meta),
  );
  const own = await file("own.jsonl", '{"text":"a","id":"p1","meta":{"set":"b"}}\n');
  const [{ id, meta }] = await Array.fromAsync(readDocuments(own, { idField: "id" }));
  assert.deepEqual([id, meta], ["p1", { set: "b" }]);
});

Deno.test("readJsonl() reads NaN and infinities as Python writes them as null, and leaves strings alone", async () => {
  const path = await file(
    "nan.jsonl",
    '{"text":"NaN \\"-Infinity\\\\","a":[NaN,-Infinity,1],"NaN":Infinity}\n{"x":9007199254740993,"y":NaN}\n{"x":nan}\n',
  );
  const reasons: string[] = [];
  assert.deepEqual(await Array.fromAsync(readJsonl(path, { onDrop: ({ reason }) => reasons.push(reason) })), [
    { text: 'NaN "-Infinity\\', a: [null, null, 1], NaN: null },
    { x: "9007199254740993", y: null },
  ]);
  assert.deepEqual(reasons, ["not JSON"]);
});

Deno.test("readDocuments() drops what is nested too deeply, and keeps a field called __proto__", async () => {
  const deep = `{"text":"deep","x":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
  const path = await file("deep.jsonl", `${deep}\n{"text":"b","__proto__":{"x":1}}\n`);
  const reasons: string[] = [];
  const [document] = await Array.fromAsync(
    readDocuments(path, { onDrop: ({ reason }) => reasons.push(reason) }),
  );
  assert.deepEqual(reasons, ["nested too deeply"]);
  assert.deepEqual(Object.entries(document.meta), [["__proto__", { x: 1 }]]);
});

const chat = { messages: [{ role: "user", content: "hi" }, { role: "assistant", content: null }], n: 1 };

Deno.test("readDocuments() reads chats of both forms, and says where one lies", async () => {
  const parts = [{ type: "text", text: "a" }, { type: "image" }, { type: "text", text: "b" }];
  const other = { messages: [{ from: "human", value: "hi" }, { from: "gpt", content: parts }] };
  const path = await file("chats.jsonl", [chat, other].map((one) => JSON.stringify(one)).join("\n"));
  const [first, second] = await Array.fromAsync(readDocuments(path, { textField: "messages" }));
  assert.equal(first.text, "user: hi\n\nassistant: ");
  assert.deepEqual(first.meta, chat);
  assert.equal(second.text, "human: hi\n\ngpt: a\nb");
  await assert.rejects(texts(path), {
    name: "SyntaxError",
    message: /line 1 has no text in field text, but a chat in field messages/,
  });
});

Deno.test("readDocuments() takes a record's own id, and reads back what was written with it", async () => {
  const path = await file(
    "own.jsonl",
    '{"text":"a","uuid":"<urn:uuid:1>","n":1}\n{"text":"b","uuid":9007199254740993}\n{"text":"c"}\n',
  );
  const reasons: string[] = [];
  const onDrop = ({ reason }: Drop) => reasons.push(reason);
  const read = await Array.fromAsync(readDocuments(path, { idField: "uuid", onDrop }));
  assert.deepEqual(read.map(({ id, meta }) => [id, meta]), [
    ["<urn:uuid:1>", { n: 1 }],
    ["9007199254740993", {}],
  ]);
  assert.deepEqual(reasons, ["no id in field uuid"]);
  await writeJsonl(`${folder}/written.jsonl`, read);
  assert.deepEqual(await Array.fromAsync(readDocuments(`${folder}/written.jsonl`)), read);
  await assert.rejects(texts(path, { idfield: "uuid" }), /did you mean idField\?/);
});

Deno.test("ids do not depend on where a file lies or how it is compressed, and differ between files of one name", async () => {
  const ids = (path: string, options = {}) => Array.fromAsync(readDocuments(path, options), ({ id }) => id);
  for (const name of ["here", "there", "other"]) await Deno.mkdir(`${folder}/${name}`);
  const here = await ids(await file("here/part-0.jsonl", records));
  assert.deepEqual(await ids(await file("there/part-0.jsonl", records)), here);
  assert.deepEqual(await ids(await file("there/part-0.jsonl.gz", gzipSync(records))), here);
  const other = await ids(await file("other/part-0.jsonl", '{"text":"c"}\n{"text":"d"}\n'));
  assert.equal(new Set([...here, ...other]).size, 4);
  // The ids of before, for runs that were begun with them.
  const path = `${folder}/here/part-0.jsonl`;
  assert.deepEqual(await ids(path, { source: path }), [documentId(path, 1), documentId(path, 2)]);
});

/** One row group a value, written without statistics where nothing says the least and the greatest. */
async function parquet(
  name: string,
  schema: Record<string, unknown>[],
  columns: { name: string; data: unknown[] }[],
  options: { rowGroupSize?: number; statistics?: boolean } = {},
): Promise<string> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const text = columns[0].data.map((_, i) => `text ${i}`);
  const bytes = parquetWriteBuffer({
    schema: [
      { name: "root", num_children: schema.length + 1 },
      { name: "text", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
      ...schema.map((element) => ({ repetition_type: "OPTIONAL", ...element })),
      // deno-lint-ignore no-explicit-any
    ] as any,
    // deno-lint-ignore no-explicit-any
    columnData: [{ name: "text", data: text }, ...columns] as any,
    ...options,
  });
  return await file(name, new Uint8Array(bytes));
}

const metas = (path: string) => Array.fromAsync(readParquet(path), ({ meta }) => meta);

for (const statistics of [true, false]) {
  Deno.test(`readParquet() gives an integer column one type over row groups, statistics ${statistics}`, async () => {
    const path = await parquet(
      "wide.parquet",
      [{ name: "wide", type: "INT64" }, { name: "small", type: "INT64" }],
      [{ name: "wide", data: [1n, null, 2n ** 60n + 1n] }, { name: "small", data: [1n, null, -3n] }],
      { rowGroupSize: 1, statistics },
    );
    assert.deepEqual(await metas(path), [
      { wide: "1", small: 1 },
      { wide: null, small: null },
      { wide: "1152921504606846977", small: -3 },
    ]);
  });
}

Deno.test("readParquet() keeps microseconds, nanoseconds and times of day, also before 1970", async () => {
  const timestamp = (unit: string) => ({ type: "TIMESTAMP", isAdjustedToUTC: true, unit });
  const path = await parquet(
    "times.parquet",
    [
      { name: "us", type: "INT64", logical_type: timestamp("MICROS") },
      { name: "ns", type: "INT64", logical_type: timestamp("NANOS") },
      { name: "of", type: "INT64", logical_type: { ...timestamp("MICROS"), type: "TIME" } },
    ],
    [
      { name: "us", data: [-1n, 1714979289123000n, 9n * 10n ** 18n] },
      { name: "ns", data: [-1n, 1714979289123456789n, null] },
      { name: "of", data: [25689000000n, 1n, null] },
    ],
  );
  assert.deepEqual(await metas(path), [
    { us: "1969-12-31T23:59:59.999999Z", ns: "1969-12-31T23:59:59.999999999Z", of: "07:08:09.000" },
    { us: "2024-05-06T07:08:09.123Z", ns: "2024-05-06T07:08:09.123456789Z", of: "00:00:00.000001" },
    { us: "9000000000000000000", ns: null, of: null },
  ]);
});

Deno.test("readParquet() keeps the digits of decimals as text, and short ones as the nearest numbers", async () => {
  const decimal = (name: string, type: string, precision: number, scale: number) => ({
    name,
    type,
    type_length: type === "FIXED_LEN_BYTE_ARRAY" ? 16 : undefined,
    converted_type: "DECIMAL",
    precision,
    scale,
  });
  const path = await parquet(
    "decimals.parquet",
    [
      decimal("fixed", "FIXED_LEN_BYTE_ARRAY", 38, 6),
      decimal("bytes", "BYTE_ARRAY", 20, 0),
      decimal("long", "INT64", 18, 2),
      decimal("short", "INT32", 4, 2),
    ],
    [
      { name: "fixed", data: [12345678901234567890123456n, -1n, null] },
      { name: "bytes", data: [-12345678901234567890n, 0n, null] },
      { name: "long", data: [123456789012345678n, -5n, null] },
      { name: "short", data: [57n, -110n, null] },
    ],
  );
  assert.deepEqual(await metas(path), [
    {
      fixed: "12345678901234567890.123456",
      bytes: "-12345678901234567890",
      long: "1234567890123456.78",
      short: 0.57,
    },
    { fixed: "-0.000001", bytes: "0", long: "-0.05", short: -1.1 },
    { fixed: null, bytes: null, long: null, short: null },
  ]);
});

Deno.test("readParquet() reads chats and own ids, and names another format", async () => {
  const path = await parquet("own.parquet", [{ name: "key", type: "INT64" }], [
    { name: "key", data: [7n, 2n ** 60n] },
  ]);
  const read = await Array.fromAsync(readParquet(path, { idField: "key" }));
  assert.deepEqual(read.map(({ id, meta }) => [id, meta]), [["7", {}], ["1152921504606846976", {}]]);
  await assert.rejects(Array.fromAsync(readParquet(await file("z.parquet", "PK\u0003\u0004rest"))), {
    name: "InvalidData",
    message: /must be a whole Parquet file: it is a zip archive/,
  });
});

Deno.test("readCsv() and readCurves() read what gzip and zstd made of a table, by its bytes", async () => {
  const table = "step,loss,lr\n0,4.5,0.1\n1,4,0.1\n";
  for (const [name, bytes] of [["c.csv.gz", gzipSync(table)], ["c.csv", zstdCompressSync(table)]] as const) {
    const path = await file(name, bytes);
    assert.deepEqual([...(await readCsv(path)).numbers("loss")], [4.5, 4]);
  }
  await assert.rejects(readCsv(await file("d.csv", foreign.xz[0])), { message: /damaged or cut off: xz: / });
  assert.equal((await readCurves(`${folder}/c.csv.gz`)).length, 1);
});

Deno.test("a folder in place of a file is told, with what the file must be", async () => {
  const folder = await Deno.makeTempDir();
  await assert.rejects(Array.fromAsync(readDocuments(folder)), {
    message:
      `Cannot read ${folder} as it must be JSON Lines, or a folder of .txt or .md files: it holds nothing`,
  });
  await assert.rejects(readCsv(folder), {
    message: `Cannot read ${folder} as it must be CSV: it is a folder`,
  });
  await assert.rejects(Array.fromAsync(readParquet(folder)), {
    message: `Cannot read ${folder} as it must be a Parquet file: it is a folder`,
  });
});
