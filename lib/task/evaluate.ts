// deno-lint-ignore-file no-console
/**
 * `deno task evaluate [BENCHMARK ...]`: ask a model the questions of benchmarks, as one table and as JSON; `--before` says
 * what was forgotten and gained since an earlier evaluation.
 * @module
 */
import { join } from "node:path";
import { writeAtomic } from "../base/mod.ts";
import {
  benchmarks,
  checkBenchmark,
  compareEvaluations,
  evaluate,
  type EvaluatedModel,
  type EvaluateOptions,
  type Evaluation,
  evaluationPage,
  type LengthTokenizer,
} from "../evaluate/mod.ts";
import { openModel } from "../llm/mod.ts";
import { ensure } from "../native/mod.ts";
import { benchmarkNames, filesHelp, givenBenchmark } from "./_given_benchmarks.ts";
import { choose, refuse, task } from "./_task.ts";
import { tell } from "./_tell.ts";

const HELP = `Ask a model the questions of benchmarks.

deno task evaluate [BENCHMARK ...] [options]

  BENCHMARK          ${benchmarkNames.join(", ").replace(/(.{60,90}?) /g, "$1\n                     ")};
                     default: the questions with choices
  --model MODEL      embedded, the folder of a checkpoint, or the address of a server that ends in its version,
                     such as http://127.0.0.1:8000/v1 (embedded: SmolLM2-135M-Instruct)
  --name NAME        the server's model (the first that it lists)
  --tokenizer FOLDER the checkpoint's tokenizer, a folder with tokenizer.json or that file (bytes)
  --file PATH        what a benchmark reads that is no part of the kit:
                     ${filesHelp};
                     math: other problems than its 500
  --split NAME       of narrative-qa: train, valid or test (test)
  --context NUMBER   tokens of text and answer together: long texts are cut to them, RULER's made for them; counted by
                     --tokenizer, for the embedded model by its own
  --form NAME        how it is asked: olmes-rc, olmes-mc, lm-eval and others (each benchmark's first)
  --shots NUMBER     examples in front (the form's)
  --limit NUMBER     items of each benchmark, drawn as OLMES draws them; 0 for all (200)
  --first            the first items instead, as lm-eval takes them
  --samples NUMBER   texts of each question, at temperature 0.8: pass@k beside the mean (1, the most probable text)
  --engine ENGINE    what runs Python that a model wrote: pyodide, the same on every system, or bwrap, this system's
                     own Python under bubblewrap, faster (pyodide)
  --loss-only        rate the gold answers in bits per byte, and nothing else
  --keep FOLDER      keep every answer there: a run that was ended goes on, and nothing is asked twice
  --json FILE        write scores and every item
  --pages FOLDER     a page of HTML a benchmark, with every item as it was asked and answered
  --before FILE      an earlier --json, to compare with item by item
  --check            ask no model: what gold answers, silence and blind answers get
  --help             this text`;

