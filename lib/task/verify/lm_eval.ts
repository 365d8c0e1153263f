// deno-lint-ignore-file camelcase -- lm-eval's names
/**
 * lm-eval asks the embedded model's server the questions of ARC-Easy, `scoreChoices()` asks the model
 * itself, and both must say the same: log-likelihoods, chosen answers, accuracy.
 * @module
 */
import { join } from "node:path";
import { mean } from "../../base/mod.ts";
import { readJsonl } from "../../data/mod.ts";
import { type ChoiceItem, scoreChoices, type ScoringModel } from "../../evaluate/mod.ts";
import { openModel, serve } from "../../llm/mod.ts";
import { arc } from "../../sets/mod.ts";
import { part } from "./_part.ts";
import { near, skipped, type VerifyRow } from "./_row.ts";

/** Another cut into batches rounds the int8 activations of the engine differently: that far two ratings may lie apart, in nats. */
const TOLERANCE = 1;

const TASK = `task: midtrain_arc
dataset_path: json
dataset_kwargs:
  data_files:
    test: DATA
test_split: test
output_type: multiple_choice
doc_to_text: "{{context}}"
doc_to_target: gold
doc_to_choice: "{{choices}}"
metric_list:
  - metric: acc
    aggregation: mean
    higher_is_better: true
`;

export default part({
  help: `lm-eval over the embedded model's server beside our own scoring, question by question
--items N    how many questions of ARC-Easy; default 60, about 2 minutes on an idle core
MIDTRAIN_PEER_PYTHON must name a Python with lm-eval 0.4.13:
  python3 -m venv DIR && DIR/bin/pip install "lm-eval[api]==0.4.13" && export MIDTRAIN_PEER_PYTHON=DIR/bin/python`,
  flags: { items: { min: 1 } },
  async *verify({ items = 60 }, _names, say) {
    if (!await arc.available()) yield skipped("lm-eval", "the data set arc is not on this machine");
    else yield* await verify(items, say);
  },
});

async function verify(count: number, say: (line: string) => void): Promise<VerifyRow[]> {
  const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
  const probe = await new Deno.Command(python, {
    args: ["-c", "import lm_eval"],
    stdout: "null",
    stderr: "null",
  })
    .output().catch(() => undefined);
  if (!probe?.success) {
    throw new Error(
      `Cannot verify as ${python} has no lm-eval: see --help for the one command that installs it`,
    );
  }
  const items: ChoiceItem[] = [];
  for await (const { id, question, choices: answers, answer: gold } of arc.read({ part: "easy" })) {
    const choices = answers.map((answer) => ` ${answer}`);
    if (items.push({ id, context: `Question: ${question}\nAnswer:`, choices, gold }) === count) break;
  }
  const theirs = await askLmEval(python, items);
  const ours: number[] = [];
  await using model = await openModel({ kind: "embedded", cache: false });
  const listening: ScoringModel = {
    loglikelihood: async (pairs) => {
      const rated = await model.loglikelihood(pairs);
      ours.push(...rated.map(({ logLikelihood }) => logLikelihood));
      return rated;
    },
  };
  const { accuracy } = await scoreChoices(listening, items);
  return compare(items, theirs, { logLikelihoods: ours, accuracy }, say);
}

/** What one of the two found: log-likelihoods of all choices of all items, one after the other, and the accuracy. */
interface Scored {
  logLikelihoods: number[];
  accuracy: number;
}

/** lm-eval over the server, as a program of its own that reaches nothing else. */
async function askLmEval(python: string, items: readonly ChoiceItem[]): Promise<Scored> {
  const folder = await Deno.makeTempDir();
  try {
    const data = join(folder, "items.jsonl");
    const out = join(folder, "out");
    // lm-eval puts the space before an answer itself.
    const records = items.map((item) => ({
      ...item,
      choices: item.choices.map((choice) => choice.slice(1)),
    }));
    await Deno.writeTextFile(data, records.map((record) => JSON.stringify(record) + "\n").join(""));
    await Deno.writeTextFile(join(folder, "midtrain_arc.yaml"), TASK.replace("DATA", data));
    await using server = await serve();
    const settings = {
      model: server.model,
      base_url: `${server.url}/completions`,
      tokenizer_backend: "remote",
      tokenized_requests: "True",
    };
    // deno-fmt-ignore
    const args = [
      "-m", "lm_eval", "--model", "local-completions",
      "--model_args", Object.entries(settings).map((pair) => pair.join("=")).join(),
      "--tasks", "midtrain_arc", "--include_path", folder, "--output_path", out, "--log_samples",
    ];
    const env = { HF_HOME: join(folder, "hf"), HF_HUB_OFFLINE: "1", HF_DATASETS_OFFLINE: "1" };
    const { success, stderr } = await new Deno.Command(python, { args, env, stdout: "null", stderr: "piped" })
      .output();
    if (!success) {
      throw new Error(
        `Cannot verify as lm-eval failed: ${new TextDecoder().decode(stderr).trim().split("\n").at(-1)}`,
      );
    }
    return await readSamples(out, items);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Each question with its ratings, out of lm-eval's own file. */
async function readSamples(out: string, items: readonly ChoiceItem[]): Promise<Scored> {
  const [model] = (await Array.fromAsync(Deno.readDir(out))).filter((entry) => entry.isDirectory);
  const folder = join(out, model.name);
  const files = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  const samples = new Map<string, { ratings: number[]; acc: number }>();
  for await (const record of readJsonl(join(folder, files.find((name) => name.startsWith("samples_"))!))) {
    const { doc, filtered_resps, acc } = record as {
      doc: { id: string };
      filtered_resps: [string | number, string | boolean][];
      acc: number;
    };
    samples.set(doc.id, { ratings: filtered_resps.map(([rating]) => Number(rating)), acc });
  }
  const found = items.map(({ id }) => samples.get(id)!);
  return {
    logLikelihoods: found.flatMap(({ ratings }) => ratings),
    accuracy: mean(found.map(({ acc }) => acc)),
  };
}

/** Both beside each other. They must be near; that they choose alike and are right as often follows where no two choices are. */
function compare(
  items: readonly ChoiceItem[],
  theirs: Scored,
  ours: Scored,
  say: (line: string) => void,
): VerifyRow[] {
  const apart = ours.logLikelihoods.map((own, i) => Math.abs(own - theirs.logLikelihoods[i]));
  const best = (scores: number[]) => scores.indexOf(Math.max(...scores));
  let at = 0;
  let alike = 0;
  for (const { id, choices } of items) {
    const [own, their] = [ours, theirs].map(({ logLikelihoods }) =>
      logLikelihoods.slice(at, at + choices.length)
    );
    at += choices.length;
    if (best(own) === best(their)) {
      alike++;
      continue;
    }
    const [first, second] = own.toSorted((a, b) => b - a);
    say(`other choice: ${id} (the two best choices lie ${(first - second).toFixed(2)} nats apart)`);
  }
  say(`accuracy: midtrain ${ours.accuracy.toFixed(4)}, lm-eval ${theirs.accuracy.toFixed(4)}`);
  say(`same choice: ${alike} of ${items.length}`);
  say(`log-likelihoods: apart by ${mean(apart).toFixed(3)} nats on average`);
  return [
    near(`${apart.length} log-likelihoods, most that they differ, nats`, "lm-eval", 0, Math.max(...apart), {
      tolerance: TOLERANCE,
    }),
  ];
}
