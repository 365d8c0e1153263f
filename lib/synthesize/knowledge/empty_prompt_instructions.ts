import { described, inRange, ofKind, wholeNumber } from "../../base/mod.ts";
import { type Document, documentId } from "../../data/mod.ts";
import type { LanguageModel } from "../../llm/mod.ts";
import { isTask } from "../_instruction.ts";
import { mayBe } from "../_languages.ts";
import { stripMarks } from "../_markdown.ts";
import { takesAsking } from "../_options.ts";
import { tellReport } from "../_report_described.ts";
import { loops, lostAnswer } from "../_text_fault.ts";
import { sameWords, wordKey, wordsOf } from "../checks.ts";
import type { Answer, Method, Rejected } from "../method.ts";
import type { Synthesis, SynthesizeOptions } from "../report.ts";
import { synthesize } from "../synthesize.ts";
import { verifySolution } from "../verify_solution.ts";
import { type ChatTurns, templates, turnsOf, withEmptyTurns } from "./_empty_turn.ts";

/** Options of {@linkcode emptyPromptInstructions}. */
export interface EmptyPromptInstructionsOptions
  extends Omit<SynthesizeOptions, "model" | "accept" | "total" | "body"> {
  /** An aligned model behind an endpoint that completes texts, or the embedded one. */
  model: LanguageModel;
  /** How many turns are sampled; what passes is fewer. */
  count: number;
  /** How the model's chat template writes turns. @default {`chatml` for the embedded model; an endpoint needs it} */
  template?: "chatml" | "llama3" | ChatTurns;
  /** System prompts that stand before the empty turn, one after the other: they draw the sampling to a field. @default {none} */
  systems?: readonly string[];
  /** The language that instructions and answers must be in, by its name in English. @default {"English"} */
  language?: string;
  /** The fewest and the most words of an instruction. @default {[3, 150]} */
  words?: readonly [least: number, most: number];
  /** The most tokens of an answer. @default {512} */
  maxAnswerTokens?: number;
  /** Sampling temperature of the instructions. @default {1} */
  temperature?: number;
  /** Instructions are sampled from the smallest set of tokens with this much probability; small models need less. @default {1} */
  topP?: number;
  /** Sampling temperature of the answers; the paper's answers are greedy. @default {0} */
  answerTemperature?: number;
}

/**
 * Instructions out of an aligned model by an empty turn of the user, each answered by the same model (Magpie, arXiv:2406.08464): the prompt is the chat template up to
 * where a user would begin to write, and what the model goes on with is an instruction like those that it was tuned on.
 *
 * A new text is the instruction and, below an empty line, its answer; `meta` holds them as `question` and `answer`, and `system` where there was one. There is no page: the
 * lineage's parent names the empty turn, its `model` the source. An instruction is rejected that is truncated, empty, too short or too long, in another language, in a loop, asks nothing
 * (of English), breaks off at a colon, speaks as an assistant does, declines, or is there already, word for word (`instruction stands twice`; for near ones, see `removeNearDuplicates` of
 * `midtrain/select`). An answer is rejected that is truncated, declines, repeats the instruction, is in another language unless a translation is asked for, falls into a loop, or holds an equation that is wrong.
 *
 * It takes an endpoint with `/completions` (vLLM, SGLang, llama.cpp, and the embedded one): one that only chats ends the run with an error that says so.
 *
 * The embedded model of 135M parameters goes on with an empty turn as an assistant answers, at length, and at temperature 1 without sense: hardly any of its instructions passes.
 *
 * @returns Texts to iterate, and the account, as `synthesize` gives them.
 * @throws {RangeError} If an option is out of range.
 * @throws {TypeError} If the model cannot complete texts, or is an endpoint and there is no `template`.
 * @throws {Error} While iterating: if the endpoint only chats, or as `synthesize` has it.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import type { LanguageModel } from "midtrain/llm";
 * import { emptyPromptInstructions } from "midtrain/synthesize";
 *
 * const usage = { promptTokens: 3, completionTokens: 9 };
 * const says = (text: string) => Promise.resolve({ text, finishReason: "stop", usage, cached: false });
 * const complete = () => says("Explain why whales rise to breathe.");
 * const model = { name: "by hand", complete, chat: () => says("They have lungs.") } as unknown as LanguageModel;
 * const [made] = await Array.fromAsync(emptyPromptInstructions({ model, count: 1, template: "chatml" }));
 * assert.equal(made.text, "Explain why whales rise to breathe.\n\nThey have lungs.");
 * ```
 */
