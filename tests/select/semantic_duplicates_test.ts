import assert from "node:assert/strict";
import { descriptionOf, Random } from "../../lib/base/mod.ts";
import { removeSemanticDuplicates, semanticDuplicates } from "../../lib/select/mod.ts";
import { kMeans } from "../../lib/select/_k_means.ts";

const dimensions = 6;

/** Vectors around some directions, some of them nearly the same. */
function made(count: number, seed: string): Float32Array {
  const random = new Random(seed);
  const centres = Array.from({ length: 5 }, () => Array.from({ length: dimensions }, () => random.normal()));
  return Float32Array.from(
    Array.from({ length: count }, () => {
      const centre = random.pick(centres);
      const spread = random.pick([0.05, 0.4]);
      return centre.map((value) => value + spread * random.normal());
    }).flat(),
  );
}

function cosine(vectors: Float32Array, a: number, b: number): number {
  const row = (i: number) => [...vectors.subarray(i * dimensions, (i + 1) * dimensions)];
  const inner = (x: number[], y: number[]) => x.reduce((sum, value, d) => sum + value * y[d], 0);
  return inner(row(a), row(b)) / Math.sqrt(inner(row(a), row(a)) * inner(row(b), row(b)));
}

Deno.test("semanticDuplicates() in one cluster lets go and stay what comparing all with all does", () => {
  const vectors = made(200, "one");
  const scores = Array.from({ length: 200 }, (_, i) => (i * 37) % 200);
  const { groups } = semanticDuplicates(vectors, { dimensions, clusters: 1, threshold: 0.97, scores });
  const staying: number[] = [];
  const gone: number[] = [];
  for (const at of [...scores.keys()].sort((a, b) => scores[b] - scores[a])) {
    (staying.some((other) => cosine(vectors, at, other) >= 0.97) ? gone : staying).push(at);
  }
  const found = groups.flatMap(({ removed }) => removed);
  assert.ok(gone.length > 20 && staying.length > 20);
  assert.deepEqual(found.map(({ at }) => at).sort((a, b) => a - b), gone.sort((a, b) => a - b));
  for (const { kept, removed } of groups) {
    for (const { at, cosine: said } of removed) assert.ok(Math.abs(said - cosine(vectors, at, kept)) < 1e-5);
  }
});

Deno.test("semanticDuplicates() in many clusters is true to the threshold, the same for a seed, and compares less", () => {
  const vectors = made(300, "many");
  const options = { dimensions, clusters: 6, threshold: 0.97, seed: 3 };
  const many = semanticDuplicates(vectors, options);
  assert.deepEqual(many, semanticDuplicates(vectors, options));
  const one = semanticDuplicates(vectors, { ...options, clusters: 1 });
  assert.ok(many.compared < one.compared / 2);
  const gone = ({ groups }: typeof one) => groups.reduce((sum, { removed }) => sum + removed.length, 0);
  assert.ok(gone(many) > 0.9 * gone(one) && gone(many) <= gone(one) + 10, `${gone(many)} of ${gone(one)}`);
  assert.equal(descriptionOf(many)?.length, 2);
  const near = semanticDuplicates(vectors, { ...options, keep: "near" });
  assert.notDeepEqual(near.groups, many.groups);
});

Deno.test("k-means ends where no row is nearer to another centroid, and fills clusters that were empty", () => {
  const vectors = made(120, "means");
  for (let row = 0; row < 120; row++) {
    const length = Math.sqrt(
      vectors.subarray(row * dimensions, (row + 1) * dimensions).reduce((sum, x) => sum + x * x, 0),
    );
    for (let d = 0; d < dimensions; d++) vectors[row * dimensions + d] /= length;
  }
  const { cluster, cosine } = kMeans({ data: vectors, dimensions, count: 120 }, 5, 1);
  const centroids = Array.from({ length: 5 }, (_, c) => {
    const sum = new Float64Array(dimensions);
    for (let row = 0; row < 120; row++) {
      if (cluster[row] === c) {
        for (let d = 0; d < dimensions; d++) sum[d] += vectors[row * dimensions + d];
      }
    }
    const length = Math.sqrt(sum.reduce((all, x) => all + x * x, 0));
    return sum.map((x) => x / length);
  });
  for (let row = 0; row < 120; row++) {
    const cosines = centroids.map((centroid) =>
      centroid.reduce((sum, x, d) => sum + x * vectors[row * dimensions + d], 0)
    );
    assert.ok(Math.abs(cosines[cluster[row]] - cosine[row]) < 1e-5);
    assert.ok(cosine[row] > Math.max(...cosines) - 1e-5);
  }
  const same = new Float32Array(4 * 2).map((_, i) => i % 2);
  assert.equal(semanticDuplicates(same, { dimensions: 2, clusters: 3 }).vectors, 4);
});

Deno.test("removeSemanticDuplicates() gives what stays in order, tells why, and takes none and a stream", async () => {
  const embedder = {
    embed: (texts: readonly string[]) =>
      Promise.resolve({
        vectors: texts.map((text) => Float32Array.of(text.includes("rain") ? 1 : 0, 0.1, 0)),
      }),
  };
  const documents = ["It rained: rain.", "Sun.", "The rain fell."].map((text, i) => ({
    id: `d${i}`,
    text,
    source: "made",
    meta: {},
  }));
  const said: string[] = [];
  const options = {
    clusters: 1,
    score: ({ text }: { text: string }) => text.length,
    onDrop: ({ id, excerpt }: { id: string; excerpt: string }) => said.push(`${id} ${excerpt}`),
  };
  const kept = await Array.fromAsync(removeSemanticDuplicates(documents.values(), embedder, options));
  assert.deepEqual(kept.map(({ id }) => id), ["d0", "d1"]);
  assert.deepEqual(said, ["d2 cosine 1.000 with d0: The rain fell."]);
  assert.deepEqual(await Array.fromAsync(removeSemanticDuplicates([], embedder)), []);
});
