// deno-lint-ignore-file camelcase -- names of lm-eval
/**
 * The prompts of our `lm-eval` forms beside those that lm-eval 0.4.13 builds of the same files, byte for byte: examples as it
 * draws them, their order, every space. No model is asked.
 * @module
 */
import { fileURLToPath } from "node:url";
import { benchmarks } from "../../evaluate/mod.ts";
import { questionsOf } from "../../evaluate/_questions.ts";
import { asksChoices } from "../../evaluate/benchmark.ts";
import { readJsonl } from "../../data/mod.ts";
import { arc, gsm8k, humanEval, mbpp, mmlu, nqOpen, triviaQa, winogrande } from "../../sets/mod.ts";
import { part } from "./_part.ts";
import { claim, skipped, type VerifyRow } from "./_row.ts";

const PEER = fileURLToPath(new URL("../bench/peers/lm_eval_prompts.py", import.meta.url));

export default part({
  help: `the prompts of the lm-eval forms beside lm-eval's own, byte for byte; no model is asked
--items N    the first so many items of each benchmark; default 300
MIDTRAIN_PEER_PYTHON must name a Python with lm-eval 0.4.13:
  python3 -m venv DIR && DIR/bin/pip install "lm-eval[api]==0.4.13" && export MIDTRAIN_PEER_PYTHON=DIR/bin/python`,
  flags: { items: { min: 1 } },
  async *verify({ items = 300 }, _names, say) {
    const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
    const probe = await new Deno.Command(python, {
      args: ["-c", "import lm_eval"],
      stdout: "null",
      stderr: "null",
    })
      .output().catch(() => undefined);
    if (!probe?.success) return yield skipped("lm-eval", `${python} has no lm-eval: see --help`);
    for (const set of [arc, gsm8k, humanEval, mbpp, mmlu, nqOpen, triviaQa, winogrande]) {
      if (!await set.available()) {
        return yield skipped("lm-eval", `the data set ${set.name} is not on this machine`);
      }
    }
    const folder = await Deno.makeTempDir();
    try {
      yield* await verify(python, { folder, items, say });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** Which benchmark with how many examples, and what lm-eval is told of the same. */
interface Asked {
  name: string;
  shots: number;
  /** The group that is asked; lm-eval has a task for each subject of MMLU. */
  group?: string;
  config: Record<string, unknown>;
}

const SUBJECT = "abstract_algebra";

async function verify(
  python: string,
  { folder, items, say }: { folder: string; items: number; say: (line: string) => void },
): Promise<VerifyRow[]> {
  const asked = await tasks(folder);
  const child = new Deno.Command(python, {
    args: [PEER],
    env: {
      HF_HOME: `${folder}/hf`,
      HF_HUB_OFFLINE: "1",
      HF_DATASETS_OFFLINE: "1",
      HF_DATASETS_CACHE: `${folder}/hf`,
    },
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify({ tasks: asked, limit: items })));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) {
    throw new Error(
      `Cannot verify as lm-eval failed: ${
        new TextDecoder().decode(stderr).trim().split("\n").slice(-3).join(" ")
      }`,
    );
  }
  const lines: Line[] = new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
  const theirs = Map.groupBy(lines, ({ task }) => task);
  const rows: VerifyRow[] = [];
  for (const { name, shots, group, config } of asked) {
    const all = await questionsOf(benchmarks[name], {
      ...{ form: "lm-eval", shots, subset: "first", seed: 1234 },
      limit: group === undefined ? items : Infinity,
    });
    const ours = all.filter((question) => group === undefined || question.group === group).slice(0, items);
    const their = theirs.get(String(config.task)) ?? [];
    const alike = ours.filter(({ asked }, i) => {
      const line: Partial<Line> = asksChoices(asked)
        ? { pairs: asked.choices.map(({ context, continuation }) => [context, continuation]) }
        : { prompt: asked.prompt };
      const same =
        JSON.stringify(line) === JSON.stringify({ pairs: their[i]?.pairs, prompt: their[i]?.prompt });
      if (!same) {
        say(
          `${name} ${shots} shots, item ${i}: ours ${JSON.stringify(line).slice(-300)}, theirs ${
            JSON.stringify(their[i]).slice(-300)
          }`,
        );
      }
      return same;
    }).length;
    rows.push(claim(`${name}, ${shots} shots: prompts that are the same`, "lm-eval 0.4.13", {
      ours: `${alike} of ${ours.length}`,
      allowed: `${their.length} of ${their.length}`,
      holds: alike === ours.length && their.length === ours.length,
    }));
  }
  return rows;
}

interface Line {
  task: string;
  pairs?: [string, string][];
  prompt?: string;
}

/** lm-eval's tasks over the files that our sets read; examples of all but MMLU and GSM8K come of the split that is asked, as ours do. */
async function tasks(folder: string): Promise<Asked[]> {
  const choices = { output_type: "multiple_choice", dataset_path: "json" };
  const over = (test: string, shots: Record<string, string> = {}) => (
    { dataset_kwargs: { data_files: { test, ...shots } }, test_split: "test", fewshot_split: "test" }
  );
  const arcFile = await arc.file("ARC-Easy.validation.jsonl");
  const sentences = `${folder}/winogrande.jsonl`;
  await Deno.writeTextFile(sentences, await sentencesWithAnswers());
  const subject = async (split: "dev" | "test") => {
    const path = `${folder}/mmlu-${split}.jsonl`;
    const lines: string[] = [];
    for await (const record of mmlu.read({ split })) {
      if (record.subject === SUBJECT) lines.push(JSON.stringify(record));
    }
    await Deno.writeTextFile(path, lines.join("\n") + "\n");
    return path;
  };
  const openFile = await nqOpen.file("NQ-open.dev.jsonl");
  const trivia = `${folder}/triviaqa.jsonl`;
  const questions = await Array.fromAsync(triviaQa.read(), (item) => JSON.stringify(item));
  await Deno.writeTextFile(trivia, questions.join("\n") + "\n");
  const tested = `${folder}/mbpp.jsonl`;
  await Deno.writeTextFile(tested, await testedByMbpp());
  const words = { output_type: "generate_until", dataset_path: "json" };
  const stops = { generation_kwargs: { until: ["\n", ".", ","], do_sample: false, temperature: 0 } };
  return [0, 5].flatMap((shots): Asked[] => [
    {
      ...{ name: "nq-open", shots },
      config: {
        ...{ task: `nq_open_${shots}`, ...words, ...over(openFile), ...stops },
        description: "Answer these questions:\n\n",
        ...{ doc_to_text: "Q: {{question}}?\nA:", doc_to_target: "{{answer}}", fewshot_delimiter: "\n" },
      },
    },
    {
      ...{ name: "triviaqa", shots },
      config: {
        ...{ task: `triviaqa_${shots}`, ...words, ...over(trivia), ...stops },
        ...{ doc_to_text: "Question: {{question}}?\nAnswer:", doc_to_target: "{{aliases}}" },
      },
    },
    {
      ...{ name: "arc-easy", shots },
      config: {
        ...{ task: `arc_easy_${shots}`, ...choices, ...over(arcFile) },
        doc_to_text: "Question: {{question}}\nAnswer:",
        doc_to_target: "{{choices.label.index(answerKey)}}",
        doc_to_choice: "{{choices.text}}",
      },
    },
    {
      ...{ name: "winogrande", shots },
      config: {
        ...{ task: `winogrande_${shots}`, ...choices, ...over(sentences) },
        // As lm-eval's functions of Python: what is asked is which context, what is rated follows the gap.
        doc_to_text: "{{gold}}",
        doc_to_target: "{{sentence[sentence.index('_') + 1:].strip()}}",
        doc_to_choice:
          "{{[sentence[:sentence.index('_')] + option1, sentence[:sentence.index('_')] + option2]}}",
      },
    },
  ]).concat(
    [{
      ...{ name: "mmlu", shots: 5, group: SUBJECT },
      config: {
        ...{ task: "mmlu_5", ...choices, ...over(await subject("test"), { dev: await subject("dev") }) },
        fewshot_split: "dev",
        fewshot_config: { sampler: "first_n" },
        description: `The following are multiple choice questions (with answers) about ${
          SUBJECT.replace("_", " ")
        }.\n\n`,
        doc_to_text:
          "{{question.strip()}}\nA. {{choices[0]}}\nB. {{choices[1]}}\nC. {{choices[2]}}\nD. {{choices[3]}}\nAnswer:",
        doc_to_choice: ["A", "B", "C", "D"],
        doc_to_target: "answer",
      },
    }, {
      ...{ name: "gsm8k", shots: 5 },
      config: {
        ...{ task: "gsm8k_5", output_type: "generate_until", dataset_path: "json" },
        ...over(await gsm8k.file("test.jsonl"), { train: await gsm8k.file("train.jsonl") }),
        fewshot_split: "train",
        doc_to_text: "Question: {{question}}\nAnswer:",
        doc_to_target: "{{answer}}",
        generation_kwargs: { until: ["Question:", "</s>", "<|im_end|>"], do_sample: false, temperature: 0 },
      },
    }, {
      ...{ name: "humaneval", shots: 0 },
      config: {
        ...{ task: "humaneval_0", include: "humaneval/humaneval.yaml", dataset_path: "json" },
        ...over(await humanEval.file("HumanEval.jsonl.gz")),
      },
    }, {
      // Its own three examples; ours come of the set.
      ...{ name: "mbpp", shots: 3 },
      config: {
        ...{ task: "mbpp_3", include: "mbpp/mbpp.yaml", dataset_path: "json", test_split: "test" },
        // A split to draw from would go before its examples.
        dataset_kwargs: { data_files: { test: tested } },
      },
    }],
  );
}

async function sentencesWithAnswers(): Promise<string> {
  let lines = "";
  for await (const record of readJsonl(await winogrande.file("winogrande_xl.validation.jsonl"))) {
    const { answer } = record as { answer: string };
    lines += JSON.stringify({ ...record as object, gold: Number(answer) - 1 }) + "\n";
  }
  return lines;
}

/** MBPP's problems of the split that is asked: those with numbers from 11 to 510. */
async function testedByMbpp(): Promise<string> {
  let lines = "";
  for await (const record of readJsonl(await mbpp.file("mbpp.jsonl"))) {
    const { task_id: number } = record as { task_id: number };
    if (number > 10 && number <= 510) lines += JSON.stringify(record) + "\n";
  }
  return lines;
}
