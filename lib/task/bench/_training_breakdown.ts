// deno-lint-ignore-file no-console
import { fileURLToPath } from "node:url";
import type { Precision } from "../../anneal/mod.ts";
import { bars, renderSvg } from "../../figure/mod.ts";
import type { BenchRow } from "./_row.ts";
import type { ProfileTask, StepProfile } from "./_training_profile.ts";
import { Contestant } from "./_contestant.ts";

/** The most that products of a step's shapes reached on this machine, FLOP a second, by the type of their factors. */
export type Peaks = Partial<Record<Precision, number | undefined>>;

/** A step of the engine `native`, part by part; nothing where the processor has no instructions for its products. */
export async function profiled(
  { checkpoint, batch, context, threads, precision }: ProfileTask,
): Promise<StepProfile | undefined> {
  const file = fileURLToPath(new URL("./_training_profile.ts", import.meta.url));
  const request = JSON.stringify({ checkpoint, batch, context, threads, precision } satisfies ProfileTask);
  await using worker = new Contestant("the profile of a step", Deno.execPath(), ["run", "-A", file, request]);
  const step = await worker.answer<StepProfile>();
  if (precision === "float32" || step.instructions === "bfloat16") return step;
  console.error("The step with bfloat16 is left out: this processor has no instructions for its products");
}

/** The peak of {@linkcode Peaks}. */
export async function peakOf(task: ProfileTask): Promise<number | undefined> {
  const step = await profiled(task);
  return step && step.peak * task.threads * 1e9;
}

/** A step as rows, and as a figure in `out/bench`. */
export async function breakdown(
  size: string,
  step: StepProfile,
  precision: Precision,
  threads: number,
): Promise<BenchRow[]> {
  const { parts, products, peak, gigaflopsAStep, cpuMilliseconds, milliseconds, instructions } = step;
  const prefix = `a step of ${size}, ${precision}`;
  const least = 1000 * gigaflopsAStep / peak;
  const inProducts = parts.filter(({ gigaflops }) => gigaflops > 0)
    .reduce((sum, part) => sum + part.cpuMilliseconds, 0);
  const share = (part: number) => `${(100 * part / cpuMilliseconds).toFixed(0)} %`;
  const row = (name: string, value: number, note: string): BenchRow => ({
    name: `${prefix}: ${name}`,
    value,
    unit: "CPU-ms",
    note,
  });
  const title = `Where a step of ${size} with ${precision} goes`;
  const folder = fileURLToPath(new URL("../../../out/bench/", import.meta.url));
  await Deno.mkdir(folder, { recursive: true });
  const spec = bars(
    parts.map(({ name, cpuMilliseconds }) => ({ label: name, value: Math.round(10 * cpuMilliseconds) / 10 })),
    {
      title,
      value: "CPU-milliseconds a step",
    },
  );
  const path = `${folder}training-${size}-${precision}.svg`;
  await Deno.writeTextFile(path, await renderSvg(spec));
  console.error(`${title}: ${path}`);
  return [
    row(
      "all",
      cpuMilliseconds,
      `${milliseconds.toFixed(0)} ms on the clock with ${threads} threads; instructions: ${instructions}`,
    ),
    row(
      "products at their peak",
      least,
      `${share(least)} of the step: ${gigaflopsAStep.toFixed(1)} GFLOP at ${peak.toFixed(0)} a CPU-second, ` +
        "the most that a product of its shapes reaches here",
    ),
    row(
      "products, beyond that",
      inProducts - least,
      `${share(inProducts - least)}: shapes and packing, softmax, and memory behind the caches`,
    ),
    row("all else", cpuMilliseconds - inProducts, `${share(cpuMilliseconds - inProducts)}: bound by memory`),
    ...parts.map(({ name, calls, cpuMilliseconds, gigaflops }) =>
      row(
        name,
        cpuMilliseconds,
        `${share(cpuMilliseconds)} in ${calls} ${calls === 1 ? "call" : "calls"}${
          gigaflops > 0
            ? `; ${gigaflops.toFixed(0)} GFLOP a CPU-second, ${
              (100 * gigaflops / peak).toFixed(0)
            } % of the peak`
            : ""
        }`,
      )
    ),
    ...products.map(({ shape, native, tensorflow }): BenchRow => ({
      name: `${prefix}: product ${shape} alone`,
      value: native,
      unit: "GFLOP/CPU-s",
      note: `TensorFlow's: ${tensorflow.toFixed(0)}`,
    })),
  ];
}
