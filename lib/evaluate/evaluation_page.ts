import { escapeHtml, offlinePage, ofKind, percent, takes, wholeNumber } from "../base/mod.ts";
import { type Question, questionsOf } from "./_questions.ts";
import { asksChoices, type Benchmark } from "./benchmark.ts";
import type { EvaluatedItem, Evaluation } from "./evaluation.ts";

/** Options of {@linkcode evaluationPage}. */
export interface EvaluationPageOptions {
  /** An earlier evaluation of the same items: items that changed are told, and can be seen alone. @default {none} */
  before?: Evaluation | undefined;
  /** The most items that are shown, those that changed or are wrong first; the page says how many there are. @default {500} */
  limit?: number | undefined;
}

/**
 * The items of an evaluation as a page of HTML to be read: each with its verdict by every rule, and, opened, with all that the
 * model was asked, what it chose or wrote, and what each rule took for the answer. It has no script and asks for nothing: it opens
 * offline. All that items and models say is escaped.
 *
 * @param benchmark The benchmark that was evaluated; its items are read again.
 * @throws {RangeError} If the evaluation is of another benchmark, or `before` of other items.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type Benchmark, evaluate, evaluationPage } from "midtrain/evaluate";
 *
 * const sums: Benchmark<{ id: string }> = {
 *   name: "sums", title: "A sum", source: "this example", version: 1,
 *   async *items() {
 *     yield { id: "a" };
 *   },
 *   forms: {
 *     plain: {
 *       source: "this example", shots: 0, draw: "first",
 *       ask: () => ({
 *         choices: [" 3", " <4>"].map((continuation) => ({ context: "1 + 2 =", continuation })), gold: 0,
 *       }),
 *     },
 *   },
 *   leak: () => ({ question: "1 + 2", answer: "3" }),
 * };
 * const model = {
 *   loglikelihood: async () => [-2, -1].map((logLikelihood) => ({ logLikelihood, tokens: 1, greedy: false })),
 * };
 * const html = await evaluationPage(sums, await evaluate(model, sums));
 * assert.match(html, /&lt;4&gt;/);
 * ```
 */
export async function evaluationPage<Item extends { id: string }>(
  benchmark: Benchmark<Item>,
  evaluation: Evaluation,
  options: EvaluationPageOptions = {},
): Promise<string> {
  const cannot = "Cannot write a page of an evaluation";
  takes(cannot, options, "before?, limit?");
  ofKind(cannot, { benchmark }, "an object with name, items, forms");
  ofKind(cannot, { evaluation }, "an object with benchmark, items");
  const { before, limit = 500 } = options;
  wholeNumber(cannot, { limit }, ">= 1");
  if (before !== undefined) ofKind(cannot, { before }, "an object with benchmark, items");
  if (evaluation.benchmark !== benchmark.name || !(evaluation.form in benchmark.forms)) {
    throw new RangeError(
      `${cannot} as it must be of the benchmark: ${benchmark.name} is given, ${evaluation.benchmark} (${evaluation.form}) was evaluated`,
    );
  }
  const { form, shots, seed } = evaluation;
  const asked = new Map<string, Question<Item>>();
  for (
    const question of await questionsOf(benchmark, { form, shots, limit: Infinity, subset: "first", seed })
  ) {
    asked.set(question.item.id, question);
  }
  const earlier = before && new Map(before.items.map((item) => [item.id, item]));
  const rule = evaluation.scores[0]?.rule;
  const cards = evaluation.items.map((item) => {
    const then = earlier?.get(item.id);
    const question = asked.get(item.id);
    if (!question || (earlier && !then)) {
      throw new RangeError(
        `${cannot} as its items must be the benchmark's${earlier ? " and before's" : ""}: ${item.id} is not`,
      );
    }
    return cardOf(question, item, { rule, then });
  });
  const rank = { forgotten: 0, gained: 1, wrong: 2, right: 3 };
  cards.sort((a, b) => rank[a.kind] - rank[b.kind]);
  const counts = Map.groupBy(cards, ({ kind }) => kind);
  const said = Object.keys(rank).flatMap((kind) => {
    const count = counts.get(kind as Kind)?.length ?? 0;
    return count > 0 ? [`${count} ${kind}`] : [];
  });
  const title = `${benchmark.name} (${form}, ${shots} shots)`;
  const body = `<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(benchmark.title)}. ${escapeHtml(evaluation.model)}${
    before ? `, beside ${escapeHtml(before.model)} before` : ""
  }: ${evaluation.n} items, ${said.join(", ")}${rule ? ` by ${escapeHtml(rule)}` : ""}.${
    cards.length > limit
      ? ` The first ${limit} are shown, what changed or is wrong before what is right.`
      : ""
  }</p>
<p>${
    evaluation.scores.map(({ rule, value, low, high }) =>
      `${escapeHtml(rule)} ${percent(value, 1)} [${percent(low, 1)}, ${percent(high, 1)}]`
    ).join(" · ")
  }</p>
${cards.slice(0, limit).map(({ html }) => html).join("\n")}`;
  return offlinePage(title, body, style);
}

