import polars from "nodejs-polars";
import { answered, curve, here, type Loose, type Mistake } from "./_mistakes.ts";

const { readCurves }: Loose = await import("midtrain/data");
const { chinchilla }: Loose = await import("midtrain/sets");
const { cosine }: Loose = await import("midtrain/schedule");
const {
  additiveMixingLaw,
  bootstrapLaw,
  chinchillaLaw,
  compareLaws,
  computeOptimal,
  fitIsoflop,
  fitLaw,
  fitPowerLaw,
  momentumLaw,
  planDecay,
  planMixture,
  predictCurve,
  predictLaw,
}: Loose = await import("midtrain/laws");

const later = Promise.resolve({});
const frame = polars.DataFrame({ text: ["One.", "Two."] });
const runs = [1, 2, 3, 4, 5, 6].map((i) => ({ params: 1e8 * i, tokens: 1e9 * i, loss: 4 - i / 10 }));
const fitted = { law: chinchillaLaw, parameters: { E: 1.7, A: 400, B: 400, alpha: 0.34, beta: 0.28 } };

const mistakes: Mistake[] = [
  [
    () => fitLaw("chinchilla", runs),
    "Cannot fit a law as law must be an object with name, parameters, prepare, predict: current value is a text: give the object itself",
  ],
  [
    () => fitLaw("chinchillaLaw", runs),
    "Cannot fit a law as law must be an object with name, parameters, prepare, predict: current value is a text: give the object itself",
  ],
  [() => fitLaw(chinchillaLaw), "Cannot fit a law as data must be a list: current value is undefined"],
  [
    () => fitLaw(chinchillaLaw, runs[0]),
    "Cannot fit a law as data must be a list: current value is an object with params, tokens, loss: one alone goes in [ ]",
  ],
  [
    () => fitLaw(runs, chinchillaLaw),
    "Cannot fit a law as law must be an object with name, parameters, prepare, predict: current value is a list",
  ],
  [
    () => fitLaw(chinchillaLaw, here("curves.csv")),
    "Cannot fit a law as data must be a list: current value is a text: give the values, not a path or a name",
  ],
  [
    () => fitLaw(chinchillaLaw, chinchilla.read()),
    "Cannot fit a law as data must be a list: current value is a stream: await Array.fromAsync(it) is a list",
  ],
  [
    () => fitLaw(chinchillaLaw, Promise.resolve(runs)),
    "Cannot fit a law as data must be a list: current value is a promise: await it",
  ],
  [
    () => fitLaw(chinchillaLaw, frame),
    "Cannot fit a law as data must be a list: current value is a table of Polars: its toRecords() is a list",
  ],
  [
    () => fitLaw(chinchillaLaw, [{ N: 1e9, D: 1e10, loss: 2 }]),
    "Cannot use chinchilla on record 0 as params must be a count >= 1000, in ones and not in billions: it has N, D, loss",
  ],
  [
    () => fitLaw(chinchillaLaw, [{ params: 1.2, tokens: 20, loss: 2 }]),
    "Cannot use chinchilla on record 0 as params must be a count >= 1000, in ones and not in billions: current value is 1.2",
  ],
  [
    () => fitLaw(chinchillaLaw, [{ params: 10n ** 9n, tokens: 10n ** 10n, loss: 2 }]),
    "Cannot use chinchilla on record 0 as params must be a count >= 1000, in ones and not in billions: current value is 1000000000n, a bigint: Number(it) is a number",
  ],
  [
    () => fitLaw(chinchillaLaw, [{ params: "1e9", tokens: 1e10, loss: 2 }]),
    'Cannot use chinchilla on record 0 as params must be a count >= 1000, in ones and not in billions: current value is the text "1e9"',
  ],
  [
    () => fitLaw(chinchillaLaw, [{ params: 1e9, tokens: Infinity, loss: 2 }]),
    "Cannot use chinchilla on record 0 as tokens must be a count >= 1000, in ones and not in billions: current value is Infinity",
  ],
  [
    () => fitLaw(chinchillaLaw, [[1e9, 1e10, 2]]),
    "Cannot use chinchilla on record 0 as it must be an object: it is a list",
  ],
  [() => fitLaw(chinchillaLaw, []), "Cannot fit chinchilla as there are no data"],
  [
    () => fitLaw(chinchillaLaw, runs, { seed: 1 }),
    "Cannot fit a law as there is no option seed: known are delta, scale, asymmetry, starts, fixed, bounds, weights, grouping",
  ],
  [
    () => fitLaw(chinchillaLaw, runs, { asymmetry: 0 }),
    "Cannot fit chinchilla as asymmetry must be in [0.01, 100]: current value is 0",
  ],
  [
    () => fitLaw(chinchillaLaw, runs, { overestimatePenalty: 10 }),
    "Cannot fit a law as there is no option overestimatePenalty: did you mean asymmetry?",
  ],
  [
    () => fitLaw(chinchillaLaw, runs, { fixed: ["alpha"] }),
    "Cannot fix 0 as chinchilla has no such parameter: it has E, A, B, alpha, beta",
  ],
  [
    () => fitLaw(chinchillaLaw, runs, { fixed: { a: 0.3 } }),
    "Cannot fix a as chinchilla has no such parameter: it has E, A, B, alpha, beta",
  ],
  [
    () => fitLaw(chinchillaLaw, runs, { delta: "1e-3" }),
    'Cannot fit chinchilla as delta must be > 0: current value is the text "1e-3"',
  ],
  [
    () => fitLaw(additiveMixingLaw, runs),
    "Cannot fit a law as law must be an object with name, parameters, prepare, predict: current value is the function additiveMixingLaw",
  ],
  [
    () => fitLaw(momentumLaw, curve),
    "Cannot fit a law as data must be a list: current value is an object with name, learningRates, steps, losses: one alone goes in [ ]",
  ],
  [
    () => fitLaw(momentumLaw, [{ ...curve, losses: [3] }]),
    "Cannot fit curve a as steps and losses must have one length: they have 3 and 1",
  ],
  [
    () => fitLaw(momentumLaw, [{ ...curve, learningRates: cosine({ peak: 1, steps: 4 }) }]),
    "Cannot fit curve a as learningRates must be a Float64Array: it is a function",
  ],
  [
    () => fitLaw(momentumLaw, [{ ...curve, losses: "3, 2.9" }]),
    "Cannot fit curve a as steps and losses must have one length: they have 3 and 6",
  ],
  [
    () => fitLaw(momentumLaw, later),
    "Cannot fit a law as data must be a list: current value is a promise: await it",
  ],
  [
    async () => fitLaw(momentumLaw, await readCurves(here("curves.csv"))),
    "Cannot fit momentum as its 5 free parameters need as many values: the data hold 3",
  ],
  [
    () => fitLaw(momentumLaw, [{ ...curve, learningRates: 1e-3 }]),
    "Cannot fit curve a as learningRates must be a Float64Array: it is 0.001",
  ],
  [
    () => fitLaw(momentumLaw, runs),
    "Cannot fit curves as data[0] must be an object with name, learningRates, steps, losses: it lacks name, learningRates, steps, losses and has params, tokens, loss",
  ],
  [
    () => compareLaws(momentumLaw, [curve], { test: [curve] }),
    "Cannot compare laws as laws must be a list of objects with name, parameters, prepare, predict: current value is an object with name, formula, source, parameters, linear, carriers, grid, contains and others: one alone goes in [ ]",
  ],
  [
    () => compareLaws([momentumLaw], [curve]),
    "Cannot compare laws as its options must be an object with test: current value is undefined",
  ],
  [
    () => compareLaws([momentumLaw], [curve], [curve]),
    "Cannot compare laws as its options must be an object with test: current value is a list",
  ],
  [
    () => compareLaws(["momentum"], [curve], { test: [curve] }),
    "Cannot compare laws as laws[0] must be an object with name, parameters, prepare, predict: current value is a text: give the object itself",
  ],
  [
    () => compareLaws([momentumLaw], curve, { test: [curve] }),
    "Cannot compare laws as train must be a list of objects with name, learningRates, steps, losses: current value is an object with name, learningRates, steps, losses: one alone goes in [ ]",
  ],
  [
    () => bootstrapLaw(chinchillaLaw, runs),
    "Cannot resample as fit must be an object with law, parameters: it lacks law and has name, formula, source, parameters, linear, carriers, grid, prepare and others",
  ],
  [
    () => bootstrapLaw(fitted, runs, 100),
    "Cannot resample as its options must be an object: current value is 100",
  ],
  [
    () => bootstrapLaw(fitted, runs, { n: 100 }),
    "Cannot resample as there is no option n: known are resamples, seed, confidence, delta, scale, asymmetry, starts, fixed, bounds, weights, grouping",
  ],
  [
    () => bootstrapLaw(fitted, runs, { resamples: 1.5 }),
    "Cannot resample chinchilla as resamples must be a whole number >= 1: current value is 1.5",
  ],
  [() => bootstrapLaw(fitted), "Cannot resample as data must be a list: current value is undefined"],
  [
    () => bootstrapLaw(fitted, runs, { confidence: 95 }),
    "Cannot resample chinchilla as confidence must be in (0, 1): current value is 95",
  ],
  [
    () => predictLaw(chinchillaLaw, runs),
    "Cannot predict as fitted must be an object with law, parameters: it lacks law and has name, formula, source, parameters, linear, carriers, grid, prepare and others",
  ],
  [
    () => predictLaw(fitted, runs[0]),
    "Cannot predict as data must be a list: current value is an object with params, tokens, loss: one alone goes in [ ]",
  ],
  [
    () => predictLaw(fitted.parameters, runs),
    "Cannot predict as fitted must be an object with law, parameters: it lacks law, parameters and has E, A, B, alpha, beta",
  ],
  [
    () => predictCurve(fitted, 1000),
    "Cannot predict a curve as curve must be an object with learningRates: current value is 1000",
  ],
  [
    () => computeOptimal(fitted, 1e21),
    "Cannot find the compute optimum as its options must be an object with flops: current value is 1e+21",
  ],
  [
    () => computeOptimal(fitted, { flops: "1e21" }),
    'Cannot find the compute optimum as flops must be finite and positive: current value is the text "1e21"',
  ],
  [
    () => computeOptimal({ E: 1.7 }, { flops: 1e21 }),
    "Cannot find the compute optimum as fitted must be an object with parameters: it lacks parameters and has E",
  ],
  [
    () => computeOptimal(fitted, { compute: 1e21 }),
    "Cannot find the compute optimum as there is no option compute: did you mean flops?",
  ],
  [
    () => planDecay(fitted),
    "Cannot plan a decay as there is no option law: known are fits, evidence, checkpoint, tokensPerStep, budgetTokens, fractions, shapes, floor, peakFactors, reach, params, cooldown, mixture, draws, samples, seed",
  ],
  [() => planDecay({ fit: fitted }), "Cannot plan a decay as there is no option fit: did you mean fits?"],
  [
    () =>
      planDecay({
        fits: fitted,
        evidence: [curve],
        checkpoint: curve,
        tokensPerStep: 1e6,
        budgetTokens: 1e9,
      }),
    "Cannot plan a decay as fits must be a list of objects with law, parameters: current value is an object with law, parameters: one alone goes in [ ]",
  ],
  [() => planMixture({ tokens: 1e9 }), "Cannot plan a mixture as pools must be given: it is not"],
  [
    () => planMixture({ tokens: "1B", pools: [] }),
    'Cannot plan a mixture as tokens must be finite and positive: current value is the text "1B"',
  ],
  [
    () => planMixture({ tokens: 1e9, pools: { web: 1e9 } }),
    "Cannot plan a mixture as pools must be a list of objects with name, uniqueTokens, role: current value is an object with web",
  ],
  [
    () => fitPowerLaw([[1, 2], [2, 3]]),
    "Cannot fit a power law as y must be a list: current value is undefined",
  ],
  [
    () => fitPowerLaw("1, 2", [1, 2]),
    "Cannot fit a power law as x must be a list: current value is a text: give the values, not a path or a name",
  ],
  [
    () => fitIsoflop([{ C: 1, N: 2, loss: 3 }]),
    "Cannot fit IsoFLOP curves as points[0] must be an object with flops, params, loss: it lacks flops, params and has C, N, loss",
  ],
];

answered(mistakes);
