import assert from "node:assert/strict";
import { available, type DatasetName, datasets, findFile, listFiles } from "../../lib/data/mod.ts";
import { fileHashes } from "../../lib/data/registry.ts";

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

Deno.test("datasets are registered under their own name, with a checksum for each file that a package does not hold", () => {
  for (const [name, { name: own, origin }] of Object.entries(datasets)) {
    assert.equal(own, name);
    if (origin.kind === "package") continue;
    const sums = Object.values(fileHashes[name] ?? {});
    assert(sums.length > 0, name);
    assert(sums.every((sum) => /^[0-9a-f]{64}$/.test(sum)), name);
  }
  assert.deepEqual(Object.keys(fileHashes).filter((name) => !Object.hasOwn(datasets, name)), []);
});

Deno.test("findFile() takes a file of the mirror after checking its hash, and refuses another", async () => {
  const places = await nowhere();
  const path = `${places.MIDTRAIN_MIRROR}/${curvePath}`;
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, "step,lr,loss\n");
  await withEnvironment(places, async () => {
    await assert.rejects(findFile("multi-power-law", curve), {
      name: "InvalidData",
      message: /SHA-256 must be 554e35f9.*current value is/,
    });
  });
});

Deno.test("findFile() says in one line where it looked and how to get the file", async () => {
  const places = await nowhere();
  await withEnvironment(places, async () => {
    await assert.rejects(findFile("multi-power-law", curve, { download: false }), (error: Error) => {
      assert.equal(error.name, "NotFound");
      assert(!error.message.includes("\n"));
      for (const part of [...Object.values(places), curvePath, "MIDTRAIN_MIRROR"]) {
        assert(error.message.includes(part), part);
      }
      return true;
    });
    await assert.rejects(findFile("arc", "ARC-Easy.validation.jsonl"), /converted from allenai\/ai2_arc/);
    assert.equal(await available("multi-power-law"), false);
    assert.equal(await available("arc"), false);
  });
});

Deno.test("findFile() leaves nothing in the cache when a download breaks off or brings other bytes", async () => {
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
        await assert.rejects(findFile("multi-power-law", curve), { name: "NotFound", message });
        assert.equal(await available("multi-power-law"), false);
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
    "findFile() downloads into the cache, reports bytes, and finds the file there next time (needs the data mirror)",
  ignore: !await available("multi-power-law"),
  async fn() {
    const bytes = await Deno.readFile(await findFile("multi-power-law", curve));
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
        const path = await findFile("multi-power-law", curve, { onProgress });
        assert(path.startsWith(places.MIDTRAIN_CACHE));
        assert.deepEqual(await Deno.readFile(path), bytes);
        assert.equal(await findFile("multi-power-law", curve), path);
      });
    } finally {
      globalThis.fetch = fetch;
    }
    assert.deepEqual(asked, [`https://raw.githubusercontent.com/${curvePath}`]);
    assert.equal(done.at(-1), bytes.length);
  },
});

Deno.test("findFile() refuses unknown names and paths that lead out of a data set", async () => {
  await assert.rejects(findFile("pile" as DatasetName, "x"), {
    name: "RangeError",
    message: /must be one of arc/,
  });
  await assert.rejects(findFile("arc", "none.jsonl"), { name: "RangeError", message: /"none.jsonl"/ });
  await assert.rejects(findFile("sotu", "../package.json"), { name: "RangeError" });
  await assert.rejects(findFile("sotu", "/etc/hostname"), { name: "RangeError" });
  await assert.rejects(findFile("sotu", "none.txt"), { name: "NotFound", message: /deno install/ });
});

Deno.test("listFiles() lists what a package holds", async () => {
  const mails = (await listFiles("spam-assassin")).filter((path) => path.endsWith(".txt"));
  assert.equal(mails.length, 6046);
  assert(await available("spam-assassin"));
});
