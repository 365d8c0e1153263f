import assert from "node:assert/strict";
import { writeJsonl, writeParquet } from "../../lib/data/mod.ts";
import { countPool, type Document, scanPools } from "../../lib/mix/mod.ts";
import { withCsv } from "./_csv.ts";

const pages: Document[] = [
  { id: "1", text: "naïve €", source: "web", meta: {} },
  { id: "2", text: "a longer page of text", source: "web", meta: {} },
  { id: "3", text: "naïve €", source: "web", meta: {} },
  { id: "4", text: "f(x)", source: "code", meta: {} },
];

Deno.test("scanPools() agrees with countPool() on JSONL and Parquet, ids and metadata aside", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/a.jsonl`, pages.map((page) => JSON.stringify(page)).join("\n"));
  await writeParquet(`${folder}/a.parquet`, pages);
  const counted = [
    await countPool(pages.slice(3), { name: "code" }),
    await countPool(pages.slice(0, 3), { name: "web" }),
  ];
  assert.deepEqual(await scanPools(`${folder}/a.jsonl`), counted);
  assert.deepEqual(await scanPools(`${folder}/a.parquet`), counted);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("scanPools() names the ending, the missing file and the missing column", async () => {
  await assert.rejects(
    scanPools("pages.txt"),
    /must end in .parquet, .jsonl, .ndjson or .csv: current value is pages.txt/,
  );
  await assert.rejects(scanPools("absent.csv"), { message: "Cannot scan absent.csv: there is no such file" });
  const folder = await Deno.makeTempDir();
  await assert.rejects(scanPools(folder), {
    message:
      `Cannot scan ${folder} as it must be a file, or several by a glob such as ${folder}/*.parquet: it is a folder`,
  });
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  await Deno.writeTextFile(path, "name,text\na,b\n");
  await assert.rejects(scanPools(path), /must have a column "source": it has name, text/);
  await Deno.remove(path);
});

Deno.test("scanPools() says how chats become texts", async () => {
  const path = `${await Deno.makeTempDir()}/chats.jsonl`;
  const messages = [{ role: "user", content: "How deep is it?" }];
  await writeJsonl(path, [{ source: "chat", messages, prompt: { user: "How?" }, count: 3 }]);
  for (const [text, held] of [["messages", "lists"], ["prompt", "records"]]) {
    await assert.rejects(scanPools(path, { text }), {
      message:
        `Cannot scan ${path} as its column "${text}" must hold text: it holds ${held}; of chats readDocuments() makes texts, which writeJsonl() writes`,
    });
  }
  assert.equal((await scanPools(path, { text: "count" }))[0].bytes, 1);
});

Deno.test("scanPools() counts a table without text, and repeats by a key", () =>
  withCsv("source,n,hash\nweb,10,a\nweb,20,b\nweb,10,a\ncode,5,a\n", async (path) => {
    const counts = async (key?: string) =>
      (await scanPools(path, { text: null, tokens: "n", ...(key ? { key } : {}) }))
        .map((
          { name, documents, tokens, uniqueTokens, bytes },
        ) => [name, documents, tokens, uniqueTokens, bytes]);
    assert.deepEqual(await counts(), [["code", 1, 5, 5, 20], ["web", 3, 40, 40, 160]]);
    assert.deepEqual(await counts("hash"), [["code", 1, 5, 5, 20], ["web", 3, 40, 30, 160]]);
    await assert.rejects(scanPools(path, { text: null }), {
      name: "TypeError",
      message: /a column of tokens/,
    });
  }));

Deno.test("scanPools() takes domain and form from columns, and names a source that has two", () =>
  withCsv("source,text,field,kind\nweb,abcd,prose,general\nqa,abcd,maths,question-answer\n", async (path) => {
    const pools = await scanPools(path, { domain: "field", form: "kind" });
    assert.deepEqual(pools.map(({ name, domain, form }) => [name, domain, form]), [
      ["qa", "maths", "question-answer"],
      ["web", "prose", "general"],
    ]);
    await Deno.writeTextFile(path, "source,text,field\nweb,abcd,prose\nweb,abcd,maths\n");
    await assert.rejects(scanPools(path, { domain: "field" }), /"web" has 2 and 1/);
  }));

Deno.test("scanPools() keeps a domain without tokens, and names documents that lack a source or a count", () =>
  withCsv("source,n\nweb,10\nempty,0\n", async (path) => {
    const scanned = () => scanPools(path, { text: null, tokens: "n" });
    assert.deepEqual((await scanned()).map(({ name, tokens }) => [name, tokens]), [["empty", 0], [
      "web",
      10,
    ]]);
    await Deno.writeTextFile(path, "source,n\nweb,10\n,3\n");
    await assert.rejects(scanned(), /every document must have a source: 1 have none/);
    await Deno.writeTextFile(path, "source,n\nweb,10\nweb,\n");
    await assert.rejects(scanned(), /1 of "web" have none/);
    await Deno.writeTextFile(path, "source,n\nweb,10\nweb,-1\n");
    await assert.rejects(scanned(), /a document of "web" has -1/);
  }));

Deno.test("scanPools() reads many files by a glob", async () => {
  const folder = await Deno.makeTempDir();
  await writeParquet(`${folder}/a.parquet`, pages.slice(0, 2));
  await writeParquet(`${folder}/b.parquet`, pages.slice(2));
  assert.deepEqual((await scanPools(`${folder}/*.parquet`)).map(({ documents }) => documents), [1, 3]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("scanPools() says which file has a line that is no JSON", async () => {
  const path = await Deno.makeTempFile({ suffix: ".jsonl" });
  await Deno.writeTextFile(path, '{"source":"web","text":"a"}\n{"source":"web","te\n');
  await assert.rejects(scanPools(path), (error: Error) => error.message.includes(path));
  await Deno.remove(path);
});

Deno.test("scanPools() counts beyond 32 bits whatever the column's type", async () => {
  const { default: polars } = await import("nodejs-polars");
  const path = await Deno.makeTempFile({ suffix: ".parquet" });
  const frame = polars.DataFrame({ source: ["web", "web", "web"], n: [2e9, 2e9, 2e9] });
  frame.withColumn(polars.col("n").cast(polars.Int32)).writeParquet(path);
  const [web] = await scanPools(path, { text: null, tokens: "n" });
  assert.deepEqual([web.tokens, web.uniqueTokens, web.bytes], [6e9, 6e9, 24e9]);
  await Deno.remove(path);
});
