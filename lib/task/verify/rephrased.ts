/**
 * Items in other words: found by embeddings, beside other questions on the same topics.
 * @module
 */
import { Random, said, wilson } from "../../base/mod.ts";
import { type Document, readJsonl } from "../../data/mod.ts";
import { buildIndex, findContamination, findRephrased, type RephrasedCall } from "../../decontaminate/mod.ts";
import { openEmbedder } from "../../llm/mod.ts";
import { gsm8k, spamAssassin } from "../../sets/mod.ts";
import { part } from "./_part.ts";
import { claim, skipped } from "./_row.ts";

const NEGATIVES = 600;
const LONG = 40;
const LOOSE = 0.6;
/** What `findRephrased` asks for by default. */
const USUAL = 0.82;

export default part({
  help: `rephrased GSM8K questions found by embeddings, and other questions that are not; a minute or two
--file F      data/rephrase/rephrase_gsm8k.jsonl of lm-sys/llm-decontaminator, whole or its first lines`,
  flags: { file: "text" },
  async *verify({ file }, _names, say) {
    if (file === undefined || !await gsm8k.available()) {
      yield skipped(
        "rephrased questions",
        file === undefined ? "no --file is given" : "GSM8K is not on this machine",
      );
      return;
    }
    const items = await Array.fromAsync(
      gsm8k.read({ split: "test" }),
      ({ id, question, answer }) => ({ id, question, answer, benchmark: "gsm8k" }),
    );
    const rephrased = await Array.fromAsync(readJsonl(file), (record, at): Document => ({
      id: items[at].id,
      text: `${(record as { text: string }).text}`.replace(/^Question: /, "").replace(/\s*Answer:[^]*$/, ""),
      source: "rephrased",
      meta: {},
    }));
    const train = await Array.fromAsync(gsm8k.read({ split: "train" }));
    const others = new Random("negatives").shuffle(train).slice(0, NEGATIVES).map((
      { id, question },
    ): Document => ({ id, text: question, source: "train", meta: {} }));
    const index = buildIndex(items);
    await using model = await openEmbedder({ threads: 2 });
    const calls = await Array.fromAsync(
      findRephrased([...rephrased, ...others], index, { model, threshold: LOOSE }),
    );
    const highest = (right: boolean) => {
      const best = new Map<string, number>();
      for (const { document, item, score } of calls) {
        if ((document === item) === right) best.set(document, Math.max(score, best.get(document) ?? 0));
      }
      return best;
    };
    const right = highest(true);
    const wrong = highest(false);
    const over = (best: Map<string, number>, documents: readonly Document[], threshold: number) =>
      wilson(documents.filter(({ id }) => (best.get(id) ?? 0) >= threshold).length, documents.length);
    // The threshold is chosen on one half of the questions, and shown on the other.
    const halves = (documents: readonly Document[]) =>
      [0, 1].map((half) => documents.filter((_, at) => at % 2 === half));
    const [[chosenBy, rephrasedShown], [othersBy, othersShown]] = [halves(rephrased), halves(others)];
    const thresholds = Array.from({ length: 21 }, (_, at) => (70 + at) / 100);
    const chosen = thresholds.find((threshold) => over(wrong, othersBy, threshold).estimate <= 0.01) ?? 1;
    for (const threshold of thresholds.slice(5, 16)) {
      say(
        `${threshold}: recall ${said(over(right, chosenBy, threshold))}, false ${
          said(over(wrong, othersBy, threshold))
        } of the half that chooses`,
      );
    }
    yield claim("the threshold that one half asks for", `${othersBy.length} other questions`, {
      theirs: chosen.toString(),
      ours: USUAL.toString(),
      allowed: "0.02 apart",
      holds: Math.abs(chosen - USUAL) < 0.0201,
    });
    const of = `${items.length} items, threshold ${USUAL}`;
    const recall = over(right, rephrasedShown, USUAL);
    yield claim(`${rephrasedShown.length} rephrased questions of the other half`, of, {
      ours: `recall ${said(recall)}`,
      allowed: ">= 0.9",
      holds: recall.estimate >= 0.9,
    });
    const called = over(wrong, othersShown, USUAL);
    yield claim(`${othersShown.length} other questions of the same kind`, of, {
      ours: `called ${said(called)}`,
      allowed: "<= 0.01",
      holds: called.estimate <= 0.01,
    });
    const grams = wilson(
      rephrased.filter(({ id, text }) => findContamination(text, index).some(({ item }) => item === id))
        .length,
      rephrased.length,
    );
    yield claim("found by n-grams", of, {
      ours: said(grams),
      allowed: "fewer",
      holds: grams.estimate < recall.estimate,
    });
    yield* inLongDocuments();

    /** Each question in a mail of its own, where only candidates of the rare-word index are embedded. */
    async function* inLongDocuments() {
      const mails = (await Array.fromAsync(spamAssassin.read({ limit: 600 }))).filter(({ text }) =>
        text.length > 3000 && text.length < 20000
      ).slice(0, 2 * LONG);
      const held = rephrased.slice(0, LONG);
      const documents = mails.map((mail, at) => {
        if (at >= held.length) return mail;
        const middle = mail.text.indexOf("\n", mail.text.length / 2);
        const text = `${mail.text.slice(0, middle)}\n${held[at].text}\n${mail.text.slice(middle)}`;
        return { ...mail, text, meta: { item: held[at].id } };
      });
      const itemOf = new Map(documents.map(({ id, meta }) => [id, meta.item]));
      const isRight = ({ document, item }: RephrasedCall) => itemOf.get(document) === item;
      const found = await Array.fromAsync(findRephrased(documents, index, { model }));
      const share = wilson(new Set(found.filter(isRight).map(({ item }) => item)).size, held.length);
      yield claim(`${held.length} of them in long mails`, of, {
        ours: `recall ${said(share)}; ${
          found.filter((call) => !isRight(call)).length
        } false in ${mails.length}`,
        allowed: ">= 0.75",
        holds: share.estimate >= 0.75,
      });
    }
  },
});
