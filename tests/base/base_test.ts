import assert from "node:assert/strict";
import { canMount, smallDisk } from "../native/_disk.ts";
import {
  bootstrapMean,
  exists,
  hash32,
  mean,
  quantile,
  Random,
  sha256,
  sha256File,
  wilson,
  writeAtomic,
} from "../../lib/base/mod.ts";

Deno.test("Random draws the same numbers for the same seed and others for another", () => {
  const draw = (seed: number | string) =>
    Array.from({ length: 5 }, (_, i) => [new Random(seed), i] as const).map(([r, i]) => {
      for (let k = 0; k < i; k++) r.next();
      return r.next();
    });
  assert.deepEqual(draw(1), draw("1"));
  assert.notDeepEqual(draw(1), draw(2));
});

Deno.test("Random is uniform and normal to within five standard errors over 100,000 draws", () => {
  const random = new Random("moments");
  const n = 100_000;
  let sum = 0;
  let sumNormal = 0;
  let squares = 0;
  const tenths = new Array(10).fill(0);
  for (let i = 0; i < n; i++) {
    const u = random.next();
    const z = random.normal();
    sum += u;
    tenths[Math.floor(u * 10)]++;
    sumNormal += z;
    squares += z * z;
  }
  assert.ok(Math.abs(sum / n - 0.5) < 5 * Math.sqrt(1 / 12 / n));
  assert.ok(Math.abs(sumNormal / n) < 5 / Math.sqrt(n));
  assert.ok(Math.abs(squares / n - 1) < 5 * Math.sqrt(2 / n));
  for (const count of tenths) assert.ok(Math.abs(count - n / 10) < 5 * Math.sqrt(n * 0.09));
});

Deno.test("a fork depends on the seed and the name, not on what was drawn before", () => {
  const random = new Random(3);
  const before = random.fork("a").next();
  random.next();
  assert.equal(random.fork("a").next(), before);
  assert.notEqual(random.fork("b").next(), before);
});

Deno.test("shuffle() keeps every element and leaves its argument alone", () => {
  const items = [1, 2, 3, 4, 5, 6, 7];
  const copy = [...items];
  const shuffled = new Random(1).shuffle(items);
  assert.deepEqual(items, copy);
  assert.deepEqual([...shuffled].sort(), copy);
  assert.deepEqual(new Random(1).shuffle([]), []);
});

Deno.test("hash32() gives the published FNV-1a values", () => {
  assert.equal(hash32("a"), 0xe40c292c);
  assert.equal(hash32("foobar"), 0xbf9cf968);
});

Deno.test("quantile() is linear between order statistics, as NumPy's default", () => {
  assert.equal(quantile([10, 20, 30, 40, 50], 0.1), 14);
  assert.equal(quantile([7], 0.99), 7);
  assert.throws(() => quantile([], 0.5), /must not be empty/);
  assert.throws(() => quantile([1], 1.1), /current value is 1.1/);
});

Deno.test("wilson() matches the textbook interval for 8 of 10 and stays inside [0, 1] at the ends", () => {
  const { low, high } = wilson(8, 10);
  assert.ok(Math.abs(low - 0.4901625) < 1e-6 && Math.abs(high - 0.9433178) < 1e-6);
  assert.equal(wilson(0, 5).low, 0);
  assert.equal(wilson(5, 5).high, 1);
  for (let n = 1; n <= 2000; n++) {
    for (const k of [0, 1, n - 1, n]) {
      const { low, estimate, high } = wilson(k, n);
      assert(0 <= low && low <= estimate && estimate <= high && high <= 1, `${k} of ${n}`);
    }
  }
  assert.throws(() => wilson(3, 2), /3 of 2/);
});

Deno.test("bootstrapMean() repeats itself, brackets the mean and has the width of the normal theory", () => {
  const random = new Random(5);
  const values = Array.from({ length: 400 }, () => random.normal());
  const a = bootstrapMean(values, { seed: 1 });
  assert.deepEqual(a, bootstrapMean(values, { seed: 1 }));
  assert.equal(a.estimate, mean(values));
  const width = (a.high - a.low) / (2 * 1.96 / Math.sqrt(400));
  assert.ok(width > 0.85 && width < 1.15, `width ratio ${width}`);
  assert.throws(() => bootstrapMean([1, NaN]), /value 1 is NaN/);
});

Deno.test("writeAtomic() leaves the old file and no neighbour when the content throws half-way", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/x.txt`;
    await writeAtomic(path, "old");
    await assert.rejects(writeAtomic(
      path,
      (function* () {
        yield "half";
        throw new Error("stop");
      })(),
    ));
    assert.equal(await Deno.readTextFile(path), "old");
    assert.deepEqual((await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name), ["x.txt"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("writeAtomic() takes over what a killed process left of the same file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/.x.txt.partial`, "half of something longer");
    await writeAtomic(`${folder}/x.txt`, "whole");
    assert.equal(await Deno.readTextFile(`${folder}/x.txt`), "whole");
    assert.deepEqual((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["x.txt"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("writeAtomic() gives one of two contents whole where two write at once", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const contents = ["a", "b"].map((letter) => letter.repeat(300_000));
    await Promise.all(contents.map((content) => writeAtomic(`${folder}/x.txt`, content)));
    assert(contents.includes(await Deno.readTextFile(`${folder}/x.txt`)));
    assert.deepEqual((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["x.txt"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("writeAtomic() takes text, bytes and sequences, and a bare file name", async () => {
  const folder = await Deno.makeTempDir();
  const cwd = Deno.cwd();
  try {
    Deno.chdir(folder);
    await writeAtomic("bare.bin", [new Uint8Array([104]), "i"]);
    assert.equal(await Deno.readTextFile("bare.bin"), "hi");
    assert.ok(await exists("bare.bin") && !await exists("bare.bin/below"));
    assert.equal(await sha256File("bare.bin"), sha256("hi"));
  } finally {
    Deno.chdir(cwd);
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("writeAtomic() leaves the old file and no other on a full disk (needs root)", {
  ignore: !await canMount(),
}, async () => {
  await using disk = await smallDisk();
  const path = `${disk!.path}/kept.txt`;
  await writeAtomic(path, "old");
  await assert.rejects(writeAtomic(path, "x".repeat(1e6)), { code: "ENOSPC" });
  assert.deepEqual((await Array.fromAsync(Deno.readDir(disk!.path))).map(({ name }) => name), ["kept.txt"]);
  assert.equal(await Deno.readTextFile(path), "old");
});
