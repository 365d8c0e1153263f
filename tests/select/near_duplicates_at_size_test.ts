import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import type { Document } from "../../lib/data/mod.ts";
import {
  nearDuplicateClusters,
  type NearDuplicateOptions,
  removeNearDuplicates,
} from "../../lib/select/mod.ts";
import { Shelf } from "../../lib/select/_shelf.ts";
import { RUN } from "../../lib/select/_runs.ts";

const document = (id: string, text: string): Document => ({ id, text, source: "made", meta: {} });
const ids = (documents: Document[]) => documents.map(({ id }) => id);
const base =
  "The whale swam past the long grey ship while the crew slept below and the wind rose over the water in the dark night of winter";

/** Short texts of which every tenth is written again with one word more. */
function* short(count: number): Generator<Document> {
  const random = new Random("short");
  let last = "";
  for (let i = 0; i < count; i++) {
    const text = i % 10 === 9
      ? `${last} more`
      : Array.from({ length: 12 }, () => `w${random.int(1e6)}`).join(" ");
    last = text;
    yield document(i.toString(16).padStart(16, "0"), text);
  }
}

async function gone(documents: Iterable<Document>, options: NearDuplicateOptions): Promise<string[]> {
  const gone: string[] = [];
  const onDrop = ({ id, excerpt }: { id: string; excerpt: string }) => gone.push(`${id} ${excerpt}`);
  for await (const _ of removeNearDuplicates(documents, { ...options, onDrop }));
  return gone;
}

Deno.test("removeNearDuplicates() of more than a run gives the same on one thread and on three, from a list and a stream", async () => {
  const documents = [...short(RUN + 3000)];
  const one = await gone(documents, { bands: 4, rows: 2, workers: 1 });
  assert.ok(one.length > (RUN + 3000) / 10 * 0.8, `${one.length}`);
  assert.deepEqual(await gone(documents, { bands: 4, rows: 2, workers: 3 }), one);
  assert.deepEqual(await gone(short(RUN + 3000), { bands: 4, rows: 2, workers: 2 }), one);
});

Deno.test("removeNearDuplicates() against another set keeps that out, and of its own what that has not", async () => {
  const a = [
    document("a1", base),
    document("a2", "Words of its own that nobody else has written down before"),
  ];
  const against = [document("b1", `${base} again`), document("b2", `${base} again`)];
  assert.deepEqual(ids(await Array.fromAsync(removeNearDuplicates(a, { against }))), ["a2"]);
  const score = ({ id }: Document) => id.startsWith("a") ? 1 : 0;
  for (const link of ["chain", "kept"] as const) {
    assert.deepEqual(ids(await Array.fromAsync(removeNearDuplicates(a, { against, link, score }))), ["a2"]);
    const { clusters, documents } = await nearDuplicateClusters(a, { against, link });
    assert.equal(documents, 2);
    assert.deepEqual(clusters.map(({ kept, removed }) => [kept, removed.map(({ id }) => id)]), [["b1", [
      "a1",
    ]]]);
  }
  const streams = removeNearDuplicates(Iterator.from(a), { against: Iterator.from(against) });
  assert.deepEqual(ids(await Array.fromAsync(streams)), ["a2"]);
});

Deno.test("of a chain of small edits one stays, or with link kept each that is like no other that stays", async () => {
  let words = base.repeat(8).split(" ").map((word, i) => `${word}${i}`);
  const chain = Array.from({ length: 31 }, (_, step) => {
    words = words.map((word, i) => i >= 6 * step && i < 6 * step + 6 ? `s${step}` : word);
    return document(`c${String(step).padStart(2, "0")}`, words.join(" "));
  });
  const all = await nearDuplicateClusters(chain);
  assert.deepEqual([all.clusters.length, all.clusters[0].removed.length, all.chains], [1, 30, 1]);
  const { clusters, chains, chained } = await nearDuplicateClusters(chain, { link: "kept" });
  const kept = ids(await Array.fromAsync(removeNearDuplicates(chain, { link: "kept" })));
  assert.equal(chains, 1);
  assert.equal(chained, kept.length - 1);
  assert.ok(kept.length > 3 && kept.includes("c00") && kept.length < 15, `${kept}`);
  const sets = new Map(chain.map(({ id, text }) => [id, shingles(text)]));
  const alike = (a: string, b: string) => {
    const both = sets.get(a)!.intersection(sets.get(b)!).size;
    return both / sets.get(a)!.union(sets.get(b)!).size;
  };
  for (const cluster of clusters) {
    for (const { id, twin, jaccard } of cluster.removed) {
      assert.equal(twin, cluster.kept);
      assert.ok(jaccard >= 0.7 && Math.abs(jaccard - alike(id, twin)) < 1e-12);
    }
  }
  for (const one of kept) {
    for (const other of kept) assert.ok(one === other || alike(one, other) < 0.7, `${one} ${other}`);
  }
});

function shingles(text: string): Set<string> {
  const words = text.toLowerCase().split(" ");
  return new Set(words.slice(4).map((_, i) => words.slice(i, i + 5).join(" ")));
}