await task({
  help: HELP,
  flags: {
    ...{
      model: "text",
      name: "text",
      tokenizer: "text",
      form: "text",
      keep: "text",
      json: "text",
      pages: "text",
      before: "text",
      file: "text",
    },
    split: ["train", "valid", "test"],
    engine: ["pyodide", "bwrap"],
    context: { min: 1 },
    ...{
      shots: { min: 0 },
      limit: { min: 0 },
      samples: { min: 1 },
      first: "switch",
      "loss-only": "switch",
      check: "switch",
    },
  },
  words: true,
  here: true,
  async run({ model: where = "embedded", name, tokenizer, limit = 200, ...given }, words) {
    const named = words.length > 0
      ? choose(words, benchmarkNames, "BENCHMARK")
      : Object.keys(benchmarks).filter((name) => !benchmarks[name].rules);
    const { form, shots, keep, json, pages, before, file, context, split = "test" } = given;
    if (file !== undefined && named.length > 1) {
      refuse(`--file is one benchmark's: there are ${named.length}`);
    }
    const counted = context === undefined ? undefined : await counterOf(where, tokenizer);
    const chosen = named.map((name) =>
      givenBenchmark(name, { file, context, tokenizer: counted, split }, refuse)
    );
    for (const { name, forms: known } of chosen) {
      const forms = Object.keys(known);
      if (form !== undefined && !forms.includes(form)) {
        refuse(`${name} has no form ${form}: it has ${forms.join(", ")}`);
      }
    }
    const subset: EvaluateOptions["subset"] = given.first ? "first" : "sample";
    const { engine } = given;
    const asked = { form, shots, subset, engine, ...limit === 0 ? {} : { limit } };
    if (given.check) {
      for (const benchmark of chosen) {
        console.log(`\n${benchmark.name}`);
        tell(await checkBenchmark(benchmark, asked));
      }
      return 0;
    }
    // Read at once: a file that is not there must not be told after an hour.
    const earlier = before === undefined ? [] : await readEvaluations(before);
    await using model = await modelAt(where, { name, tokenizer });
    const evaluations: Evaluation[] = [];
    for (const benchmark of chosen) {
      const { name } = benchmark;
      const evaluation = await evaluate(model, benchmark, {
        ...asked,
        samples: given.samples,
        lossOnly: given["loss-only"],
        folder: keep,
        onProgress: progressTo(name),
      });
      evaluations.push(evaluation);
      console.log();
      tell(evaluation);
      // After each benchmark, so that what an hour gave is not lost with the next.
      if (json !== undefined) await writeAtomic(json, JSON.stringify(evaluations, null, 1) + "\n");
      if (pages !== undefined) {
        await Deno.mkdir(pages, { recursive: true });
        const path = join(pages, `${name}.html`);
        const then = earlier.find((one) => one.benchmark === name && one.form === evaluation.form);
        await writeAtomic(path, await evaluationPage(benchmark, evaluation, { before: then }));
        console.log(path);
      }
    }
    if (before !== undefined) {
      console.log();
      tell(compareEvaluations(earlier, evaluations));
    }
  },
});

/** What an earlier `--json` wrote. */
async function readEvaluations(path: string): Promise<Evaluation[]> {
  const wanted = `Cannot compare with ${path} as it must be what --json wrote`;
  const text = await Deno.readTextFile(path).catch(() => {
    throw new Error(`${wanted}: it cannot be read`);
  });
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw new SyntaxError(`${wanted}: it is no JSON`);
  }
  if (Array.isArray(found) && found.every((one) => Array.isArray(one?.items) && one.benchmark)) return found;
  throw new TypeError(`${wanted}: it holds no list of evaluations`);
}

/** A model by where it is: the embedded one, a checkpoint's folder, a server's address. */
async function modelAt(
  where: string,
  { name, tokenizer }: { name: string | undefined; tokenizer: string | undefined },
): Promise<EvaluatedModel & AsyncDisposable> {
  if (where === "embedded") return await openModel({ kind: "embedded" });
  if (/^https?:\/\//.test(where)) return await openModel({ kind: "endpoint", baseURL: where, model: name });
  const { byteTokenizer, loadCheckpoint, loadTokenizer, scorerOf } = await import("../anneal/mod.ts");
  const checkpoint = await loadCheckpoint(where);
  const words = tokenizer === undefined ? byteTokenizer() : await loadTokenizer(tokenizer);
  return Object.assign(scorerOf(checkpoint, words, { name: name ?? where }), {
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

/** What counts the tokens of `--context`. */
async function counterOf(where: string, tokenizer: string | undefined): Promise<LengthTokenizer> {
  const { byteTokenizer, ggufTokenizer, loadTokenizer } = await import("../anneal/mod.ts");
  const counted = tokenizer !== undefined
    ? await loadTokenizer(tokenizer)
    : where === "embedded"
    ? await ggufTokenizer((await ensure("smollm2")).model)
    : /^https?:\/\//.test(where)
    ? refuse("--context needs --tokenizer, the server's: a folder with tokenizer.json or that file")
    : byteTokenizer();
  return { name: tokenizer ?? where, encode: (text) => counted.encode(text) };
}

/** Progress on standard error, where a person looks on. */
function progressTo(
  name: string,
): ((event: { done: number; total?: number | undefined }) => void) | undefined {
  if (!Deno.stderr.isTerminal()) return undefined;
  const begun = performance.now();
  return ({ done, total = done }) => {
    const left = done > 0 ? (performance.now() - begun) / 1000 / done * (total - done) : NaN;
    const line = `${name}: ${done} of ${total} answers${
      done > 0 && done < total ? `, ${left.toFixed(0)} s left` : ""
    }`;
    Deno.stderr.writeSync(new TextEncoder().encode(`\r${line.padEnd(70)}${done >= total ? "\n" : ""}`));
  };
}
