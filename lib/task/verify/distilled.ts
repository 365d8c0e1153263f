/**
 * A small synthesiser distilled from templates: what of its texts is accepted before and after, on speeches held out. The numbers are those
 * of notebook 14.
 * @module
 */
import { type Interval, percent, Random, said, splitSentences, wilson } from "../../base/mod.ts";
import { chatDocuments, ggufTokenizer, loadGguf, packDocuments, saveGguf, train } from "../../anneal/mod.ts";
import type { Document } from "../../data/mod.ts";
import { openModel } from "../../llm/mod.ts";
import { available, ensure } from "../../native/mod.ts";
import { wsd } from "../../schedule/mod.ts";
import { splitById } from "../../select/mod.ts";
import { sotu } from "../../sets/mod.ts";
import {
  type ChatModel,
  copiedShare,
  diversity,
  studentChats,
  subjectPairs,
  subjectTeacher,
  type SynthesisReport,
  synthesize,
} from "../../synthesize/mod.ts";
import { part } from "./_part.ts";
import { claim, skipped } from "./_row.ts";

/** What the share accepted may be before, and must be after. */
const MOST_BEFORE = 0.05;
const LEAST_AFTER = 0.5;
const SEED = 1;
const CONTEXT = 192;

const method = subjectPairs();

/** Sentences of speeches since 1946, for learning, and of other speeches, held out. */
async function sentences(count: number): Promise<{ learn: Document[]; heldOut: Document[] }> {
  const speeches = (await Array.fromAsync(sotu.read())).filter(({ meta }) => Number(meta.year) >= 1946);
  const { train, heldOut } = splitById(speeches, { heldOutFraction: 0.25, seed: SEED });
  const random = new Random(SEED);
  const asked = (pages: Document[]) =>
    random.shuffle(
      pages.flatMap((page) =>
        splitSentences(page.text).map((text, at) => ({ ...page, id: `${page.id}-${at}`, text: text.trim() }))
      ),
    ).filter((one) =>
      /^[A-Z].*\.$/.test(one.text) && one.text.split(/\s+/).length <= 22 &&
      method.build(one, random).length > 0
    );
  const learn = asked(train);
  return { learn, heldOut: asked(heldOut).slice(0, count) };
}

interface Made {
  texts: Document[];
  /** All that was written, accepted or not. */
  written: string[];
  accepted: Interval;
  report: SynthesisReport;
}

/** A model over the held-out sentences. */
async function over(heldOut: Document[], model: ChatModel): Promise<Made> {
  const written: string[] = [];
  const noted: ChatModel = {
    name: model.name,
    async chat(request) {
      const answer = await model.chat(request);
      written.push(answer.text);
      return answer;
    },
  };
  const run = synthesize(heldOut, method, { model: noted, workers: 4 });
  const texts = await Array.fromAsync(run);
  return { texts, written, accepted: wilson(texts.length, heldOut.length), report: run.report };
}

function told(who: string, { texts, report, accepted }: Made): string {
  const { prompt, completion } = report.tokens;
  const causes = Object.entries(report.rejected).map(([cause, count]) => `${count} ${cause}`).join(", ");
  const varied = texts.length === 0
    ? ""
    : `; distinct 4-grams ${diversity(texts).distinct4.toFixed(3)}, ${
      ((prompt + completion) / texts.length).toFixed(0)
    } tokens for an accepted text`;
  return `${who}: ${said(accepted, percent)} accepted; lost: ${causes || "none"}${varied}; ${
    report.seconds.toFixed(0)
  } s`;
}

/** The path of a student that learnt from accepted pairs. */
async function taught(pairs: Document[], learn: Document[], folder: string): Promise<string> {
  const { model: like } = await ensure("smollm2");
  const loaded = await loadGguf(like);
  const chats = chatDocuments(studentChats(pairs, method, { documents: learn }), { template: "chatml" });
  const packing = { name: "pairs", lossOn: "responses", bestFit: CONTEXT };
  const source = await packDocuments(chats, await ggufTokenizer(like), packing);
  const steps = Math.floor(source.tokens.length / CONTEXT);
  const { checkpoint } = await train({
    from: { ...loaded, config: { ...loaded.config, context: CONTEXT } },
    ...{ sources: [source], steps, batch: 1, seed: SEED },
    schedule: wsd({ peak: 2e-4, steps, warmupSteps: 2, decaySteps: steps - 2 }),
  });
  const path = `${folder}/student.gguf`;
  await saveGguf(path, checkpoint, { like });
  return path;
}

export default part({
  help:
    `SmolLM2 before and after it learnt a task of synthesis from accepted pairs, over sentences of held-out speeches
--documents N   held-out sentences; default 200
--pairs N       accepted pairs that it learns from; default 160`,
  flags: { documents: { min: 10 }, pairs: { min: 8 } },
  async *verify({ documents = 200, pairs = 160 }, _names, say) {
    if (!await available("smollm2") || !await available("tensorflow")) {
      yield skipped("the student", "the embedded model or TensorFlow is not installed: deno task setup");
      return;
    }
    const { learn, heldOut } = await sentences(documents);
    const teacher = subjectTeacher();
    const teaching = synthesize(learn, method, { model: teacher, accept: pairs, workers: 8 });
    const lessons = await Array.fromAsync(teaching);
    say(`the teacher's ${lessons.length} pairs are of ${teaching.report.documents} sentences`);
    say(told("teacher, held out", await over(heldOut, teacher)));
    const folder = await Deno.makeTempDir();
    try {
      await using base = await openModel({ kind: "embedded", cache: false });
      const before = await over(heldOut, base);
      say(told("before", before));
      const modelPath = await taught(lessons, learn, folder);
      await using student = await openModel({ modelPath, cache: false });
      const after = await over(heldOut, student);
      say(told("after", after));
      yield claim("texts accepted before", `${heldOut.length} sentences of other speeches`, {
        ours: said(before.accepted, percent),
        allowed: `at most ${percent(MOST_BEFORE)}`,
        holds: before.accepted.estimate <= MOST_BEFORE,
      });
      yield claim("texts accepted after", "the same sentences and checks", {
        ours: said(after.accepted, percent),
        allowed: `at least ${percent(LEAST_AFTER)}`,
        holds: after.accepted.estimate >= LEAST_AFTER,
      });
      const known = new Set(lessons.map(({ text }) => text));
      const all = lessons.map(({ text }) => text).join("\n\n");
      const partly = after.written.filter((text) => copiedShare(text, all) > 0).length;
      say(`of ${after.written.length} texts ${partly} have eight words in a row of a lesson`);
      const repeated = after.written.filter((text) => known.has(text.trim())).length;
      yield claim("what it wrote that is a lesson to the letter", "the pairs that it learnt from", {
        ours: `${repeated} of ${after.written.length}`,
        allowed: "at most 1 %",
        holds: repeated <= 0.01 * after.written.length,
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