Deno.test("a folder is gone on with, and refused for other options, other documents and other scores", async () => {
  const folder = await Deno.makeTempDir();
  const made = [...short(200)];
  const options = { folder, bands: 4, rows: 2 };
  const whole = await gone(made, options);
  assert.deepEqual(await gone(made, { bands: 4, rows: 2 }), whole);
  // As a process leaves it that was killed among the bands.
  for (const name of ["found", "pairs-002"]) await Deno.remove(`${folder}/${name}`);
  assert.deepEqual(await gone(made, options), whole);
  const cannot = `Cannot find near-duplicates in ${folder} as `;
  await assert.rejects(gone(made, { ...options, threshold: 0.8 }), {
    message: `${cannot}it holds other work: its threshold is 0.7, this one's is 0.8`,
  });
  const mustBe = "its documents and scores must be those that it was begun with: document";
  await assert.rejects(gone(made.with(3, { ...made[3], text: "Another." }), options), {
    message: `${cannot}${mustBe} 3 is 0000000000000003`,
  });
  await assert.rejects(gone([...short(201)], options), {
    message: `${cannot}${mustBe} 200 is 00000000000000c8`,
  });
  await assert.rejects(gone([...short(199)], options), /they were 200, and are 199/);
  await assert.rejects(
    gone(made.slice(100), { ...options, against: made.slice(0, 100) }),
    /its documents is 200, this one's is 100/,
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a temporary folder goes whatever happens, and a full disk is said", async () => {
  const folder = await Deno.makeTempDir();
  const temporary = Deno.env.get("TMPDIR");
  Deno.env.set("TMPDIR", folder);
  const open = Deno.open;
  try {
    const score = ({ id }: Document) => id === "b" ? NaN : 1;
    const two = () => [document("a", base), document("b", base)].values();
    await assert.rejects(gone(two(), { score }), /every score must be a number: b has NaN/);
    for await (const _ of removeNearDuplicates(two())) break;
    Deno.open = () => Promise.reject(Object.assign(new Error("No space left"), { code: "ENOSPC" }));
    await assert.rejects(
      gone([document("a", base)], {}),
      /^Error: Cannot find near-duplicates in .* as the disk is full$/,
    );
  } finally {
    Deno.open = open;
    if (temporary === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", temporary);
  }
  assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
  await Deno.remove(folder);
});

Deno.test("documents that change between readings are named", async () => {
  let reading = 0;
  const changing = {
    *[Symbol.iterator]() {
      yield document("a", base);
      yield document("b", reading++ === 0 ? base : "another");
    },
  };
  await assert.rejects(gone(changing, {}), {
    name: "TypeError",
    message:
      "Cannot compare near-duplicates as the documents must stay the same between readings: document 1 is b, whose id or text was another",
  });
});

Deno.test("a shelf gives back what is in memory and what went to the file", async () => {
  const folder = await Deno.makeTempDir();
  {
    using shelf = new Shelf(folder, 40);
    const set = (i: number) => new Uint32Array((i % 3 === 0 ? 5 << 20 : 3 << 20) - i).fill(i);
    for (let i = 0; i < 30; i++) shelf.put(i, set(i));
    shelf.put(30, new Uint32Array([1, 2]));
    for (const i of [29, 0, 1, 15, 28, 3]) {
      const got = shelf.get(i);
      assert.deepEqual([got.length, got[0], got.at(-1)], [set(i).length, i, i]);
    }
    assert.deepEqual(shelf.get(30), new Uint32Array([1, 2]));
  }
  assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
  await Deno.remove(folder);
});

Deno.test("near-duplicates are found in scripts without spaces, and one of two equal ids stays", async () => {
  const chinese =
    "今天天气很好我们去公园散步看到了很多美丽的花朵和小鸟在树上唱歌孩子们在草地上奔跑玩耍非常开心";
  const thai =
    "วันนี้อากาศดีมากเราไปเดินเล่นที่สวนสาธารณะและเห็นดอกไม้สวยงามมากมายและนกร้องเพลงบนต้นไม้เด็กๆวิ่งเล่นบนสนามหญ้าอย่างมีความสุข";
  const other = "完全不同的句子讲述另一个关于大海和渔船的故事没有任何重复";
  const made = [chinese, `${chinese}了`, other, thai, `${thai}ครับ`].map((text, i) => document(`d${i}`, text));
  const { clusters } = await nearDuplicateClusters(made);
  assert.deepEqual(clusters.map(({ kept, removed }) => [kept, removed[0].id]), [["d0", "d1"], ["d3", "d4"]]);
  assert.equal(
    (await Array.fromAsync(removeNearDuplicates([document("x", base), document("x", base)]))).length,
    1,
  );
});

Deno.test("ids in any script and of any length keep their order, and half a character does no harm", async () => {
  const ids = [
    "https://example.org/ä",
    "https://example.org/😀",
    "https://example.org/a",
    "",
    "\ud800",
    "z".repeat(300),
  ];
  const made = ids.map((id) => document(id, base));
  const { clusters: [{ kept, removed }] } = await nearDuplicateClusters(made);
  assert.equal(kept, "");
  assert.deepEqual(
    new Set(removed.map(({ id }) => id)),
    new Set(ids.slice(0, 3).concat("\ufffd", "z".repeat(300))),
  );
});

Deno.test("documents that share a header alone are no near-duplicates", async () => {
  const header = Array.from({ length: 57 }, (_, i) => `header${i}`).join(" ");
  const made = Array.from(
    { length: 300 },
    (_, k) =>
      document(`d${k}`, `${header} ${Array.from({ length: 150 }, (_, i) => `own${k}x${i}`).join(" ")}`),
  );
  assert.deepEqual((await nearDuplicateClusters(made)).clusters, []);
});
