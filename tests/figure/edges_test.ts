import assert from "node:assert/strict";
import * as figure from "../../lib/figure/mod.ts";

type Make = (names: readonly string[], values: readonly number[]) => figure.Spec;

const series = (names: readonly string[], values: readonly number[]) =>
  names.flatMap((series) => values.map((y, i) => ({ series, label: series, group: series, x: i + 1, y })));
const intervalsOf = (names: readonly string[], values: readonly number[]) =>
  names.flatMap((label) =>
    values.slice(0, 3).map((estimate) => ({ label, estimate, low: estimate, high: estimate }))
  );

/** Every figure, of any names and numbers. */
const figures: Record<string, Make> = {
  "lines": (names, values) => figure.lines(series(names, values), { x: "step", y: "loss" }),
  "lines, log": (names, values) => {
    const options = { x: "step", y: "loss", xScale: "log", yScale: "log", points: true } as const;
    return figure.lines(series(names, values), options);
  },
  "scatter": (names, values) => figure.scatter(series(names, values), { x: "a", y: "b", identity: true }),
  "bars": (names, values) => figure.bars(series(names, values).map(({ label, y }) => ({ label, value: y }))),
  "bars, parts": (names, values) =>
    figure.bars(series(names, values).map(({ label, y }) => ({ label: "all", part: label, value: y }))),
  "intervals": (names, values) => figure.intervals(intervalsOf(names, values)),
  "intervals, log": (names, values) => figure.intervals(intervalsOf(names, values), { scale: "log" }),
  "histogram": (names, values) =>
    figure.histogram(series(names, values).map(({ label, y }) => ({ label, score: y })), {
      thresholds: [0.5],
    }),
  "drops": (names) => figure.drops(names.map((reason) => ({ reason }))),
  "mixtures": (names, values) =>
    figure.mixtures(names.map((mixture) => ({
      mixture,
      shares: Object.fromEntries(values.map((share, i) => [`domain ${i % 20}`, share])),
    }))),
  "schedules": (names, values) => figure.schedules(names.map((name) => ({ name, rates: values }))),
  "lossCurves": (names, values) =>
    figure.lossCurves(names.map((name) => ({
      name,
      records: values.map((loss, i) => ({ tokens: i, learningRate: 1e-3, loss })),
    }))),
  "wavelengths": (names, values) =>
    figure.wavelengths(names.map((name) => ({ name, inverseFrequencies: values })), {
      original: values,
      originalContext: 100,
    }),
  "lossCurveFit": (names, values) =>
    figure.lossCurveFit(names.map((name, i) => ({
      name,
      part: i % 2 ? "held-out" : "train",
      steps: values.map((_, step) => step),
      measured: values,
      fitted: values,
    }))),
  "forecast": (names, values) =>
    figure.forecast({
      measured: values.map((loss, step) => ({ step, loss })),
      predicted: names.flatMap((law) => values.map((loss, step) => ({ law, step, loss }))),
    }, { unseenFrom: 1 }),
  "isoflop": (_, values) => {
    const runs = values.map((value) => ({ flops: 1e18, params: 1e8 * value, loss: value }));
    return figure.isoflop(runs, { minima: runs.slice(0, 1).map((run) => ({ ...run, curvature: 0.1 })) });
  },
  "lawComparison": (names, values) =>
    figure.lawComparison(names.map((law) => ({
      law,
      estimate: values[0],
      low: NaN,
      high: NaN,
      curves: values.map((error, i) => ({
        curve: names[i % names.length],
        part: "held-out" as const,
        error,
      })),
    }))),
  "profiles": (names, values) =>
    figure.profiles(names.map((parameter) => ({
      parameter,
      points: values.map((value) => ({ value, objective: (value - values[0]) ** 2 })),
      threshold: 1,
      interval: { estimate: values[0], low: values[0], high: values[0] },
      closed: { low: true, high: false },
    }))),
};

const names = [
  "a".repeat(80),
  "<b>bold</b> & \"quoted\" 'x'",
  "مرحبا بالعالم، نص عربي طويل بما يكفي ليُقطع في مكان ما من هذه الصورة",
  "训练语料库的混合比例与学习率衰减的非常长的中文标签，用于测试截断行为",
  "👩‍👩‍👧‍👦🏳️‍🌈".repeat(15),
  "__proto__",
  "a line\nand another",
  "no XML: \u0000 \ud800",
  "50 %",
  "",
];
const cases: Record<string, [readonly string[], readonly number[]]> = {
  "no name": [[], []],
  "no value": [["a"], []],
  "one": [["a"], [1]],
  "a NaN": [["a", "b"], [1, NaN, 3]],
  "only NaN": [["a"], [NaN]],
  "an infinity": [["a"], [1, Infinity]],
  "a zero": [["a", "b"], [0, 1, 2]],
  "zeros": [["a"], [0, 0]],
  "negative": [["a", "b"], [-2, -1, 3]],
  "all negative": [["a"], [-2, -1]],
  "a thousand": [["a", "b"], Array.from({ length: 1000 }, (_, i) => 1 + i % 17)],
  "long names": [names, [1, 2, 3]],
  "tiny": [["a", "b"], [1e-12, 2e-12]],
  "huge": [["a", "b"], [1e21, 3e22]],
};

for (const [name, make] of Object.entries(figures)) {
  Deno.test(`${name} of anything is a figure in full or a sentence that says what is wrong`, async () => {
    for (const [what, given] of Object.entries(cases)) {
      let spec;
      try {
        spec = make(...given);
      } catch (error) {
        assert.match(
          `${what}: ${(error as Error).message}`,
          /: Cannot (draw|compare) .+ as .+/s,
        );
        continue;
      }
      assert.match(String(spec.description), /^[^]+\.$/, what);
      const onWarning = (message: string) => assert.fail(`${what}: ${message}`);
      for (const layout of [spec, figure.narrow(spec)!]) {
        const svg = await figure.renderSvg(layout, { onWarning });
        assert(svg.isWellFormed() && !svg.includes("\u0000"), what);
        assert.doesNotMatch(svg, />(NaN|Infinity|undefined|null|0e\+0|0k)<|from NaN|<b>/, what);
        if (layout !== spec) assert(Number(/width="(\d+)"/.exec(svg)![1]) < 400, `${what} on a phone`);
      }
    }
  });
}
