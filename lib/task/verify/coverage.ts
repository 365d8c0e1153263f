/**
 * How often the intervals of a fit hold the truth, on data that are simulated under five laws: few, medium and many runs, noise
 * below and above delta, normal and heavy tails.
 * @module
 */
import type { LossCurve } from "../../base/mod.ts";
import {
  chinchillaLaw,
  type Coverage,
  dCptLaw,
  type FittedLaw,
  measureCoverage,
  momentumLaw,
  multiPowerLaw,
  repetitionLaw,
} from "../../laws/mod.ts";
import { sweep, type SweepRow } from "../../run/mod.ts";
import { cosine, sampleSchedule, wsd } from "../../schedule/mod.ts";
import { columns } from "../_columns.ts";
import { part } from "./_part.ts";
import { claim } from "./_row.ts";

/** Noise on the logarithm of a loss, below and above the default delta of 1e-3. */
const NOISES = [2e-4, 4e-3];
const TAILS = ["normal", "heavy"] as const;

/** The columns of the table: 95 % intervals, and two at 90 %. */
const KINDS = ["shown", "curvature", "bootstrap", "profile 90", "bootstrap 90"];

/** A law, the parameters that make its data, and designs from few to many. */
interface Case {
  truth: FittedLaw<never>;
  designs: Record<string, readonly object[]>;
  fixed?: Record<string, number>;
}

interface Point {
  law: string;
  design: string;
  noise: number;
  tails: (typeof TAILS)[number];
  sets: number;
}

export default part({
  help: `how often the intervals of a fit hold the truth, on data simulated under five laws
[LAW ...]     which: NAMES; default: all
--design X    the designs alone whose name holds this text, as "2 curves"
--sets N      how many sets of data a design; default 300
--quick       60 sets, and few and medium designs only
What was measured is kept in out/coverage, a row a design and noise: a call goes on where one was ended.`,
  flags: { design: "text", sets: { min: 20 }, quick: "switch" },
  names: ["chinchilla", "repetition", "d-cpt", "momentum", "multi-power"],
  async *verify({ design: only = "", quick, sets = quick ? 60 : 300 }, names, say) {
    const cases = casesOf();
    const points = names.flatMap((law) =>
      Object.keys(cases[law].designs).slice(0, quick ? 2 : 3).filter((name) => name.includes(only)).flatMap((
        design,
      ) => NOISES.flatMap((noise) => TAILS.map((tails): Point => ({ law, design, noise, tails, sets }))))
    );
    if (points.length === 0) {
      const known = names.flatMap((law) => Object.keys(cases[law].designs)).join(", ");
      throw new RangeError(`no design holds "${only}": there are ${known}`);
    }
    await Deno.mkdir("out/coverage", { recursive: true });
    const { rows } = await sweep(points, {
      table: `out/coverage/${sets}.jsonl`,
      run({ law, design, noise, tails }) {
        const { truth, designs, fixed } = cases[law];
        const table = measureCoverage<object>(truth as unknown as FittedLaw<object>, designs[design], {
          noise,
          tails,
          sets,
          starts: 2,
          seed: `${law}/${design}/${noise}/${tails}`,
          resamples: designs[design].length >= 9 ? 100 : 0,
          fixed,
        });
        say(`${law}, ${design}, noise ${noise}, ${tails} tails`);
        const of = (kind: string, level: number) =>
          table.filter((row) => row.interval === kind && row.confidence === level && row.withheld < 0.5);
        return {
          shown: range(of("shown", 0.95)),
          least: Math.min(1, ...of("shown", 0.95).map(({ coverage }) => coverage)),
          curvature: range(of("curvature", 0.95)),
          bootstrap: range(of("bootstrap", 0.95)),
          "profile 90": range(of("profile", 0.9)),
          "bootstrap 90": range(of("bootstrap", 0.9)),
        };
      },
    });
    const heads = ["law", "design", "noise", "tails", ...KINDS];
    const cell = (row: SweepRow) => heads.map((head) => String(row[head] ?? ""));
    say(columns([heads, ...rows.map(cell)]));
    // What chance alone moves a share of so many sets by, three times over.
    const slack = 3 * Math.sqrt(0.05 * 0.95 / sets);
    for (const row of rows) {
      const [law, design, noise, tails] = cell(row);
      yield claim(`${law}, ${design}, noise ${noise}, ${tails} tails`, `${sets} sets of data`, {
        theirs: "0.95",
        ours: row.reason ?? String(row.shown),
        allowed: `every parameter above ${(0.92 - slack).toFixed(3)}`,
        holds: row.status === "done" && Number(row.least) >= 0.92 - slack,
      });
    }
  },
});