type Kind = "forgotten" | "gained" | "wrong" | "right";

function cardOf<Item>(
  { asked, group }: Question<Item>,
  item: EvaluatedItem,
  { rule, then }: { rule: string | undefined; then: EvaluatedItem | undefined },
): { kind: Kind; html: string } {
  const isRight = (item: EvaluatedItem) => rule !== undefined && item.scores[rule] >= 0.5;
  const kind = then && isRight(then) !== isRight(item)
    ? isRight(item) ? "gained" : "forgotten"
    : isRight(item)
    ? "right"
    : "wrong";
  const scores = Object.entries(item.scores).map(([name, score]) =>
    `${escapeHtml(name)} ${score.toFixed(2)}`
  );
  const bits = item.goldBitsPerByte === null
    ? []
    : [`right answer ${item.goldBitsPerByte.toFixed(3)} bits per byte`];
  const answers = asksChoices(asked)
    ? asked.choices.map(({ context, continuation }, i) =>
      `<li class="${i === asked.gold ? "gold" : ""}">${text(continuation.trim())}${
        context === asked.choices[0].context
          ? ""
          : ` <span class="quiet">behind</span> ${text(context.slice(-60))}`
      }${i === asked.gold ? " <b>right</b>" : ""}${i === item.chosen ? " <b>most probable</b>" : ""}</li>`
    ).join("")
    : `<li class="gold">${text(asked.gold.trim())} <b>right</b></li>` +
      (item.written ?? []).map((written, i) =>
        `<li>${text(written.text)}${written.ended === "length" ? " <b>cut at its longest</b>" : ""}<br>${
          Object.entries(item.extracted ?? {}).map(([name, found]) =>
            `<span class="quiet">${escapeHtml(name)} takes</span> ${
              found[i] === null ? "<b>nothing</b>" : text(found[i]!)
            }`
          ).join("<br>")
        }</li>`
      ).join("");
  const prompt = asksChoices(asked) ? asked.choices[0].context : asked.prompt;
  const html = `<details class="${kind}"><summary><b>${kind}</b> <span dir="auto">${
    escapeHtml(item.id)
  }</span>${group ? ` <span class="quiet">${escapeHtml(group)}</span>` : ""}<br><span dir="auto">${
    escapeHtml(prompt.slice(-120).replace(/\s+/g, " "))
  }</span></summary>
<p class="quiet">${[...scores, ...bits].join(" · ")}</p>
<pre dir="auto">${escapeHtml(prompt)}</pre><ul>${answers}</ul></details>`;
  return { kind, html };
}

function text(written: string): string {
  return `<span class="text" dir="auto">${escapeHtml(written)}</span>`;
}

const style =
  `:root{color-scheme:light dark;--line:light-dark(#d5d9de,#3a4048);--quiet:light-dark(#57606a,#9aa4af);
--bad:light-dark(#b54700,#f0905a);--good:light-dark(#0072b2,#6cb8ea)}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;overflow-wrap:anywhere}.quiet{color:var(--quiet);font-size:.9rem}
details{border:1px solid var(--line);border-left-width:5px;border-radius:6px;padding:.5rem .8rem;margin:.5rem 0}
summary{cursor:pointer;overflow-wrap:anywhere}
.forgotten,.wrong{border-left-color:var(--bad)}.gained,.right{border-left-color:var(--good)}
.forgotten summary b,.wrong summary b{color:var(--bad)}.gained summary b,.right summary b{color:var(--good)}
pre,.text{white-space:pre-wrap;overflow-wrap:anywhere}pre{max-height:24rem;overflow:auto;border:1px solid var(--line);padding:.6rem}
li{margin:.3rem 0}.gold .text{text-decoration:underline;text-decoration-color:var(--good)}`;
