// deno-lint-ignore-file camelcase -- names of the publishers
import assert from "node:assert/strict";
import {
  type Benchmark,
  checkBenchmark,
  evaluate,
  narrativeQa,
  qmsumIn,
  quality,
  scrolls,
} from "../../lib/evaluate/mod.ts";
import { questionsOf } from "../../lib/evaluate/_questions.ts";
import { asksChoices } from "../../lib/evaluate/benchmark.ts";
import { qmsum, readNarrativeQa, readQuality, readScrolls } from "../../lib/sets/mod.ts";

const words = { name: "words", encode: (text: string) => text.split(/\s+/).filter(Boolean).map(() => 0) };

/** A folder that goes at the end, with files of the given text. */
async function withFiles(
  files: Record<string, string>,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const lines = (...records: object[]) => records.map((record) => JSON.stringify(record)).join("\n") + "\n";

const question = {
  question: "Who keeps the light? ",
  question_unique_id: "101_AB_1",
  options: ["The elder sister", " the captain", "Nobody", "A boy from the village"],
  writer_label: 1,
  gold_label: 4,
  validation: [],
  speed_validation: [],
  difficult: 1,
};

const article = {
  ...{
    article_id: "101",
    set_unique_id: "101_AB",
    source: "own",
    title: "The light",
    author: "A",
    topic: "B",
  },
  article:
    "<html><body><p>A light stood by the sea.</p><p>A boy kept it &amp; slept by day.</p></body></html>",
  questions: [question, { ...question, question_unique_id: "101_AB_2", gold_label: 1, difficult: 0 }],
};

Deno.test("QuALITY is read from its publisher's lines, HTML as text, with difficult questions apart", async () => {
  const plain = {
    ...article,
    article_id: "102",
    article: "A < B, he said.\n\nOn < and on.",
    questions: [{ ...question, question_unique_id: "102_1" }],
  };
  await withFiles({
    "dev": lines(article, plain),
    "test": lines({ ...article, questions: [{ ...question, gold_label: undefined }] }),
  }, async (folder) => {
    const items = await Array.fromAsync(readQuality(`${folder}/dev`));
    assert.deepEqual(items.map(({ id, answer, difficult }) => [id, answer, difficult]), [
      ["quality/101_AB_1", 3, true],
      ["quality/101_AB_2", 0, false],
      ["quality/102_1", 3, true],
    ]);
    assert.equal(
      items[0].article.replace(/\n+/, "\n"),
      "A light stood by the sea.\nA boy kept it & slept by day.",
    );
    assert.equal(items[2].article, plain.article);
    assert.deepEqual([items[0].question, items[0].choices[1]], ["Who keeps the light?", "the captain"]);
    const benchmark = quality(`${folder}/dev`);
    for (const form of ["rc", "mc"]) {
      const rows = await checkBenchmark(benchmark, { form });
      const { gold, silent } = rows.find(({ rule }) => rule === "acc")!;
      assert.deepEqual([gold, silent], [1, 0.25]);
    }
    const firsts = await evaluate({
      loglikelihood: (pairs) =>
        Promise.resolve(pairs.map(({ continuation }) => (
          { logLikelihood: continuation.includes("boy") ? -1 : -9, tokens: 1, greedy: false }
        ))),
    }, benchmark);
    assert.deepEqual(firsts.groups, [
      { group: "difficult", n: 2, value: 1 },
      { group: "not difficult", n: 1, value: 0 },
    ]);
    await assert.rejects(Array.fromAsync(readQuality(`${folder}/test`)), {
      message:
        "Cannot read QuALITY as every question must have its gold_label: 101_AB_1 has none, as in the test split, whose labels are not published",
    });
  });
});

Deno.test("NarrativeQA is read from its publisher's tables, and stories that are not there are told", async () => {
  const files = {
    "qaps.csv": "document_id,set,question,answer1,answer2,question_tokenized\n" +
      'd1,test,"Who said ""go"", and when?",Anna,"Anna, at night",x\nd1,test,Where?,At sea,The sea,x\n' +
      "d2,test,Why?,Fear,,x\nd3,train,How?,By boat,A boat,x\n",
    "third_party/wikipedia/summaries.csv":
      'document_id,set,summary,summary_tokenized\nd1,test," Anna said\n""go"". ",x\nd2,test,They fled.,x\n',
    "tmp/d2.content": "They fled at dawn.\n",
  };
  await withFiles(files, async (folder) => {
    const items = await Array.fromAsync(readNarrativeQa(folder, { split: "test", text: "summaries" }));
    assert.deepEqual(items.map(({ id }) => id), [
      "narrative-qa/d1/0",
      "narrative-qa/d1/1",
      "narrative-qa/d2/0",
    ]);
    assert.deepEqual([items[0].text, items[0].question], ['Anna said\n"go".', 'Who said "go", and when?']);
    assert.deepEqual(items[2].answers, ["Fear"]);
    const missing: unknown[] = [];
    const stories = await Array.fromAsync(
      readNarrativeQa(folder, { split: "test", text: "stories" }, (story) => missing.push(story)),
    );
    assert.deepEqual(stories.map(({ text }) => text), ["They fled at dawn."]);
    assert.deepEqual(missing, [{ document: "d1", questions: 2 }]);
    const rows = await checkBenchmark(narrativeQa(folder, { split: "test", text: "summaries" }));
    assert.deepEqual(rows.map(({ rule, gold, silent }) => [rule, gold, silent]), [
      ["f1", 1, 0],
      ["exact", 1, 0],
      ["rougeL", 1, 0],
    ]);
    await assert.rejects(
      Array.fromAsync(readNarrativeQa(`${folder}/tmp`, { split: "test", text: "summaries" })),
      {
        message: /qaps\.csv is missing: it is published at github\.com\/google-deepmind\/narrativeqa$/,
      },
    );
  });
});

Deno.test("SCROLLS' lines of one id are one item, what is asked stands before the text", async () => {
  const choices = " (A) The elder sister\n (B) The captain\n\n (C) Nobody\n (D) A boy";
  const files = {
    "narrative_qa": lines(
      { id: "1", pid: "1_0", input: "Who?\n\nAnna said go.\n\nThen all went.", output: "Anna" },
      { id: "2", pid: "2_0", input: "Where?\n\nAt sea.", output: "at sea" },
      { id: "1", pid: "1_1", input: "Who?\n\nAnna said go.\n\nThen all went.", output: "she" },
    ),
    "quality": lines({
      id: "3",
      pid: "3_0",
      input: `Who keeps it?\n\n${choices}\n\nA light.\n\nA boy.`,
      output: "A boy",
    }),
    "gov_report": lines({
      id: "4",
      pid: "4_0",
      input: "A report.\n\nOf two parts.",
      output: "It has two parts.",
    }),
    "bad": lines({ id: "5", pid: "5_0", input: "No question", output: "x" }),
  };
  await withFiles(files, async (folder) => {
    const stories = await Array.fromAsync(readScrolls(`${folder}/narrative_qa`, { task: "narrative_qa" }));
    assert.deepEqual(stories[0], {
      ...{ id: "scrolls/narrative_qa/1", task: "narrative_qa", question: "Who?" },
      ...{ text: "Anna said go.\n\nThen all went.", answers: ["Anna", "she"] },
    });
    assert.equal(stories.length, 2);
    const [chosen] = await Array.fromAsync(readScrolls(`${folder}/quality`, { task: "quality" }));
    assert.deepEqual([chosen.question, chosen.text], [`Who keeps it?\n\n${choices}`, "A light.\n\nA boy."]);
    for (const task of ["narrative_qa", "quality", "gov_report"] as const) {
      const rows = await checkBenchmark(scrolls(`${folder}/${task}`, { task }));
      assert(rows.every(({ gold, silent }) => gold === 1 && silent === 0), task);
    }
    await assert.rejects(Array.fromAsync(readScrolls(`${folder}/bad`, { task: "qasper" })), {
      message: /line 1 of .*bad must ask in front of the text, an empty line between: "No question"$/,
    });
  });
});

/** The prompts of a benchmark with what is left out. */
async function prompts(benchmark: Benchmark): Promise<{ prompt: string; cut: number | undefined }[]> {
  const questions = await questionsOf(benchmark, {
    ...{ form: Object.keys(benchmark.forms)[0], shots: 0, limit: Infinity, subset: "first", seed: 1 },
  });
  return questions.map(({ asked }) => ({
    prompt: asksChoices(asked) ? asked.choices[0].context : asked.prompt,
    cut: asked.cut,
  }));
}

Deno.test("a text that does not fit loses its middle or its end, and the item tells how much", async () => {
  const text = Array.from({ length: 1000 }, (_, i) => `word${i}`).join(" ");
  const files = {
    "qasper": lines({ id: "1", pid: "1_0", input: `What?\n\n${text}`, output: "a" }, {
      id: "2",
      pid: "2_0",
      input: "What?\n\nshort",
      output: "a",
    }),
  };
  await withFiles(files, async (folder) => {
    const path = `${folder}/qasper`;
    const options = { task: "qasper", context: 428, tokenizer: words } as const;
    const [middle, short] = await prompts(scrolls(path, options));
    assert.equal(words.encode(middle.prompt).length, 300);
    assert.match(
      middle.prompt,
      /^word0 word1 .*word147 \[\.\.\.\] word852 .*word999\n\nQuestion: What\?\nAnswer:$/s,
    );
    assert.equal(middle.cut, 1003 - 300);
    assert.equal(short.cut, undefined);
    const [end] = await prompts(scrolls(path, { ...options, leaveOut: "end" }));
    assert.match(end.prompt, /^word0 .*word296\s+Question: What\?\nAnswer:$/s);
    assert.equal(end.cut, 703);
    const evaluation = await evaluate({
      complete: () =>
        Promise.resolve({
          text: " a",
          finishReason: "stop",
          usage: { promptTokens: 1, completionTokens: 1 },
          cached: false,
        }),
    }, scrolls(path, options));
    assert.deepEqual(evaluation.items.map(({ cut }) => cut), [703, undefined]);
    await assert.rejects(prompts(scrolls(path, { ...options, context: 130 })), {
      message:
        /^Cannot shorten a text as every context must leave room for \d+ tokens of question: current value is 2$/,
    });
  });
});

Deno.test({
  name: "QMSum asks 272 summaries of 35 meetings, and they fit after a cut",
  ignore: !await qmsum.available(),
  async fn() {
    const items = await Array.fromAsync(qmsum.read());
    assert.deepEqual([items.length, new Set(items.map(({ meeting }) => meeting)).size], [272, 35]);
    assert.equal(items.filter(({ kind }) => kind === "general").length, 35);
    const benchmark = qmsumIn({ context: 2048, tokenizer: words });
    for (const { prompt } of (await prompts(benchmark)).slice(0, 20)) {
      assert(words.encode(prompt).length <= 2048 - 256);
    }
    for (const { gold, silent, faulty } of await checkBenchmark(benchmark)) {
      assert.deepEqual([gold, silent, faulty], [1, 0, []]);
    }
  },
});