/** The least and the greatest share over the parameters of which an interval is shown at all. */
function range(rows: readonly Coverage[]): string {
  const shares = rows.map(({ coverage }) => coverage).filter((share) => !Number.isNaN(share));
  return shares.length === 0
    ? "withheld"
    : `${Math.min(...shares).toFixed(3)} to ${Math.max(...shares).toFixed(3)}`;
}

function casesOf(): Record<string, Case> {
  const sizes = { E: 1.8172, A: 477.8, B: 2143, alpha: 0.3473, beta: 0.3672 };
  const grid = (a: number, b: number, ratio: number) =>
    Array.from({ length: a * b }, (_, i) => ({
      params: 5e7 * ratio ** (i % a),
      tokens: 1e9 * ratio ** Math.floor(i / a),
    }));
  const repeated = (count: number) =>
    grid(3, 3, 5).flatMap((run) =>
      Array.from({ length: count }, (_, i) => ({ ...run, uniqueTokens: run.tokens / 3 ** i }))
    );
  const mixed = (shares: readonly number[], size: number) =>
    grid(size, size, 5).flatMap((run) => shares.map((share) => ({ ...run, share })));
  const curves = (schedules: readonly ("cosine" | "wsd" | "constant")[], points: number): LossCurve[] =>
    schedules.map((name, i) => {
      const steps = 4000 * (1 + i % 2);
      const learningRates = name === "constant" ? new Float64Array(steps).fill(1e-3) : sampleSchedule(
        name === "cosine"
          ? cosine({ peak: 1e-3, steps, floor: 1e-4 })
          : wsd({ peak: 1e-3, steps, decayFraction: 0.2 + 0.1 * i }),
        steps,
      );
      return {
        name: `${name} ${i}`,
        learningRates,
        steps: Array.from(
          { length: points },
          (_, k) => Math.round((0.1 + 0.9 * (k + 1) / points) * (steps - 1)),
        ),
        losses: [],
      };
    });
  const few = ["cosine", "wsd"] as const;
  const medium = ["cosine", "wsd", "constant"] as const;
  const many = ["cosine", "wsd", "constant", "wsd", "cosine", "wsd"] as const;
  const curveDesigns = {
    "2 curves of 15": curves(few, 15),
    "3 curves of 40": curves(medium, 40),
    "6 curves of 60": curves(many, 60),
  };
  const of = <Datum>(law: FittedLaw<Datum>["law"], parameters: Record<string, number>) =>
    ({ law, parameters }) as unknown as FittedLaw<never>;
  return {
    chinchilla: {
      truth: of(chinchillaLaw, sizes),
      designs: { "9 runs": grid(3, 3, 4), "16 runs": grid(4, 4, 2.2), "240 runs": grid(12, 20, 1.5) },
    },
    repetition: {
      truth: of(repetitionLaw, { ...sizes, RD: 15, RN: 5 }),
      designs: { "18 runs": repeated(2), "27 runs": repeated(3), "45 runs": repeated(5) },
      fixed: sizes,
    },
    "d-cpt": {
      truth: of(dCptLaw, {
        E: 1.2,
        A: 300,
        B: 800,
        alpha: 0.35,
        beta: 0.34,
        eta: 0.1,
        C: 0.3,
        gamma: 0.4,
        epsilon: 0.05,
      }),
      designs: {
        "27 runs": mixed([0.1, 0.4, 0.9], 3),
        "54 runs": mixed([0.05, 0.1, 0.2, 0.4, 0.6, 0.9], 3),
        "128 runs": mixed([0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9], 4),
      },
    },
    momentum: {
      truth: of(momentumLaw, { L0: 2.6, A: 0.5, alpha: 0.5, C: 0.4, lambda: 0.995 }),
      designs: curveDesigns,
    },
    "multi-power": {
      truth: of(multiPowerLaw, { L0: 2.4, A: 0.6, alpha: 0.45, B: 400, C: 2, beta: 0.6, gamma: 0.6 }),
      designs: curveDesigns,
    },
  };
}
