import assert from "node:assert/strict";
import { readRuns, type RunColumns } from "../../lib/data/mod.ts";
import {
  chinchillaLaw,
  dCptLaw,
  exponentialMixingLaw,
  fitIsoflop,
  fitLaw,
  fitMixingLaw,
  predictLaw,
  stepLawLearningRate,
} from "../../lib/laws/mod.ts";
import { assertClose } from "../laws/_points.ts";

async function table(rows: readonly Record<string, number | string>[]): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  const lines = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row))].map((cells) => cells.join());
  await Deno.writeTextFile(path, `${lines.join("\n")}\n`);
  return path;
}

const sizes = [0.1, 0.4, 2, 8].flatMap((N) => [2, 10, 50, 200].map((D) => ({ N, D })));
const billions = { params: { column: "N", times: 1e9 }, tokens: { column: "D", times: 1e9 } };
const run = ({ N, D }: { N: number; D: number }) => ({ params: N * 1e9, tokens: D * 1e9 });

Deno.test("one reader gives the runs of size, D-CPT, step-law, IsoFLOP and mixing fits from a table in billions", async () => {
  const size = { E: 1.8, A: 480, B: 2100, alpha: 0.35, beta: 0.37 };
  const losses = predictLaw({ law: chinchillaLaw, parameters: size }, sizes.map(run));
  const plain = await table(sizes.map((row, i) => ({ ...row, val: losses[i] })));
  const runs = await readRuns(plain, { ...billions, loss: "val" });
  assertClose(fitLaw(chinchillaLaw, runs).parameters.alpha, 0.35, 1e-4);

  const dCpt = { E: 1.5, A: 300, B: 500, alpha: 0.3, beta: 0.3, eta: 0.1, C: 0.2, gamma: 0.5, epsilon: 0.1 };
  const mixed = sizes.flatMap((row) => [2, 10, 30, 60, 90].map((percent) => ({ ...row, percent })));
  const onDomain = predictLaw(
    { law: dCptLaw, parameters: dCpt },
    mixed.map((row) => ({ ...run(row), share: row.percent / 100 })),
  );
  const continued = await readRuns(await table(mixed.map((row, i) => ({ ...row, loss: onDomain[i] }))), {
    ...billions,
    share: { column: "percent", times: 0.01 },
    loss: "loss",
  });
  assertClose(fitLaw(dCptLaw, continued).parameters.gamma, 0.5, 1e-4);

  const published = { k: 1.79, a: -0.713, b: 0.307 };
  const rates = predictLaw({ law: stepLawLearningRate, parameters: published }, sizes.map(run));
  const tuned = await table(sizes.map((row, i) => ({ ...row, lr: rates[i] })));
  const best = await readRuns(tuned, { ...billions, learningRate: "lr" });
  assertClose(fitLaw(stepLawLearningRate, best).parameters.a, -0.713, 1e-4);

  const sweep = [1e19, 1e20, 1e21].flatMap((C) =>
    [-1, -0.5, 0, 0.5, 1].map((x) => ({ C, N: Math.sqrt(C) / 10 * Math.exp(x), loss: 3 + x * x / 10 }))
  );
  const points = await readRuns(await table(sweep), { flops: "C", params: "N", loss: "loss" });
  assertClose(fitIsoflop(points).power.exponent, 0.5, 1e-4);

  const shares = [0.2, 0.4, 0.6, 0.8].map((code) => ({
    code,
    web: 1 - code,
    loss: 1.1 + Math.exp(-1.6 * code - 0.7),
  }));
  const proxies = await readRuns(await table(shares), { mixture: ["code", "web"], loss: "loss" });
  assertClose(fitMixingLaw(exponentialMixingLaw(["code", "web"]), proxies).parameters.c, 1.1, 1e-4);
});

Deno.test("readRuns() suspects counts that are a thousand times and more off, and takes them where their factor is said", async () => {
  const path = await table([{ N: 70, "D (B)": 300, loss: 3 }, { N: 70000, "D (B)": 1400, loss: 2 }]);
  const refuses = (columns: RunColumns, message: RegExp) => assert.rejects(readRuns(path, columns), message);
  await refuses(
    { params: "N", loss: "loss" },
    /params must be counts in ones: column "N" lies in 70 to 70000, as in millions or billions: give times: 1e6 or 1e9/,
  );
  await refuses({ tokens: "D (B)" }, /column "D \(B\)" lies in 300 to 1400, as in billions: give times: 1e9/);
  await refuses(
    { params: { column: "N", times: 1e12 } },
    /column "N" times 1000000000000 lies in .* too many/,
  );
  const runs = await readRuns(path, {
    params: { column: "N", times: 1e6 },
    tokens: { column: "D (B)", times: 1e9 },
  });
  assert.deepEqual(runs[0], { params: 7e7, tokens: 3e11 });
  assert.deepEqual((await readRuns(path, { params: { column: "N", times: 1 } }))[0], { params: 70 });
});

Deno.test("readRuns() leaves out rows with empty cells and counts them, and names what it cannot read", async () => {
  const path = await table([{ N: 1e8, loss: 3 }, { N: 2e8, loss: "" }, { N: "big", loss: 2 }]);
  const runs = await readRuns(path, { loss: "loss" });
  assert.deepEqual([...runs], [{ loss: 3 }, { loss: 2 }]);
  assert.match(runs.notes.join(), /1 of 3 rows have an empty cell among these and were left out/);
  const refuses = (columns: unknown, message: RegExp) =>
    assert.rejects(readRuns(path, columns as RunColumns), message);
  await refuses({ params: "N" }, /row 3, column N, must be a finite number: current value is "big"/);
  await refuses({ params: "M" }, /the column of params must be one of N, loss/);
  await refuses({ parameters: "N" }, /there is no option parameters/);
  await refuses({ params: { column: "N", times: 0 } }, /times of params must be finite and > 0/);
  await refuses({}, /columns must name a field/);
});
