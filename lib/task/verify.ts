// deno-lint-ignore-file no-console
/**
 * `deno task verify NAME`: this kit beside published numbers and other programs, as one table; the exit code is 1 where a
 * row fails, or none passes.
 * @module
 */
import { choose, task } from "./_task.ts";
import { summary } from "./_tests.ts";
import type { Part } from "./verify/_part.ts";
import { claim, table, type VerifyRow } from "./verify/_row.ts";

/** The parts, a file each. */
const PARTS: Record<string, () => Promise<{ default: Part }>> = {
  laws: () => import("./verify/laws.ts"),
  planner: () => import("./verify/planner.ts"),
  stacking: () => import("./verify/stacking.ts"),
  coverage: () => import("./verify/coverage.ts"),
  regmix: () => import("./verify/regmix.ts"),
  lightgbm: () => import("./verify/lightgbm.ts"),
  agents: () => import("./verify/agents.ts"),
  synthesis: () => import("./verify/synthesis.ts"),
  distilled: () => import("./verify/distilled.ts"),
  hostile: () => import("./verify/hostile.ts"),
  "small-model": () => import("./verify/small_model.ts"),
  extraction: () => import("./verify/extraction.ts"),
  fasttext: () => import("./verify/fasttext.ts"),
  rules: () => import("./verify/rules.ts"),
  raters: () => import("./verify/raters.ts"),
  "lm-eval": () => import("./verify/lm_eval.ts"),
  metrics: () => import("./verify/metrics.ts"),
  prompts: () => import("./verify/prompts.ts"),
  code: () => import("./verify/code.ts"),
  tokenizers: () => import("./verify/tokenizers.ts"),
  transformers: () => import("./verify/transformers.ts"),
  merging: () => import("./verify/merging.ts"),
  optimizers: () => import("./verify/optimizers.ts"),
  duplicates: () => import("./verify/duplicates.ts"),
  lint: () => import("./verify/lint.ts"),
  memory: () => import("./verify/memory.ts"),
  kills: () => import("./verify/kills.ts"),
  plans: () => import("./verify/plans.ts"),
  rephrased: () => import("./verify/rephrased.ts"),
  decontamination: () => import("./verify/decontamination.ts"),
  gpu: () => import("./verify/gpu.ts"),
  recipes: () => import("./verify/recipes.ts"),
  own: () => import("./verify/own.ts"),
  docs: () => import("./verify/docs.ts"),
};

async function helpOf(names: readonly string[]): Promise<string> {
  const parts = await Promise.all(names.map(async (name) => ({ name, ...(await PARTS[name]()).default })));
  const lines = parts.map(({ name, help, names = [] }) =>
    `  ${name.padEnd(15)} ${help.replaceAll("NAMES", names.join(", ")).replaceAll("\n", "\n    ")}`
  );
  return `deno task verify NAME [--failed]

  --failed      print only the rows that fail

${lines.join("\n")}

MIDTRAIN_PEER_PYTHON names the Python that programs beside this kit run by; default python3`;
}

async function verify(part: Part, given: { failed: boolean }, names: string[]): Promise<number> {
  const rows: VerifyRow[] = [];
  try {
    for await (const row of part.verify(given as never, names, console.log)) rows.push(row);
  } catch (error) {
    const ours = error instanceof Error ? error.message : String(error);
    rows.push(claim("it comes to its end", "", { ours, allowed: "no error", holds: false }));
  }
  console.log(table(rows.filter(({ verdict }) => !given.failed || verdict === "failed")));
  const { line, passed, failed } = summary(
    rows.map(({ verdict }) => ({ passed: 0, failed: 0, skipped: 0, [verdict]: 1 })),
  );
  console.log(`\n${line}`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

if (import.meta.main) {
  const [first = "--help", ...rest] = Deno.args;
  if (first.startsWith("-")) await task({ help: await helpOf(Object.keys(PARTS)), run: () => {} }, [first]);
  const [name] = choose([first], Object.keys(PARTS));
  const { default: part } = await PARTS[name]();
  await task({
    help: await helpOf([name]),
    flags: { ...part.flags, failed: "switch" },
    words: part.names !== undefined,
    run: (given, words) => verify(part, given, choose(words, part.names ?? [])),
  }, rest);
}
