import { openEmbedded, openEmbedder, type ScoredPair } from "../../llm/mod.ts";
import { available } from "../../native/mod.ts";
import { arc, type ArcQuestion } from "../../sets/mod.ts";
import { type BenchOptions, type BenchRow, cpuSeconds } from "./_row.ts";

/** Questions that are rated before the clock is looked at again. */
const BATCH = 10;

/** A question of ARC, as far as it is used. */
type Question = Pick<ArcQuestion, "question" | "choices" | "answer">;

/**
 * The embedded models on one thread: questions of ARC-Easy rated (all choices, zero-shot), an echo's tokens rated one by one,
 * tokens read and written, texts embedded.
 */
export async function benchScoring({ seconds }: BenchOptions): Promise<BenchRow[]> {
  if (!await available("smollm2") || !await available("minilm")) return [];
  await using model = await openEmbedded();
  await using embedder = await openEmbedder();
  const questions = await arcEasy();
  const passage = model.tokenize(PASSAGE.repeat(8)).slice(0, 256);
  let right = 0;
  let asked = 0;
  const rating = await measure(seconds, async () => {
    const some = Array.from({ length: BATCH }, (_, i) => questions[(asked + i) % questions.length]);
    right += await rate(model, some);
    asked += BATCH;
    return BATCH;
  });
  const echo = await measure(seconds, async () => (await model.score(passage)).length);
  const reading = await measure(
    seconds,
    async () => {
      await model.generate(passage, { maxTokens: 1 });
      return passage.length;
    },
  );
  const writing = await measure(
    seconds,
    async () => (await model.generate(passage.slice(0, 8), { maxTokens: 64 })).tokens.length,
  );
  const embedding = await measure(seconds, async () => (await embedder.embed([PASSAGE])).vectors.length);
  const note = `${model.identity}, 1 thread`;
  return [
    {
      name: "rating ARC-Easy",
      ...rating,
      unit: "items/CPU-s",
      note: `${note}; accuracy ${(right / asked).toFixed(3)} of ${asked}`,
    },
    { name: "rating an echo", ...echo, unit: "tokens/CPU-s", note },
    { name: "reading a prompt", ...reading, unit: "tokens/CPU-s", note },
    { name: "writing, greedy", ...writing, unit: "tokens/CPU-s", note },
    {
      name: `embedding ${PASSAGE.length} characters`,
      ...embedding,
      unit: "texts/CPU-s",
      note: `${embedder.name} int8, 1 thread`,
    },
  ];
}

/** A passage that no model has seen; an answer to any part of it goes on for long. */
export const PASSAGE =
  "The harbour had been quiet since the last of the herring boats was sold, and the children who " +
  "once ran along the wall to count the masts now took the bus to a school in the next town. On Sundays the " +
  "old men still met at the pump house, spoke of the winter when the ice reached the lighthouse, and agreed " +
  "that nobody would believe it. ";

/** Do `work` again and again for about `seconds`; what it returns, a CPU-second. */
async function measure(
  seconds: number,
  work: () => Promise<number>,
): Promise<{ value: number; cpuSeconds: number }> {
  await work();
  const start = cpuSeconds();
  let done = 0;
  while (cpuSeconds() - start < seconds) done += await work();
  const spent = cpuSeconds() - start;
  return { value: done / spent, cpuSeconds: spent };
}

async function rate(model: Awaited<ReturnType<typeof openEmbedded>>, questions: Question[]): Promise<number> {
  const pairs = questions.flatMap(({ question, choices }): ScoredPair[] =>
    choices.map((text) => ({ context: `Question: ${question}\nAnswer:`, continuation: ` ${text}` }))
  );
  const rated = await model.loglikelihood(pairs);
  let at = 0;
  let right = 0;
  for (const { choices, answer } of questions) {
    const scores = choices.map(() => rated[at++].logLikelihood);
    if (scores.indexOf(Math.max(...scores)) === answer) right++;
  }
  return right;
}

/** Two hundred real questions where the data are at hand, else as many sums of that length. */
async function arcEasy(): Promise<Question[]> {
  const questions: Question[] = [];
  if (await arc.available()) {
    for await (const question of arc.read({ part: "easy" })) {
      if (questions.push(question) === 200) break;
    }
    return questions;
  }
  const words = ["four apples", "five apples", "six apples", "seven apples"];
  return Array.from({ length: 200 }, (_, i) => ({
    question: `A farmer picks ${
      i % 7 + 1
    } apples and then some more. How many apples may lie in the basket at the end of day ${i}?`,
    choices: words,
    answer: 0,
  }));
}
