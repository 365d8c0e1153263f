import assert from "node:assert/strict";
import type { LossCurve } from "../../lib/base/mod.ts";
import { initialCheckpoint, llamaConfig } from "../../lib/anneal/mod.ts";
import { buildIndex, measureDetection, plant } from "../../lib/decontaminate/mod.ts";
import { compareRuns } from "../../lib/evaluate/mod.ts";
import * as laws from "../../lib/laws/mod.ts";
import * as mix from "../../lib/mix/mod.ts";
import {
  type DocMember,
  type DocRoom,
  type DocType,
  documentation,
} from "../../lib/notebook/_documentation.ts";
import { toBundle } from "../../lib/notebook/show.ts";
import { type ChatModel, rephrase, synthesize } from "../../lib/synthesize/mod.ts";
import { sampleSchedule, wsd } from "../../lib/schedule/mod.ts";

const shown = async (thing: unknown) => String((await toBundle(thing))["text/plain"]);

/** A value of a type, made up: enough of each member that a table has something to print. */
function madeUp(type: DocType | undefined, rooms: DocRoom[], deep = 0): unknown {
  switch (type?.kind) {
    case "keyword":
      return { number: 1234.56789, string: "text", boolean: true }[type.repr] ?? null;
    case "literal":
      return type.repr;
    case "union":
      return madeUp(type.value.find(({ kind }) => kind !== "keyword") ?? type.value[0], rooms, deep);
    case "intersection":
      return Object.assign({}, ...type.value.map((one) => madeUp(one, rooms, deep)));
    case "array":
      return [1, 2].map(() => madeUp(type.value, rooms, deep + 1));
    case "tuple":
      return type.value.map((one) => madeUp(one, rooms, deep + 1));
    case "parenthesized":
      return madeUp(type.value, rooms, deep);
    case "typeOperator":
      return madeUp(type.value.tsType, rooms, deep);
    case "typeLiteral":
      return membersMadeUp(type.value.properties ?? [], rooms, deep);
    case "fnOrConstructor":
      return () => 1;
    case "typeRef":
      return namedMadeUp(type.value.typeName, type.value.typeParams ?? [], rooms, deep);
    default:
      return null;
  }
}

function namedMadeUp(name: string, params: DocType[], rooms: DocRoom[], deep: number): unknown {
  if (["Promise", "Readonly", "AsyncGenerator", "Partial"].includes(name)) {
    return madeUp(params[0], rooms, deep);
  }
  if (name === "Record") {
    return { a: madeUp(params[1], rooms, deep + 1), b: madeUp(params[1], rooms, deep + 1) };
  }
  if (/^(Float|Int|Uint)\d+Array$|^ArrayLike$/.test(name)) return Float64Array.of(1, 2.5);
  const found = rooms.flatMap(({ symbols }) => symbols).find((symbol) => symbol.name === name);
  if (!found || deep > 6) return null;
  const { kind, def } = found.declaration;
  if (kind === "typeAlias") return madeUp((def as { tsType?: DocType }).tsType, rooms, deep + 1);
  const parents = (Array.isArray(def.extends) ? def.extends : []).map((one) => madeUp(one, rooms, deep + 1));
  return Object.assign({}, ...parents, membersMadeUp(def.properties ?? [], rooms, deep));
}

function membersMadeUp(members: readonly DocMember[], rooms: DocRoom[], deep: number): object {
  return Object.fromEntries(
    members.filter(({ name }) => !name.startsWith("[")).map((
      { name, tsType },
    ) => [name, madeUp(tsType, rooms, deep + 1)]),
  );
}

