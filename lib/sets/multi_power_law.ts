import { type LossCurve, oneOf, takes } from "../base/mod.ts";
import { readCsv } from "../data/mod.ts";
import checksums from "./multi_power_law.json" with { type: "json" };
import { type PublicSet, publicSet } from "./public_set.ts";

/** A model size of the multi-power law's public curves, in million parameters. */
export type MultiPowerSize = 25 | 100 | 400;

/**
 * The nine curves of one model size behind the multi-power law (arXiv 2503.12811): peak 3e-4, 2,160 warm-up steps.
 *
 * Learning rates are rebuilt from the names, as the authors do (their `lr` column starts after the warm-up); a last row at
 * the schedule's very end is left out, as they do.
 */
export const multiPowerCurves: PublicSet<LossCurve<Float64Array>, { size: MultiPowerSize }> = publicSet({
  name: "multi-power-law",
  title: "27 loss curves under nine learning-rate schedules at 25M, 100M and 400M, arXiv 2503.12811",
  licence: "MIT",
  origin: {
    kind: "repository",
    repository: "thu-yao-01-luo/MultiPowerLaw",
    commit: "8da9f1902602f3391b971a811e3cc51604541769",
    folder: "loss_curve_repo/",
  },
  files: checksums,
  async *read(set, options) {
    takes("Cannot read multiPowerCurves", options, "size");
    const { size } = options;
    oneOf("Cannot read multiPowerCurves", { size }, [25, 100, 400]);
    for (const path of (await set.paths()).filter((path) => path.startsWith(`csv_${size}/`))) {
      const name = path.slice(path.indexOf("/") + 1, -".csv".length);
      const learningRates = multiPowerRates(name);
      const table = await readCsv(await set.file(path));
      const steps = table.numbers("step");
      const losses = table.numbers("loss");
      const count = steps.findIndex((step) => step >= learningRates.length);
      yield {
        name,
        learningRates,
        steps: count < 0 ? steps : steps.slice(0, count),
        losses: count < 0 ? losses : losses.slice(0, count),
      };
    }
  },
});

/** The learning rates behind a file of the multi-power law's repository. */
export function multiPowerRates(name: string): Float64Array {
  const PEAK = 3e-4;
  const FLOOR = 3e-5;
  const WARMUP = 2160;
  const [shape, first, second] = name.split("_") as [string, string, string?];
  const steps = shape === "wsdcon" ? 16_000 : Number(second ?? first);
  const turn = shape === "wsdcon" ? 8000 : Number(first);
  const after: Record<string, (step: number) => number> = {
    constant: () => PEAK,
    cosine: (step) =>
      FLOOR + (PEAK - FLOOR) * (1 + Math.cos(Math.PI * (step - WARMUP) / (steps - WARMUP))) / 2,
    wsd: (step) => step < turn ? PEAK : PEAK * (FLOOR / PEAK) ** ((step - turn) / (steps - turn)),
    wsdld: (step) => step < turn ? PEAK : PEAK + (FLOOR - PEAK) * (step - turn) / (steps - turn),
    wsdcon: (step) => step < turn ? PEAK : Number(first) * 1e-5,
  };
  const rate = after[shape];
  if (!rate) {
    throw new RangeError(
      `Cannot rebuild learning rates as the schedule is not known: current value is ${name}`,
    );
  }
  return Float64Array.from(
    { length: steps },
    (_, step) => step < WARMUP ? PEAK * step / (WARMUP - 1) : rate(step),
  );
}
