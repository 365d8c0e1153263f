import assert from "node:assert/strict";
import { byteTokenizer, trainSwarm, writeShards } from "../../lib/anneal/mod.ts";
import { Random } from "../../lib/base/mod.ts";
import { NEEDS, needsTensorflow, smallestConfig } from "./_models.ts";

/** Two domains of a few hundred bytes as shards, and options of a swarm that takes moments. */
async function tiny() {
  const folder = await Deno.makeTempDir();
  const domains: Record<string, { train: string; heldOut: string }> = {};
  for (const [name, letters] of [["vowels", "aeiou"], ["consonants", "bcdfg"]] as const) {
    const random = new Random(name);
    const text = () => Array.from({ length: 300 }, () => random.pick([...letters])).join("");
    domains[name] = { train: `${folder}/${name}`, heldOut: `${folder}/${name}-held-out` };
    for (const path of Object.values(domains[name])) {
      await writeShards(path, [{ id: path, text: text(), source: name, meta: {} }], {
        tokenizer: byteTokenizer(),
      });
    }
  }
  const config = smallestConfig();
  const shape = { config, context: 16, batch: 2, windows: 4 };
  return {
    ...shape,
    folder: `${folder}/swarm`,
    domains,
    steps: 12,
    measurements: 3,
    peakLearningRate: 0.03,
    workers: 2,
  };
}

const mixtures = [{ vowels: 1, consonants: 0 }, { vowels: 0.5, consonants: 0.5 }, {
  vowels: 0,
  consonants: 1,
}];

Deno.test({
  name: `trainSwarm() trains a proxy a mixture, and does not train again what is in its table ${NEEDS}`,
  ...needsTensorflow,
  async fn() {
    const options = await tiny();
    const first = await trainSwarm(mixtures.slice(0, 2), options);
    assert.deepEqual([first.trained, first.failed], [2, {}]);
    const all = await trainSwarm(mixtures, options);
    assert.equal(all.trained, 1);
    assert.deepEqual(all.members.slice(0, 2), first.members);
    const [vowels, , consonants] = all.members;
    assert.deepEqual(vowels.mixture, mixtures[0]);
    assert.deepEqual(vowels.tokens, [4, 8, 12].map((steps) => steps * 32));
    assert.deepEqual(Object.keys(vowels.windows), ["vowels", "consonants"]);
    assert.equal(vowels.windows.vowels.length, 4);
    assert.equal(vowels.epochs.consonants, 0);
    // What a proxy was trained on it knows better than the other does.
    assert(vowels.losses.vowels.at(-1)! < consonants.losses.vowels.at(-1)!);
    assert(vowels.losses.consonants.at(-1)! > consonants.losses.consonants.at(-1)!);
    assert.deepEqual(all.runs[0].losses, {
      vowels: vowels.losses.vowels.at(-1),
      consonants: vowels.losses.consonants.at(-1),
    });
    // Other data are other proxies, wherever they lie.
    const moved = { ...options, domains: { ...options.domains, vowels: options.domains.consonants } };
    assert.equal((await trainSwarm(mixtures.slice(0, 1), moved)).trained, 1);
  },
});

Deno.test("trainSwarm() names what is wrong before it trains", async () => {
  const options = await tiny();
  const run = (changes: object, of = mixtures) => trainSwarm(of, { ...options, ...changes });
  await assert.rejects(run({}, []), /there are 0 and 2/);
  await assert.rejects(run({ domains: {} }), /there are 3 and 0/);
  await assert.rejects(run({}, [{ vowels: 1 } as never]), {
    name: "TypeError",
    message: /number 0 differs in "consonants"/,
  });
  await assert.rejects(run({}, [{ vowels: -0.5, consonants: 1.5 }]), /number 0 has -0.5 of "vowels"/);
  await assert.rejects(run({}, [{ vowels: 0.5, consonants: 0.4 }]), /number 0 sums to 0.9/);
  await assert.rejects(run({}, [{ vowels: NaN, consonants: 1 }]), /NaN of "vowels"/);
  await assert.rejects(run({ processes: 2 }), /the option processes is called workers now/);
  await assert.rejects(run({ steps: 0 }), /steps .* 0/);
  await assert.rejects(run({ windows: 1.5 }), /windows .* 1.5/);
  await assert.rejects(run({ peakLearningRate: NaN }), /peakLearningRate .* NaN/);
  const rope = { inverseFrequencies: new Float64Array(2).fill(1) };
  await assert.rejects(run({ config: { ...options.config, rope } }), /must not hold rope/);
  const lost = { ...options.domains, vowels: { train: "nowhere", heldOut: "nowhere" } };
  await assert.rejects(run({ domains: lost }), /nowhere/);
});
