import { join } from "node:path";
import { ofKind, oneOf, takes, wholeNumber, writeAtomic } from "../../base/mod.ts";
import { benchmarks, evaluate } from "../../evaluate/mod.ts";
import type { Json, StageWork } from "../../run/mod.ts";
import { modelOf, type ModelParameters, modelParameters } from "./_model.ts";

type Parameters = ModelParameters & {
  benchmarks: string[];
  limit: number;
  shots: number | null;
  lossOnly: boolean;
};

/** A model's answers to benchmarks, a shard a benchmark: `BENCHMARK.json`, as `deno task evaluate --json` has it. */
const work: StageWork<Parameters & Record<string, Json>> = {
  name: "evaluate",
  version: "1",
  parameters(given) {
    const cannot = "Cannot evaluate";
    takes(cannot, given, "benchmarks, limit?, shots?, lossOnly?, model?, name?");
    const { benchmarks: names, limit = 200, shots = null, lossOnly = false } = given as unknown as Parameters;
    ofKind(cannot, { benchmarks: names }, "a list of texts");
    for (const name of names) oneOf(cannot, { "a benchmark": name }, benchmarks);
    wholeNumber(cannot, { limit }, ">= 1");
    if (shots !== null) wholeNumber(cannot, { shots }, ">= 0");
    oneOf(cannot, { lossOnly }, [true, false]);
    return { ...modelParameters(cannot, given), benchmarks: names, limit, shots, lossOnly };
  },
  parts: ({ benchmarks }) => benchmarks.length,
  async work({ index, parameters, out }) {
    const { limit, shots, lossOnly } = parameters;
    const name = parameters.benchmarks[index];
    await using model = await modelOf(parameters);
    const evaluation = await evaluate(model, benchmarks[name], {
      limit,
      shots: shots ?? undefined,
      lossOnly,
    });
    await writeAtomic(join(out, `${name}.json`), JSON.stringify([evaluation], null, 1) + "\n");
    return { items: evaluation.n };
  },
};

export default work;