export function emptyPromptInstructions(options: EmptyPromptInstructionsOptions): Synthesis {
  const cannot = "Cannot sample instructions";
  const own =
    "count, template?, systems?, language?, words?, maxAnswerTokens?, temperature?, topP?, answerTemperature?, folder?, retry?, dropBrokenLines?";
  takesAsking(cannot, options, own);
  const { model, count, template, systems = [], language = "English", words = [3, 150], ...rest } = options;
  const { maxAnswerTokens = 512, temperature = 1, topP = 1, answerTemperature = 0, ...asking } = rest;
  ofKind(cannot, { model }, "an object with name, chat, complete");
  wholeNumber(cannot, { count }, ">= 0");
  wholeNumber(cannot, { maxAnswerTokens }, ">= 1");
  inRange(cannot, { temperature, answerTemperature }, ">= 0");
  inRange(cannot, { topP }, "in (0, 1]");
  ofKind(cannot, { systems }, "a list of texts");
  ofKind(cannot, { language }, "a text");
  ofKind(cannot, { words }, "a list of numbers");
  wholeNumber(cannot, { "the fewest words": words[0] }, ">= 1");
  wholeNumber(cannot, { "the most words": words[1] }, `>= ${words[0]}`);
  if (template === undefined && model.kind !== "embedded") {
    throw new TypeError(
      `${cannot} from ${model.name} as its chat template is not known: give template, one of ${
        Object.keys(templates).join(", ")
      } or { user, end }`,
    );
  }
  const turns = turnsOf(cannot, template ?? "chatml");
  if (systems.length > 0 && !turns.system) {
    throw new TypeError(`${cannot} with systems as the template has no system prompt: give its system too`);
  }
  const settings = { language, words: [...words], template: { ...turns }, answerTemperature };
  const method: Method = {
    id: by,
    settings: JSON.parse(JSON.stringify(settings)),
    kind: "distill",
    rounds: 2,
    build: ({ text }) => [{
      messages: [
        ...text === "" ? [] : [{ role: "system" as const, content: text }],
        { role: "user", content: "" },
      ],
      maxTokens: 4 * words[1],
      temperature,
      topP,
      part: "",
    }],
    next(answers) {
      const [asked, ...answered] = answers;
      if (answered.length > 0 || instructionFault(asked, { language, words })) return [];
      const part = instructionIn(asked);
      return [{
        messages: [{ role: "user", content: part }],
        maxTokens: maxAnswerTokens,
        temperature: answerTemperature,
        part,
      }];
    },
    read([asked, answered], { text: system }) {
      const lost = instructionFault(asked, { language, words }) ?? answerFault(answered, language);
      if (lost) return [lost];
      const question = instructionIn(asked);
      const meta = { question, answer: answered.text, ...(system === "" ? {} : { system }) };
      return [{ text: `${question}\n\n${answered.text}`, meta, answer: 1 }];
    },
  };
  const run = synthesize(emptyTurns(count, systems), method, {
    ...asking,
    model: withEmptyTurns(model, turns),
    total: count,
  });
  return withoutRepeats(run, options);
}

const by = "knowledge/empty-prompt@1";

function* emptyTurns(count: number, systems: readonly string[]): Generator<Document> {
  for (let at = 0; at < count; at++) {
    const text = systems.length === 0 ? "" : systems[at % systems.length];
    yield { id: documentId(by, `${at}`), text, source: by, meta: {} };
  }
}

function instructionIn({ written, text }: Answer): string {
  return (written ?? text).trim();
}

interface Wanted {
  language: string;
  words: readonly [number, number];
}

const assistants =
  /^(?:(?:hello|hi|hey|welcome|greetings|good (?:morning|day|evening))\b[^?]{0,80})?(?:how|what) (?:can|may|could|would|should) (?:i|you like me to) (?:help|assist|do)\b|^i(?:['’]m| am) (?:here|happy|ready|glad) to (?:help|assist)|^as an? (?:ai|assistant|language model)\b/i;

function instructionFault(asked: Answer, { language, words: [least, most] }: Wanted): Rejected | undefined {
  const lost = lostAnswer(asked);
  if (lost) return lost;
  const text = instructionIn(asked);
  const words = wordsOf(text);
  const cause = words.length < least
    ? "too short"
    : words.length > most
    ? "too long"
    : !mayBe(language, text)
    ? "another language"
    : loops(text, "")
    ? "loop"
    : assistants.test(text)
    ? "speaks as an assistant"
    : /[:：]\s*$/.test(text)
    ? "breaks off"
    : !isTask(text, text, language)
    ? "asks nothing"
    : undefined;
  return cause ? { rejected: cause, sample: text } : undefined;
}

function answerFault(answered: Answer, language: string): Rejected | undefined {
  const lost = lostAnswer(answered);
  if (lost) return lost;
  const { text, prompt: { part: instruction = "" } } = answered;
  const cause = wordsOf(text).length === 0
    ? "empty answer"
    : sameWords(text, instruction)
    ? "instruction repeated"
    : !/translat/i.test(instruction) && !mayBe(language, text)
    ? "another language"
    : loops(text, instruction)
    ? "loop"
    : verifySolution(stripMarks(text)).wrong.length > 0
    ? "wrong arithmetic"
    : undefined;
  return cause ? { rejected: cause, sample: text } : undefined;
}

/** A run without the texts whose instruction it gave before, which its account counts as lost. */
function withoutRepeats(run: Synthesis, { onDrop }: Pick<SynthesizeOptions, "onDrop">): Synthesis {
  const { report } = run;
  const cause = "instruction stands twice";
  return described({
    report,
    async *[Symbol.asyncIterator]() {
      const seen = new Set<string>();
      for await (const document of run) {
        const question = String(document.meta.question);
        const key = wordKey(question);
        if (!seen.has(key)) {
          seen.add(key);
          yield document;
          continue;
        }
        const [parent] = document.lineage!.parents;
        report.accepted--;
        report.rejected[cause] = (report.rejected[cause] ?? 0) + 1;
        report.samples[cause] ??= { document: parent, text: question };
        onDrop?.({ id: parent, source: by, stage: by, reason: cause, excerpt: question.slice(0, 200) });
      }
    },
  }, () => [...tellReport(report), "Its texts are taken by for await (const text of …)"]);
}
