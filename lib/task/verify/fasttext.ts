/**
 * The rater beside the `fasttext` program on the same mails: accuracy, CPU time, and models read both ways.
 * @module
 */
import { Random } from "../../base/mod.ts";
import { spamAssassin } from "../../sets/mod.ts";
import { type Example, readFastText, splitById, trainRater, writeFastText } from "../../select/mod.ts";
import { cpuSeconds } from "../bench/_row.ts";
import { part } from "./_part.ts";
import { claim, near, same, skipped, type VerifyRow } from "./_row.ts";

const settings = { dimensions: 32, wordNgrams: 2, buckets: 200_000, epochs: 5, learningRate: 0.5 };

/** The text as fastText reads it: one line. */
const lineOf = ({ text, label }: Example) => `__label__${label} ${text.replace(/[\s\0]+/g, " ")}`;

/** Run fasttext; its standard output, and the CPU-seconds that it took by the shell's own account. */
async function fasttext(...args: string[]): Promise<{ said: string; cpu: number }> {
  const quoted = args.map((arg) => `'${arg}'`).join(" ");
  const { success, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", `TIMEFORMAT='cpu %U %S'; time fasttext ${quoted}`],
  }).output();
  const errors = new TextDecoder().decode(stderr);
  if (!success) throw new Error(`Cannot run fasttext ${args[0]}: ${errors.trim().split("\n").at(-1)}`);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(errors)!;
  return { said: new TextDecoder().decode(stdout), cpu: Number(user) + Number(system) };
}

export default part({
  help: "the text rater beside the program fasttext (apt-get install fasttext), models read both ways",
  async *verify(_given, _names, say) {
    const { success } = await new Deno.Command("bash", { args: ["-c", "command -v fasttext"] }).output();
    if (!success) {
      yield skipped("fasttext", "the program fasttext is not installed: apt-get install fasttext");
      return;
    }
    const folder = await Deno.makeTempDir();
    try {
      yield* beside(folder, say);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

async function* beside(folder: string, say: (line: string) => void): AsyncGenerator<VerifyRow> {
  const mails = await Array.fromAsync(spamAssassin.read({ seed: 1 }));
  const examples = mails.map(({ id, text, meta }) => ({ id, text, label: String(meta.label) }));
  const { train, heldOut } = splitById(examples, { heldOutFraction: 0.3 });
  // fasttext reads examples in their order, and would forget the first class.
  const shuffled = new Random(1).shuffle(train);
  await Deno.writeTextFile(`${folder}/train.txt`, shuffled.map(lineOf).join("\n") + "\n");
  const texts = heldOut.map(lineOf).map((line) => line.replace(/^\S+ /, ""));
  await Deno.writeTextFile(`${folder}/held.txt`, texts.join("\n") + "\n");
  const { dimensions, wordNgrams, buckets, epochs, learningRate } = settings;
  const shape = ["-dim", dimensions, "-wordNgrams", wordNgrams, "-bucket", buckets].map(String);
  const pace = ["-epoch", epochs, "-lr", learningRate, "-thread", 1].map(String);
  const files = ["-input", `${folder}/train.txt`, "-output", `${folder}/theirs`];

  const start = cpuSeconds();
  const ours = trainRater(train, { positive: "ham", ...settings });
  const oursCpu = cpuSeconds() - start;
  const { cpu: theirsCpu } = await fasttext("supervised", ...files, ...shape, ...pace);
  const predict = async (model: string) =>
    (await fasttext("predict-prob", model, `${folder}/held.txt`)).said.trim().split("\n").map((line) => {
      const [label, probability] = line.split(" ");
      return { label: label.replace("__label__", ""), probability: Number(probability) };
    });
  const theirs = await predict(`${folder}/theirs.bin`);
  const right = (labels: string[]) => labels.filter((label, at) => label === heldOut[at].label).length;
  const p1 = (labels: string[]) => right(labels) / heldOut.length;

  const read = await readFastText(`${folder}/theirs.bin`, { positive: "ham" });
  const apart = theirs.map(({ label, probability }, at) => {
    const score = read.score(texts[at]);
    return Math.abs((label === "ham" ? score : 1 - score) - Math.min(probability, 1));
  });
  await writeFastText(`${folder}/ours.bin`, ours);
  const carried = await predict(`${folder}/ours.bin`);
  const agree = carried.filter(({ label }, at) => label === ours.label(texts[at])).length;

  const [mine, peer] = [p1(texts.map((text) => ours.label(text))), p1(theirs.map(({ label }) => label))];
  say(`${train.length} mails to train on, ${heldOut.length} held out; dimensions ${dimensions}`);
  yield claim("P@1", "fasttext", {
    theirs: peer.toFixed(4),
    ours: mine.toFixed(4),
    allowed: "0.005 less",
    holds: mine >= peer - 0.005,
  });
  yield claim("training, CPU-s", "fasttext, with start and save", {
    theirs: theirsCpu.toFixed(2),
    ours: oursCpu.toFixed(2),
    allowed: "not above",
    holds: oursCpu <= theirsCpu,
  });
  yield near("fasttext's model read here, most that probabilities differ", "", 0, Math.max(...apart), {
    tolerance: 1e-4,
  });
  yield same("our model read by fasttext, labels", "", `${texts.length}`, `${agree}`);
}
