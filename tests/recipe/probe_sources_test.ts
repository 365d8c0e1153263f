import assert from "node:assert/strict";
import { byteTokenizer, llamaConfig, packDocuments, train } from "../../lib/anneal/mod.ts";
import { Random } from "../../lib/base/mod.ts";
import { probeSources } from "../../lib/recipe/mod.ts";

/** Words over so many letters, packed. */
function text(name: string, letters: string, count = 60) {
  const random = new Random(name);
  const word = () =>
    Array.from({ length: 1 + random.int(5) }, () => letters[random.int(letters.length)]).join("");
  const documents = Array.from({ length: count }, (_, i) => ({
    id: `${name}/${i}`,
    text: Array.from({ length: 40 }, word).join(" "),
    source: name,
    meta: {},
  }));
  return packDocuments(documents, byteTokenizer(), { name });
}

const general = await text("general", "abcdef");
const sums = await text("sums", "123456");
const more = await text("more of it", "abcdef");
const config = llamaConfig("1M", {
  layers: 1,
  width: 16,
  heads: 2,
  keyValueHeads: 2,
  feedForward: 32,
  context: 32,
});
const schedule = () => 1e-2;
const { checkpoint: from } = await train({ config, sources: [general], schedule, steps: 30, batch: 4 });
const probe = {
  ...{
    from,
    general,
    candidates: [sums, more],
    steps: 20,
    schedule,
    batch: 4,
    seeds: [1, 2, 3],
    windows: 16,
  },
  ...{ domain: await text("held sums", "123456", 12), retained: await text("held general", "abcdef", 12) },
};

Deno.test("probeSources() takes what gains enough and leaves what does not, by criteria set before", async () => {
  const folder = await Deno.makeTempDir();
  const criteria = { gain: 2.5, forgetting: 1 };
  const { rows, plan } = await probeSources(probe, { criteria, folder });
  assert.deepEqual(rows.map(({ source, verdict }) => [source, verdict]), [["sums", "take"], [
    "more of it",
    "leave",
  ]]);
  assert(rows[0].gain.low > 2.5 && rows[1].gain.high < 2.5);
  assert.deepEqual(plan.candidates, { sums: sums.tokens.length, "more of it": more.tokens.length });

  // The same call gives what was found, without a step.
  const none = () => assert.fail("a step was taken");
  assert.deepEqual(await probeSources({ ...probe, onStep: none }, { criteria, folder }), { rows, plan });

  // A criterion that is changed after the fact is refused.
  await assert.rejects(
    probeSources(probe, { criteria: { gain: 0.1, forgetting: 1 }, folder }),
    /its plan was registered before: criteria differ, and another plan needs another folder$/,
  );
  await assert.rejects(
    probeSources({ ...probe, schedule: () => 1e-3 }, { criteria, folder }),
    /inputs differ/,
  );
});

Deno.test("probeSources() leaves what costs more than its cap", async () => {
  const criteria = { gain: 0, forgetting: 0.0001 };
  const { rows } = await probeSources({ ...probe, candidates: [sums] }, {
    criteria,
    folder: await Deno.makeTempDir(),
  });
  assert(rows[0].forgetting.low > 0.0001, `${rows[0].forgetting.low}`);
  assert.equal(rows[0].verdict, "leave");
});

Deno.test("probeSources() says what is wrong before it writes a plan", async () => {
  const folder = `${await Deno.makeTempDir()}/probe`;
  await assert.rejects(
    probeSources(probe, { folder, criteria: { gain: -1, forgetting: 0 } }),
    /criteria\.gain must be finite and >= 0: current value is -1/,
  );
  await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
  const wrong = { ...probe, ratio: 2 };
  await assert.rejects(
    probeSources(wrong, { folder, criteria: { gain: 0, forgetting: 0 } }),
    /ratio must be in \(0, 1\]/,
  );
  await assert.rejects(Deno.stat(`${folder}/plan.json`), Deno.errors.NotFound);
});
