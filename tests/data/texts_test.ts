import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { documentId, type Drop, readDocuments } from "../../lib/data/mod.ts";

/** A folder of such files, in a name that a URL writes otherwise. */
async function folderOf(files: Record<string, string | Uint8Array<ArrayBuffer>>): Promise<string> {
  const folder = join(await Deno.makeTempDir(), "texte é");
  for (const [name, content] of Object.entries(files)) {
    await Deno.mkdir(join(folder, name, ".."), { recursive: true });
    await Deno.writeFile(
      join(folder, name),
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
  }
  return folder;
}

Deno.test("readDocuments() reads a folder of texts, one document a file, in the order of their paths", async () => {
  const folder = await folderOf({
    "b.txt": "\uFEFFzweite 鯨",
    "a/c d.md": "# erste\n\ntext\n",
    "z.txt.gz": new Uint8Array(gzipSync("letzte")),
    "e.TXT": "",
    ".DS_Store": "\0",
    ".git/x.txt": "hidden",
    "notes.pdf": "%PDF-1.7",
  });
  const dropped: Drop[] = [];
  const read = await Array.fromAsync(readDocuments(folder, { onDrop: (drop) => dropped.push(drop) }));
  assert.deepEqual(
    read.map(({ text, source, meta }) => ({ text, source, meta })),
    [["# erste\n\ntext\n", "a/c d.md"], ["zweite 鯨", "b.txt"], ["", "e.TXT"], ["letzte", "z.txt.gz"]]
      .map(([text, file]) => ({ text, source: folder, meta: { file } })),
  );
  assert.deepEqual(dropped.map(({ reason, excerpt }) => [reason, excerpt]), [[
    "neither .txt nor .md",
    "notes.pdf",
  ]]);
  assert.equal(new Set(read.map(({ id }) => id)).size, 4);
});

Deno.test("the ids of a folder's texts do not depend on where it lies, and can be the files' names", async () => {
  const files = { "a.txt": "one", "sub/b.txt": "two" };
  const ids = async (options = {}) =>
    (await Array.fromAsync(readDocuments(await folderOf(files), options))).map(({ id }) => id);
  assert.deepEqual(await ids(), await ids());
  assert.deepEqual(await ids({ idField: "file" }), ["a.txt", "sub/b.txt"]);
  assert.deepEqual(await ids({ source: "s" }), [documentId("s", "a.txt"), documentId("s", "sub/b.txt")]);
});

Deno.test("a folder without texts, and a text that is none, are told by what they hold", async () => {
  const shards = await folderOf({
    "1.jsonl": "",
    "2.jsonl": "",
    "3.jsonl": "",
    "4.jsonl": "",
    "5.jsonl": "",
  });
  await assert.rejects(Array.fromAsync(readDocuments(shards)), {
    message:
      `Cannot read ${shards} as it must be JSON Lines, or a folder of .txt or .md files: it holds 1.jsonl, 2.jsonl, 3.jsonl and 2 more`,
  });
  const latin = await folderOf({ "a.txt": "good", "b.txt": new Uint8Array([0x63, 0x61, 0x66, 0xe9]) });
  await assert.rejects(Array.fromAsync(readDocuments(latin)), {
    message: `Cannot read ${latin}/b.txt as it is not UTF-8; onDrop passes over such files`,
  });
  const read = await Array.fromAsync(readDocuments(latin, { onDrop: () => {} }));
  assert.deepEqual(read.map(({ text }) => text), ["good"]);
  await assert.rejects(Array.fromAsync(readDocuments(latin, { textField: "body" })), {
    message: `Cannot read ${latin}/a.txt as it has no text in field body; onDrop passes over such files`,
  });
  await assert.rejects(Array.fromAsync(readDocuments(latin, { maxLineBytes: 3 })), {
    message: `Cannot read ${latin}/a.txt as it is longer than 3 bytes; onDrop passes over such files`,
  });
  await assert.rejects(Array.fromAsync(readDocuments(latin, { maxLineBytes: 0 })), /maxLineBytes/);
});