Deno.test("show() prints what any public function returns without an object written out", async () => {
  const rooms = documentation();
  const functions = rooms.flatMap(({ symbols }) => symbols).filter(({ declaration }) =>
    declaration.kind === "function"
  );
  assert(functions.length > 250);
  let results = 0;
  for (const { name, declaration: { def } } of functions) {
    const result = madeUp(def.returnType, rooms);
    if (typeof result !== "object" || result === null) continue;
    results++;
    const said = await shown(result);
    assert.doesNotMatch(said, /\[object|\{ ?\w|: \[|undefined/, `${name}():\n${said}`);
  }
  assert(results > 150, `${results} results`);
});

function curve(name: string, decayFraction: number): LossCurve {
  const steps = Array.from({ length: 40 }, (_, i) => 200 + i * 70);
  const learningRates = sampleSchedule(
    wsd({ peak: 1e-3, steps: 3000, warmupSteps: 100, decayFraction }),
    3000,
  );
  const parameters = { L0: 2.5, A: 0.6, alpha: 0.45, C: 0.7, lambda: 0.99 };
  const exact = laws.predictCurve({ law: laws.momentumLaw, parameters }, { learningRates, steps });
  return {
    name,
    learningRates,
    steps,
    losses: exact.map((loss, i) => loss + 2e-3 * Math.sin(7 * i + decayFraction)),
  };
}

Deno.test("show() prints a fit as its parameters with intervals and units, then what it says", async () => {
  const data = [0.1, 0.3].map((share) => curve(`${share}`, share));
  const fit = laws.fitLaw(laws.momentumLaw, data, { fixed: { lambda: 0.99 } });
  const lines = (await shown(fit)).split("\n");
  assert.deepEqual(lines[0].split(/ {2,}/), ["parameter", "estimate", "low", "high", "unit"]);
  assert.match(lines[2], /^L0 +2\.50\d +2\.\d{3} +2\.\d{3} {2}nats per token$/);
  assert.match(lines[6], /^lambda +0\.99 +– +– {2}held at this value$/);
  assert.match(lines[8], /^momentum: L = L0/);
  assert.match(lines[10], /^80 values, worth \d+ independent ones; objective .*; converged/);
  assert.match(await shown(fit.intervals), /nats per token per learning rate/);
  assert.doesNotMatch(await shown(fit.intervals), /lambda/);
  const [again] = await laws.fitLaws(
    [{ law: laws.momentumLaw, data, options: { fixed: { lambda: 0.99 } } }],
    { workers: 2 },
  );
  assert.equal(await shown(again), await shown(fit));
  const boot = await shown(laws.bootstrapLaw(fit, data, { fixed: { lambda: 0.99 }, resamples: 8 }));
  assert.match(boot, /95 % of \d resamples of whole data/);
  const profiles = laws.profileLikelihood(fit, data, { fixed: { lambda: 0.99 }, parameters: ["alpha"] });
  assert.match(await shown(profiles), /^parameter[^]*\nalpha +0\.4[^]*95 % by profile likelihood/);
});

Deno.test("show() prints comparisons and plans of laws as tables with units, then sentences", async () => {
  const data = [0.1, 0.3, 0.5].map((share) => curve(`${share}`, share));
  const compared = laws.compareLaws([laws.lldlLaw, laws.onePowerLaw], data.slice(0, 2), {
    test: data.slice(2),
  });
  assert.match(
    await shown(compared),
    /^law +held-out error +fitted curves[^]*\n +nats per token +nats per token[^]*\nlldl [^]*held out: 0\.5/,
  );
  const [long] = data;
  const past = Array.from(long.steps).filter((step) => step < 2000).length;
  const plan = laws.planDecay({
    fits: compared.fits,
    evidence: data,
    checkpoint: {
      name: "now",
      learningRates: long.learningRates.slice(0, 2000),
      steps: Array.from(long.steps).slice(0, past),
      losses: Array.from(long.losses).slice(0, past),
    },
    tokensPerStep: 1e6,
    budgetTokens: 1e9,
    mixture: { pools: [{ name: "math", uniqueTokens: 5e7, role: "domain" }] },
  });
  const said = await shown(plan);
  for (
    const part of [
      "The decay\n",
      "What each law would choose\n",
      "What published rules would cost",
      ...plan.disagreement,
    ]
  ) {
    assert(said.includes(part), `${part} in\n${said}`);
  }
  assert.match(said, /The domain's share may be up to/);
});

Deno.test("show() prints mixtures, allocations, comparisons and detections in per cent and tokens", async () => {
  const pools = [mix.pool({ name: "web", tokens: 5e8 }), mix.pool({ name: "code", tokens: 2e7 })];
  assert.equal(
    await shown(mix.mixture({ web: 3, code: 1 })),
    "name  share of tokens\n────  ───────────────\nweb            75.0 %\ncode           25.0 %",
  );
  const allocation = mix.allocate(pools, { web: 0.5, code: 0.5 }, { budgetTokens: 1e8, maxEpochs: 2 });
  assert.match(
    await shown(allocation),
    /code +50\.0 % +40\.0 % +40,000,000 +2\.00 [^]*\n\ncode runs out at 2 epochs/,
  );
  const loss = { name: "math", form: "linear" as const, coefficients: { web: 3, math: 2.9 } };
  const proposed = mix.proposeMixture([loss], { prior: { web: 0.9, math: 0.1 }, klWeight: 0.1 });
  assert.match(
    await shown(proposed),
    /math +10\.0 % +23\.2 %[^]*Predicted losses \(nats per token\)[^]*below the prior/,
  );
  assert.match(await shown(mix.compareMixtures({ a: 1 }, { b: 1 })), /the second has a new name/);
  const changes = compareRuns([{ domain: "general", before: [1, 2, 3], after: [1.5, 2.4, 3.6] }]);
  assert.match(await shown(changes), /general +2 +2\.5 +0\.50 \[0\.40, 0\.60\]/);
  const question = "Anna has four red apples and gives one of them to each of her two small sisters at home";
  const items = [{ id: "q1", question, benchmark: "sums" }];
  const hosts = ["It rained all day.", "It snowed."].map((text, i) => ({
    id: `h${i}`,
    text,
    source: "example",
    meta: {},
  }));
  const detection = measureDetection(plant(items, hosts, { kinds: ["exact"], seed: 3 }), buildIndex(items));
  assert.match(await shown(detection), /^planted as +found +planted +recall[^]*1 calls?, 0 of them wrong/);
});

Deno.test("show() prints a checkpoint by its shape, not by its weights", async () => {
  const config = llamaConfig("1M", { layers: 1, width: 16, feedForward: 32 });
  const said = await shown(initialCheckpoint(config, 1));
  assert.match(said, /^parameters +layers +width[^]*Without an optimiser's state/);
});

Deno.test("show() prints the account of a synthesis with what was rejected, and why", async () => {
  const model: ChatModel = {
    name: "fixed",
    chat: () =>
      Promise.resolve({
        text: "Short.",
        finishReason: "stop",
        usage: { promptTokens: 40, completionTokens: 12 },
        cached: false,
      }),
  };
  const page = { id: "9b", text: "The whale, a mammal, must rise to breathe.", source: "sea", meta: {} };
  const run = synthesize([page], rephrase("plain", { minWords: 5 }), { model });
  await Array.fromAsync(run);
  assert.match(
    await shown(run.report),
    /^documents +texts accepted +texts rejected[^]*\ntoo short +1 +Short\.[^]*plain@1 by fixed$/,
  );
  assert.match(await shown(run), /Its texts are taken by for await/);
});
