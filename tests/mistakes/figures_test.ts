import polars from "nodejs-polars";
import { answered, curve, here, type Loose, type Mistake } from "./_mistakes.ts";

const { bootstrapMean, mean, quantile, wilson }: Loose = await import("midtrain/base");
const { ensure }: Loose = await import("midtrain/native");
const { cosine }: Loose = await import("midtrain/schedule");
const {
  agreementMatrix,
  contextReach,
  depthGrid,
  bars,
  histogram,
  intervals,
  lines,
  lossCurves,
  mixtures,
  overlap,
  renderPng,
  renderSvg,
  scatter,
  schedules,
}: Loose = await import("midtrain/figure");
const { execute, live, md, parseNotebook, progress, readNotebook, show }: Loose = await import(
  "midtrain/notebook"
);

const frame = polars.DataFrame({ text: ["One.", "Two."] });

const mistakes: Mistake[] = [
  [
    () => lines({ series: "a", x: 1, y: 2 }, { x: "step", y: "loss" }),
    "Cannot draw lines as data must be a list of objects with series, x, y: current value is an object with series, x, y: one alone goes in [ ]",
  ],
  [
    () => lines([1, 2, 3], { x: "step", y: "loss" }),
    "Cannot draw lines as data[0] must be an object with series, x, y: current value is 1",
  ],
  [
    () => lines([[1, 2]], { x: "step", y: "loss" }),
    "Cannot draw lines as data[0] must be an object with series, x, y: current value is a list",
  ],
  [
    () => lines([{ series: "a", x: 1, y: "2" }], { x: "step", y: "loss" }),
    'Cannot draw lines as y of data[0] must be a number: current value is the text "2"',
  ],
  [
    () => lines([{ series: "a", x: new Date(0), y: 2 }], { x: "step", y: "loss" }),
    "Cannot draw lines as x of data[0] must be a number: current value is a date",
  ],
  [
    () => lines([{ series: "a", x: 1n, y: 2 }], { x: "step", y: "loss" }),
    "Cannot draw lines as x of data[0] must be a number: current value is 1n, a bigint: Number(it) is a number",
  ],
  [
    () => lines([{ series: "a", x: [1, 2], y: [3, 4] }], { x: "step", y: "loss" }),
    "Cannot draw lines as x of data[0] must be a number: current value is a list",
  ],
  [
    () => lines([{ series: "a", x: 1, y: NaN }], { x: "step", y: "loss" }),
    "Cannot draw lines as at least one point must be finite: current number is 1",
  ],
  [
    () => lines([], { x: "step", y: "loss" }),
    "Cannot draw lines as at least one point must be finite: current number is 0",
  ],
  [
    () => lines([{ series: "a", x: 1, y: 2 }], "loss"),
    "Cannot draw lines as its options must be an object with x, y: current value is a text",
  ],
  [
    () => lines([{ series: "a", x: 1, y: 2 }], { xlabel: "step", ylabel: "loss" }),
    "Cannot draw lines as there is no option xlabel: did you mean x?",
  ],
  [
    () => lines([{ series: "a", x: 1, y: 2 }], { x: "step", y: "loss", log: true }),
    "Cannot draw lines as there is no option log: known are x, y, title, xScale, yScale, zero, points, reference, colors",
  ],
  [
    () => lines([{ series: "a", x: 1, y: 2 }], { x: "step", y: "loss", yScale: "logarithmic" }),
    "Cannot draw lines as yScale must be one of linear, log: current value is logarithmic",
  ],
  [
    () => lines([{ series: "a", x: 1, y: 2 }], { x: "step", y: "loss", width: 400 }),
    "Cannot draw lines as there is no option width: known are x, y, title, xScale, yScale, zero, points, reference, colors",
  ],
  [
    () => lines(Promise.resolve([]), { x: "step", y: "loss" }),
    "Cannot draw lines as data must be a list of objects with series, x, y: current value is a promise: await it",
  ],
  [
    () => lines(frame, { x: "step", y: "loss" }),
    "Cannot draw lines as data must be a list of objects with series, x, y: current value is a table of Polars: its toRecords() is a list",
  ],
  [
    () => lines(here("curves.csv"), { x: "step", y: "loss" }),
    "Cannot draw lines as data must be a list of objects with series, x, y: current value is a text: give the values, not a path or a name",
  ],
  [
    () => bars({ web: 3, code: 2 }),
    "Cannot draw bars as data must be a list of objects with label, value: current value is an object with web, code",
  ],
  [() => bars([3, 2]), "Cannot draw bars as data[0] must be an object with label, value: current value is 3"],
  [
    () => bars([["web", 3]]),
    "Cannot draw bars as data[0] must be an object with label, value: current value is a list",
  ],
  [
    () => bars([{ name: "web", value: 3 }]),
    "Cannot draw bars as data[0] must be an object with label, value: it lacks label and has name, value",
  ],
  [
    () => bars([{ label: "web", value: "3" }]),
    'Cannot draw bars as each needs a label and a finite value: "web" has 3',
  ],
  [
    () => bars([{ label: "web", value: 3 }], "documents"),
    "Cannot draw bars as its options must be an object: current value is a text",
  ],
  [
    () => bars([{ label: "web", value: 3 }], { sort: "descending" }),
    "Cannot draw bars as sort must be one of value, data: current value is descending",
  ],
  [
    () => intervals([{ label: "a", mean: 1, low: 0, high: 2 }]),
    "Cannot draw intervals as data[0] must be an object with label, estimate, low, high: it lacks estimate and has label, mean, low, high",
  ],
  [
    () => intervals([{ label: "a", estimate: 1, low: 2, high: 0 }]),
    "Cannot draw an interval as low <= estimate <= high must hold: a is 2, 1, 0",
  ],
  [
    () => intervals([{ label: "a", interval: { estimate: 1, low: 0, high: 2 } }]),
    "Cannot draw intervals as data[0] must be an object with label, estimate, low, high: it lacks estimate, low, high and has label, interval",
  ],
  [
    () => intervals({ estimate: 1, low: 0, high: 2 }),
    "Cannot draw intervals as data must be a list of objects with label, estimate, low, high: current value is an object with estimate, low, high",
  ],
  [
    () => intervals([{ label: "a", estimate: "1", low: 0, high: 2 }]),
    'Cannot draw intervals as estimate of data[0] must be a number: current value is the text "1"',
  ],
  [
    () => lossCurves(curve),
    "Cannot draw loss curves as runs must be a list of objects with name, records: current value is an object with name, learningRates, steps, losses",
  ],
  [
    () => lossCurves([curve]),
    "Cannot draw loss curves as runs[0] must be an object with name, records: it lacks records and has name, learningRates, steps, losses",
  ],
  [
    () => lossCurves([{ name: "a", records: [1, 2, 3] }]),
    "Cannot draw loss curves as records of a[0] must be an object with tokens, loss, learningRate: current value is 1",
  ],
  [
    () => lossCurves([{ name: "a", records: { step: 1, loss: 2 } }]),
    "Cannot draw loss curves as records of a must be a list of objects with tokens, loss, learningRate: current value is an object with step, loss",
  ],
  [
    () => lossCurves([{ name: "a", records: [{ step: 1, train_loss: 2 }] }]),
    "Cannot draw loss curves as records of a[0] must be an object with tokens, loss, learningRate: it lacks tokens, loss, learningRate and has step, train_loss",
  ],
  [
    () => histogram([1, 2, 3]),
    "Cannot draw a histogram as data[0] must be an object with score: current value is 1",
  ],
  [
    () => histogram([{ score: "1" }]),
    'Cannot draw a histogram as score of data[0] must be a number: current value is the text "1"',
  ],
  [
    () => histogram([{ score: 1 }], { bins: "auto" }),
    'Cannot draw a histogram as bins must be a whole number >= 1: current value is the text "auto"',
  ],
  [
    () => scatter([{ x: 1, y: 2 }]),
    "Cannot draw a scatter as its options must be an object with x, y: current value is undefined",
  ],
  [
    () => scatter([[1, 2]], { x: "a", y: "b" }),
    "Cannot draw a scatter as data[0] must be an object with x, y: current value is a list",
  ],
  [
    () => schedules(cosine({ peak: 1, steps: 3 })),
    "Cannot draw schedules as lines must be a list of objects with name, rates: current value is a function",
  ],
  [
    () => schedules([cosine({ peak: 1, steps: 3 })]),
    "Cannot draw schedules as lines[0] must be an object with name, rates: current value is a function",
  ],
  [
    () => schedules([{ name: "cosine", rates: cosine({ peak: 1, steps: 3 }) }]),
    'Cannot draw schedules as every rate must be finite: "cosine" has undefined at step 0',
  ],
  [
    () => mixtures({ web: 1 }),
    "Cannot draw mixtures as data must be a list of objects with mixture, shares: current value is an object with web",
  ],
  [
    () => mixtures([{ web: 1 }]),
    "Cannot draw mixtures as data[0] must be an object with mixture, shares: it lacks mixture, shares and has web",
  ],
  [
    () => mixtures([{ mixture: "a", shares: { web: "60%" } }]),
    "Cannot draw mixtures as shares must be finite and >= 0, and one above it: a has 60% of web",
  ],
  [
    () => renderSvg([{ series: "a", x: 1, y: 2 }]),
    "Cannot draw a figure as spec must be an object: current value is a list",
  ],
  [
    () => renderSvg("figure.svg"),
    "Cannot draw a figure as spec must be an object: current value is a text: give the object itself",
  ],
  [
    () => renderPng(lines([{ series: "a", x: 1, y: 2 }], { x: "step", y: "loss" }), "figure.png"),
    "Cannot draw a figure as its options must be an object: current value is a text",
  ],
  [
    () => renderPng(lines([{ series: "a", x: 1, y: 2 }], { x: "step", y: "loss" }), { dpi: 300 }),
    "Cannot draw a figure as there is no option dpi: known are scale, onWarning",
  ],
  [
    () => show(lines({ series: "a" }, { x: "step", y: "loss" })),
    "Cannot draw lines as data must be a list of objects with series, x, y: current value is an object with series",
  ],
  [
    () => show(lines({ x: "step", y: "loss" })),
    "Cannot draw lines as its options must be an object with x, y: current value is undefined",
  ],
  [
    () => show([{ a: 1 }], { rows: "50" }),
    'Cannot show a table as rows must be >= 1: current value is the text "50"',
  ],
  [() => show([{ a: 1 }], { rows: 0 }), "Cannot show a table as rows must be >= 1: current value is 0"],
  [() => md("# A title"), "Cannot write Markdown as md must stand before a template, md`...`: it was called"],
  [() => progress({ total: 10 }), "Cannot show progress as label must be a text: current value is an object"],
  [
    () => progress("reading", 10),
    "Cannot show progress as its options must be an object: current value is 10",
  ],
  [
    () => progress("reading", { total: "10" }),
    'Cannot show progress as total must be >= 0: current value is the text "10"',
  ],
  [() => live(3), "Cannot show a live display as draw must be a function: current value is 3"],
  [
    () => live("a text"),
    "Cannot show a live display as draw must be a function: current value is a text: give the function itself",
  ],
  [
    () => execute(here("own")),
    "Cannot read the notebook FOLDER/own as it is a folder: give one of its .ipynb files",
  ],
  [
    () => execute(here("nowhere.ipynb")),
    "Cannot read the notebook FOLDER/nowhere.ipynb as there is no such file",
  ],
  [() => execute([here("a.ipynb")]), "Cannot run a notebook as path must be a text: current value is a list"],
  [
    () => readNotebook(here("pages.jsonl")),
    "Cannot read a notebook as it is not JSON: Unexpected non-whitespace character after JSON at position 40 (line 2 column 1)",
  ],
  [
    () => parseNotebook({ cells: [] }),
    "Cannot read a notebook as json must be a text: current value is an object",
  ],
  [() => mean(3), "Cannot take a mean as values must be a list of numbers: current value is 3"],
  [
    () => mean("1, 2"),
    "Cannot take a mean as values must be a list of numbers: current value is a text: give the values, not a path or a name",
  ],
  [() => mean(["1", "2"]), "Cannot take a mean as values[0] must be a number: current value is a text"],
  [() => mean([]), "Cannot take a mean as values must not be empty"],
  [
    () => mean(Promise.resolve([1, 2])),
    "Cannot take a mean as values must be a list of numbers: current value is a promise: await it",
  ],
  [() => quantile([1, 2], 50), "Cannot take a quantile as p must be in [0, 1]: current value is 50"],
  [() => quantile([1, 2]), "Cannot take a quantile as p must be in [0, 1]: current value is undefined"],
  [
    () => bootstrapMean([1, "2"]),
    "Cannot bootstrap a mean as values[1] must be a number: current value is a text",
  ],
  [
    () => bootstrapMean([1, 2], { alpha: 0.05 }),
    "Cannot bootstrap a mean as there is no option alpha: known are confidence, resamples, seed",
  ],
  [
    () => bootstrapMean([1, 2], { confidence: 95 }),
    "Cannot bootstrap a mean as confidence must be in (0, 1): current value is 95",
  ],
  [
    () => bootstrapMean([[1, 2], [3, 4]]),
    "Cannot bootstrap a mean as values[0] must be a number: current value is a list",
  ],
  [
    () => wilson(0.9, 20),
    "Cannot form Wilson's interval as successes must be a count in [0, trials] and trials be >= 1: current values are 0.9 of 20",
  ],
  [
    () => wilson([1, 0, 1]),
    "Cannot form Wilson's interval as successes must be a count in [0, trials] and trials be >= 1: current values are 1,0,1 of undefined",
  ],
  [
    () => ensure("tensorflow-gpu"),
    "Cannot find an artefact as name must be one of tensorflow, smollm2, minilm, lightgbm: current value is tensorflow-gpu",
  ],
  [
    () => ensure(["node"]),
    "Cannot find an artefact as name must be one of tensorflow, smollm2, minilm, lightgbm: current value is node",
  ],
  [
    () => agreementMatrix([["a", "b", 0.5]]),
    "Cannot draw a matrix as data[0] must be an object with a, b, value: current value is a list",
  ],
  [
    () => contextReach({ model: "a", perPosition: [1] }),
    "Cannot draw how far models reach as data must be a list of objects with model, perPosition: current value is an object with model, perPosition: one alone goes in [ ]",
  ],
  [
    () => depthGrid([[1024, 0.5, 1]]),
    "Cannot draw a grid of depths as data[0] must be an object with context, depth, score: current value is a list",
  ],
  [
    () => overlap({ a: 3, b: 4 }),
    "Cannot draw an overlap as kept by a must be a list or another iterable that is no stream: current value is 3",
  ],
];

answered(mistakes);
