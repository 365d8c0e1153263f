import assert from "node:assert/strict";
import { dependencyOrder } from "../../../lib/synthesize/code/_dependency_order.ts";
import { importsOf } from "../../../lib/synthesize/code/_imports.ts";
import { type Document, type Drop, lineageOf, packRepositories } from "../../../lib/synthesize/mod.ts";
import { readLibrary } from "./_library.ts";

const library = await readLibrary();
const tokenizer = {
  name: "four letters",
  encode: (text: string) => new Uint8Array(Math.ceil(text.length / 4)),
};
const file = (path: string, text: string, source = "repo"): Document => ({
  id: `${source}/${path}`,
  text,
  source,
  meta: { path },
});

/** Whether one file leads to another by imports. */
function leads(imports: ReadonlyMap<string, string[]>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const path of seen) for (const next of imports.get(path) ?? []) seen.add(next);
  return seen.has(to);
}

Deno.test("the imports of CPython's own library are those that its ast module reads", () => {
  const { files, imports } = library;
  const paths = new Set(files.map(({ id }) => id));
  let edges = 0;
  for (const { id, text } of files) {
    const found = importsOf(id, text, (path) => paths.has(path)).sort();
    assert.deepEqual(found, imports.get(id), id);
    edges += found.length;
  }
  assert(files.length > 400 && edges > 700, `${edges} imports of ${files.length} files`);
});

Deno.test("a file stands behind all that it imports, but where these lead back to it", () => {
  const { files, imports } = library;
  const order = dependencyOrder(files.map(({ id, text }) => ({ path: id, text }))).map(({ path }) => path);
  assert.deepEqual([...order].sort(), files.map(({ id }) => id).sort());
  const at = new Map(order.map((path, place) => [path, place]));
  let inCircles = 0;
  for (const [path, others] of imports) {
    for (const other of others) {
      if (at.get(other)! < at.get(path)!) continue;
      inCircles++;
      assert(leads(imports, other, path), `${path} stands before ${other}`);
    }
  }
  // In the order of paths, half of all imports lead to a file that is still to come.
  const byPath = [...imports].flatMap(([path, others]) => others.filter((other) => other > path)).length;
  assert(inCircles < byPath / 5, `${inCircles} of ${byPath}`);
  const again = dependencyOrder(files.toReversed().map(({ id, text }) => ({ path: id, text })));
  assert.deepEqual(again.map(({ path }) => path), order);
});

Deno.test("packRepositories() loses no file and cuts none, and no text is longer than asked but a file alone", async () => {
  const { files } = library;
  for (const maxTokens of [500, 8000, 1e9]) {
    const packs = await Array.fromAsync(packRepositories(files, { tokenizer, maxTokens }));
    const paths = packs.flatMap(({ meta }) => meta.paths as string[]);
    const whole = files.filter(({ text }) => text.trim() !== "");
    assert.deepEqual([...paths].sort(), whole.map(({ id }) => id).sort());
    for (const { text, meta, lineage } of packs) {
      assert.equal(meta.tokens, tokenizer.encode(text).length);
      assert((meta.tokens as number) <= maxTokens || lineage!.parents.length === 1);
      for (const id of lineage!.parents) {
        assert(text.includes(library.files.find((one) => one.id === id)!.text.trim()), id);
      }
    }
    if (maxTokens === 1e9) assert.equal(packs.length, 1);
  }
});

Deno.test("packRepositories() follows the imports of other languages, and heads each file in its own", async () => {
  const files = [
    file("src/app.ts", 'import { rise } from "./whale.js";\nimport fs from "node:fs";'),
    file("src/whale.ts", 'export * from "../sea";'),
    file("sea/index.ts", "export const depth = 4;"),
    file("c/main.c", '#include <stdio.h>\n#include "whale.h"\n'),
    file("c/include/whale.h", "#pragma once"),
    file("j/zoo/Zoo.java", "package zoo;\nimport zoo.animals.Whale;\nclass Zoo {}"),
    file("j/zoo/animals/Whale.java", "package zoo.animals;\nclass Whale {}"),
    file("build.sh", "make"),
  ];
  const [{ text, meta }] = await Array.fromAsync(packRepositories(files, { tokenizer }));
  const order = (meta.paths as string[]).join(" ");
  assert.match(order, /sea\/index.ts src\/whale.ts src\/app.ts/);
  assert.match(order, /c\/include\/whale.h c\/main.c/);
  assert.match(order, /Whale.java j\/zoo\/Zoo.java/);
  assert.match(text, /^# build.sh\nmake\n/);
  assert.match(text, /\n\n\/\/ c\/main.c\n#include <stdio.h>/);
});

Deno.test("packRepositories() keeps repositories apart, says what it leaves out, and goes down to the file", async () => {
  const drops: Drop[] = [];
  const files = [
    file("b.py", "from . import a\r\nx = 1\r\n", "one"),
    file("a.py", "\n\n  y = 2", "one"),
    file("a.py", "y = 3", "one"),
    file("none.py", " \n", "one"),
    file("a.py", "z = 1", "two"),
  ];
  const onDrop = (drop: Drop) => drops.push(drop);
  const packs = await Array.fromAsync(packRepositories(files, { tokenizer, onDrop }));
  assert.deepEqual(packs.map(({ text }) => text), [
    "# a.py\n  y = 2\n\n# b.py\nfrom . import a\nx = 1\n",
    "# a.py\nz = 1\n",
  ]);
  assert.deepEqual(drops.map(({ reason, excerpt }) => [reason, excerpt]), [
    ["path stands twice", "a.py"],
    ["empty", "none.py"],
  ]);
  const find = (id: string) => files.find((one) => one.id === id);
  assert.match(
    lineageOf(packs[0], { find }),
    /by code\/repository@1, model none[^]*one\/a.py from one[^]*one\/b.py from one/,
  );
  await assert.rejects(
    Array.fromAsync(packRepositories([files[0], files[4], files[1]], { tokenizer })),
    {
      message:
        "Cannot pack repositories as the files of a repository must come one after the other: current value is one",
    },
  );
  await assert.rejects(Array.fromAsync(packRepositories([{ ...files[0], meta: {} }], { tokenizer })), {
    message: "Cannot pack repositories as meta.path of one/b.py must be a text: current value is undefined",
  });
});
