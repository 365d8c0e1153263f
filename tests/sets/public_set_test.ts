import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { arc, multiPowerCurves, sotu, spamAssassin } from "../../lib/sets/mod.ts";
import { publicSets } from "../../lib/task/_sets.ts";

const curve = "csv_25/cosine_24000.csv";
const curvePath =
  "thu-yao-01-luo/MultiPowerLaw/8da9f1902602f3391b971a811e3cc51604541769/loss_curve_repo/csv_25/cosine_24000.csv";

/** Run with these variables set, then as it was. */
async function withEnvironment(variables: Record<string, string>, work: () => Promise<void>): Promise<void> {
  const before = Object.keys(variables).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
  try {
    await work();
  } finally {
    for (const [name, value] of before) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
  }
}

/** An empty mirror and an empty cache. */
async function nowhere(): Promise<{ MIDTRAIN_MIRROR: string; MIDTRAIN_CACHE: string }> {
  return { MIDTRAIN_MIRROR: await Deno.makeTempDir(), MIDTRAIN_CACHE: await Deno.makeTempDir() };
}

Deno.test("a set is one file of its name, with a test of that name and a checksum for each file that no package holds", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const files = [...Deno.readDirSync(`${root}lib/sets`)].map(({ name }) => name).filter((name) =>
    name.endsWith(".ts") && Deno.readTextFileSync(`${root}lib/sets/${name}`).includes("publicSet({\n  name: ")
  );
  const expected = [...publicSets.keys()].map((name) => `${name.replaceAll("-", "_")}.ts`);
  assert.deepEqual(files.sort(), expected.sort());
  for (const file of files) {
    assert(Deno.statSync(`${root}tests/sets/${file.replace(/\.ts$/, "_test.ts")}`).isFile);
  }
  for (const { name, origin, files } of publicSets.values()) {
    const sums = Object.values(files);
    assert.equal(sums.length === 0, ["package", "typed"].includes(origin.kind), name);
    assert(sums.every((sum) => /^[0-9a-f]{64}$/.test(sum)), name);
  }
});

Deno.test("file() takes a file of the mirror after checking its hash, and refuses another", async () => {
  const places = await nowhere();
  const path = `${places.MIDTRAIN_MIRROR}/${curvePath}`;
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, "step,lr,loss\n");
  await withEnvironment(places, async () => {
    await assert.rejects(multiPowerCurves.file(curve), {
      name: "InvalidData",
      message: /SHA-256 must be 554e35f9.*current value is/,
    });
  });
});

Deno.test("file() says in one line where it looked and how to get the file", async () => {
  const places = await nowhere();
  await withEnvironment(places, async () => {
    await assert.rejects(multiPowerCurves.file(curve, { download: false }), (error: Error) => {
      assert.equal(error.name, "NotFound");
      assert(!error.message.includes("\n"));
      for (const part of [...Object.values(places), curvePath, "MIDTRAIN_MIRROR"]) {
        assert(error.message.includes(part), part);
      }
      return true;
    });
    await assert.rejects(arc.file("ARC-Easy.validation.jsonl"), /converted from allenai\/ai2_arc/);
    assert.equal(await multiPowerCurves.available(), false);
    assert.equal(await arc.available(), false);
  });
});

Deno.test("file() leaves nothing in the cache when a download breaks off or brings other bytes", async () => {
  const places = await nowhere();
  const fetch = globalThis.fetch;
  const answers: [Response, RegExp][] = [
    [new Response("not it"), /SHA-256 must be/],
    [new Response("gone", { status: 404 }), /the server answered 404/],
    [
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new Uint8Array(10)),
          pull: (controller) => controller.error(new Error("connection lost")),
        }),
      ),
      /connection lost/,
    ],
  ];
  try {
    for (const [answer, message] of answers) {
      globalThis.fetch = () => Promise.resolve(answer);
      await withEnvironment(places, async () => {
        await assert.rejects(multiPowerCurves.file(curve), { name: "NotFound", message });
        assert.equal(await multiPowerCurves.available(), false);
      });
      const left = await Array.fromAsync(walk(places.MIDTRAIN_CACHE));
      assert.deepEqual(left, []);
    }
  } finally {
    globalThis.fetch = fetch;
  }
});

async function* walk(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory) yield* walk(`${folder}/${entry.name}`);
    else yield entry.name;
  }
}

Deno.test({
  name:
    "file() downloads into the cache, reports bytes, and finds the file there next time (needs the data mirror)",
  ignore: !await multiPowerCurves.available(),
  async fn() {
    const bytes = await Deno.readFile(await multiPowerCurves.file(curve));
    const places = await nowhere();
    const fetch = globalThis.fetch;
    const asked: string[] = [];
    const done: number[] = [];
    globalThis.fetch = (address) => {
      asked.push(String(address));
      return Promise.resolve(new Response(bytes, { headers: { "content-length": `${bytes.length}` } }));
    };
    try {
      await withEnvironment(places, async () => {
        const onProgress = ({ done: now }: { done: number }) => done.push(now);
        const path = await multiPowerCurves.file(curve, { onProgress });
        assert(path.startsWith(places.MIDTRAIN_CACHE));
        assert.deepEqual(await Deno.readFile(path), bytes);
        assert.equal(await multiPowerCurves.file(curve), path);
      });
    } finally {
      globalThis.fetch = fetch;
    }
    assert.deepEqual(asked, [`https://raw.githubusercontent.com/${curvePath}`]);
    assert.equal(done.at(-1), bytes.length);
  },
});

Deno.test("file() refuses unknown paths and those that lead out of a data set", async () => {
  await assert.rejects(arc.file("none.jsonl"), { name: "RangeError", message: /"none.jsonl"/ });
  await assert.rejects(sotu.file("../package.json"), { name: "RangeError" });
  await assert.rejects(sotu.file("/etc/hostname"), { name: "RangeError" });
  await assert.rejects(sotu.file("none.txt"), { name: "NotFound", message: /deno install/ });
});

Deno.test("paths() lists what a package holds", async () => {
  const mails = (await spamAssassin.paths()).filter((path) => path.endsWith(".txt"));
  assert.equal(mails.length, 6046);
  assert(await spamAssassin.available());
});

Deno.test("a set's file outside of its folder, or with NUL in its name, is refused by its path", async () => {
  for (const path of ["../x", "a/../../x", "..\\x", "/etc/hostname", "a\0b", "\0"]) {
    await assert.rejects(sotu.file(path, { download: false }), {
      name: "RangeError",
      message: `Cannot find a file of sotu as it has no such path: current value is ${JSON.stringify(path)}`,
    });
  }
});
