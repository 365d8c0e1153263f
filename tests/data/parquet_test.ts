import assert from "node:assert/strict";
import { type Document, documentId, type Drop, readParquet, writeParquet } from "../../lib/data/mod.ts";

const folder = await Deno.makeTempDir();
const documents: Document[] = Array.from({ length: 2500 }, (_, i) => ({
  id: documentId("novel", i),
  text: i % 7 === 0 ? "" : `document ${i}: 鯨 🐋\u2028`,
  source: "novel",
  meta: { chapter: i, nested: { list: [1, "two", null] } },
  ...(i % 2
    ? { lineage: { parents: [documentId("novel", 0)], prompt: "p@1", model: "m", sampling: {}, seed: i } }
    : {}),
}));

Deno.test("writeParquet() and readParquet() give back the same documents over several row groups", async () => {
  const path = `${folder}/round.parquet`;
  assert.equal(await writeParquet(path, documents, { rowGroupDocuments: 700 }), 2500);
  assert.deepEqual(await Array.fromAsync(readParquet(path)), documents);
});

Deno.test("readParquet() reads no document from a file of none", async () => {
  await writeParquet(`${folder}/none.parquet`, []);
  assert.deepEqual(await Array.fromAsync(readParquet(`${folder}/none.parquet`)), []);
});

Deno.test("writeParquet() is read by Polars with the same columns, and reads what Polars wrote", async () => {
  const { default: pl } = await import("nodejs-polars");
  const path = `${folder}/ours.parquet`;
  await writeParquet(path, documents.slice(0, 10));
  const frame = pl.readParquet(path);
  assert.deepEqual(frame.columns, ["id", "text", "source", "meta", "lineage"]);
  assert.deepEqual(frame.getColumn("text").toArray(), documents.slice(0, 10).map(({ text }) => text));
  const theirs = `${folder}/theirs.parquet`;
  pl.DataFrame({ body: ["a", null, "c"], score: [0.5, 1, NaN] }).writeParquet(theirs, {
    compression: "zstd",
  });
  const drops: Drop[] = [];
  const options = { source: "web", textField: "body", onDrop: (drop: Drop) => drops.push(drop) };
  assert.deepEqual(await Array.fromAsync(readParquet(theirs, options)), [
    { id: documentId("web", 0), text: "a", source: "web", meta: { score: 0.5 } },
    { id: documentId("web", 2), text: "c", source: "web", meta: { score: null } },
  ]);
  assert.deepEqual(drops.map(({ id, reason }) => [id, reason]), [[
    documentId("web", 1),
    "no text in field body",
  ]]);
  await assert.rejects(Array.fromAsync(readParquet(theirs, { textField: "body" })), /row 1 has no text/);
});

Deno.test("writeParquet() leaves the old file when its source fails", async () => {
  const path = `${folder}/kept.parquet`;
  await writeParquet(path, documents.slice(0, 3));
  const failing = (function* () {
    yield* documents;
    throw new Error("the source failed");
  })();
  await assert.rejects(writeParquet(path, failing), /the source failed/);
  assert.equal((await Array.fromAsync(readParquet(path))).length, 3);
  await assert.rejects(writeParquet(path, [], { rowGroupDocuments: 0 }), { name: "RangeError" });
});

Deno.test("readParquet() names a file that is missing, cut off or no Parquet", async () => {
  await assert.rejects(Array.fromAsync(readParquet(`${folder}/absent.parquet`)), { name: "NotFound" });
  const whole = await Deno.readFile(`${folder}/round.parquet`);
  for (
    const [name, bytes] of Object.entries({
      cut: whole.subarray(0, 5000),
      text: new Uint8Array(100),
      empty: new Uint8Array(),
    })
  ) {
    const path = `${folder}/${name}.parquet`;
    await Deno.writeFile(path, bytes);
    await assert.rejects(Array.fromAsync(readParquet(path)), {
      name: "InvalidData",
      message: new RegExp(name === "empty" ? `${path} .*: it has 0 bytes` : path),
    });
  }
});
