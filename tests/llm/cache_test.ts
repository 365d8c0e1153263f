import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { cacheKey } from "../../lib/llm/cache.ts";
import { openCache } from "../../lib/llm/mod.ts";
import { canMount, smallDisk } from "../native/_disk.ts";

const fresh = async () => `${await Deno.makeTempDir()}/deep/answers.sqlite`;

Deno.test("openCache() keeps answers between openings, whatever the order of a question's members", async () => {
  const path = await fresh();
  const answer = { text: "4 \u0000 🦕", list: [1, null, { a: true }] };
  {
    await using cache = await openCache(path);
    assert.equal(cache.get({ a: 1, b: [2] }), undefined);
    cache.set({ a: 1, b: [2] }, answer);
  }
  await using cache = await openCache(path);
  assert.deepEqual(cache.get({ b: [2], a: 1 }), answer);
  assert.equal(cache.get({ b: [2], a: 2 }), undefined);
  assert.equal(cache.size, 1);
});

Deno.test("cacheKey() tells values apart that look alike", () => {
  const keys = [{ a: "1" }, { a: 1 }, { a: [1] }, { a: null }, {}, [], "", '{"a":1}'].map(cacheKey);
  assert.equal(new Set(keys).size, keys.length);
});

Deno.test("AnswerCache.set() lets the first answer stand", async () => {
  const path = await fresh();
  await using one = await openCache(path);
  await using two = await openCache(path);
  assert.equal(one.set("question", "first"), "first");
  assert.equal(two.set("question", "second"), "first");
  assert.equal(two.get("question"), "first");
});

Deno.test("openCache() sets a file aside that is no database, says so, and begins anew", async () => {
  const path = await fresh();
  const notices: string[] = [];
  const onNotice = (line: string) => void notices.push(line);
  (await openCache(path)).close();
  await Deno.writeTextFile(
    path,
    "this is not a database, and it is long enough to be read as one".repeat(100),
  );
  await using cache = await openCache(path, { onNotice });
  cache.set("a", "b");
  assert.equal(notices.length, 1);
  assert.match(notices[0], /damaged.*it now stands at .*\.damaged-1, and a new one is begun/);
  assert.match(await Deno.readTextFile(`${path}.damaged-1`), /^this is not a database/);
});

Deno.test("AnswerCache sets a file aside whose damage shows only later", async () => {
  const path = await fresh();
  const notices: string[] = [];
  {
    await using cache = await openCache(path);
    for (let i = 0; i < 400; i++) cache.set(`question ${i}`, "x".repeat(500));
  }
  const { size } = await Deno.stat(path);
  using file = await Deno.open(path, { write: true });
  await file.seek(8192, Deno.SeekMode.Start);
  await file.write(new Uint8Array(size - 8192).fill(255));
  await using cache = await openCache(path, { onNotice: (line) => void notices.push(line) });
  for (let i = 0; i < 400 && notices.length === 0; i++) cache.get(`question ${i}`);
  assert.equal(notices.length, 1);
  cache.set("after", "well");
  assert.equal(cache.get("after"), "well");
  assert.equal((await Deno.stat(`${path}.damaged-1`)).size, size);
});

Deno.test("AnswerCache says that the disk is full, and gives what it kept (needs root)", {
  ignore: !await canMount(),
}, async () => {
  await using disk = await smallDisk();
  const full =
    /^Cannot keep answers in .*answers.sqlite as the disk is full: free some space, or set MIDTRAIN_CACHE/;
  let kept = 0;
  {
    await using cache = await openCache(`${disk!.path}/answers.sqlite`);
    assert.throws(() => {
      for (;; kept++) cache.set(kept, "x".repeat(5000));
    }, { message: full });
    assert(kept > 3);
    for (let i = 0; i < kept; i++) assert.equal((cache.get(i) as string).length, 5000);
  }
  await using again = await openCache(`${disk!.path}/answers.sqlite`);
  assert.equal(again.size, kept);
  await assert.rejects(openCache(`${disk!.path}/new/answers.sqlite`), { message: full });
});

const WRITER = `
import { openCache } from ${JSON.stringify(new URL("../../lib/llm/cache.ts", import.meta.url).href)};
const [path, name] = Deno.args;
const cache = await openCache(path);
for (let i = 0; ; i++) {
  cache.set(name + i, "x".repeat(2000));
  if (i % 20 === 19) console.log(i);
}`;

Deno.test("AnswerCache survives two writing processes that are killed", async () => {
  const path = await fresh();
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/writer.ts`, WRITER);
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const written = await Promise.all(["left", "right"].map(async (name) => {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--config", config, `${folder}/writer.ts`, path, name],
      stdout: "piped",
    }).spawn();
    let said = "";
    let killed = false;
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += part;
      if (killed || !said.includes("59\n")) continue;
      child.kill("SIGKILL");
      killed = true;
    }
    assert.equal((await child.status).signal, "SIGKILL");
    return { name, last: Number(said.trim().split("\n").at(-1)) };
  }));
  const notices: string[] = [];
  await using cache = await openCache(path, { onNotice: (line) => void notices.push(line) });
  for (const { name, last } of written) {
    for (let i = 0; i <= last; i++) assert.equal((cache.get(name + i) as string).length, 2000);
  }
  assert.deepEqual(notices, []);
});
