import { join } from "node:path";
import { type Loglikelihood, ofKind, type OnProgress, type ScoredPair, sha256 } from "../base/mod.ts";
import type { Completion, CompletionRequest } from "../llm/mod.ts";
import { inLanes, Ledger } from "../run/mod.ts";
import { type Asked, asksChoices, type TextAsked } from "./benchmark.ts";
import type { ChoiceRating } from "./grade_choices.ts";

/** What a model wrote. */
export interface Written {
  /** The text. */
  text: string;
  /** Why it ended, as `Completion.finishReason`. */
  ended: Completion["finishReason"];
}

/** What a model said of one question. */
export interface Answered {
  /** The ratings of the choices; one rating, of the gold answer, for a text. */
  ratings?: ChoiceRating[];
  /** What it wrote, a text a sample. */
  written?: Written[];
}

/** What is asked of a model. */
export interface Asker {
  /** The model's name. */
  name?: string;
  /** Rates continuations. */
  loglikelihood?(
    pairs: readonly ScoredPair[],
    options?: { signal?: AbortSignal | undefined },
  ): Promise<Loglikelihood[]>;
  /** Continues a text. */
  complete?(request: CompletionRequest): Promise<Completion>;
}

/** How a model is asked. */
export interface AskOptions {
  /** Whose answers these are: kept answers of another are not used. */
  identity: string;
  /** The file that answers are kept in. */
  path: string | undefined;
  /** Whether to rate, and whether to write. */
  rates: boolean;
  writes: boolean;
  /** Whether ratings may be missing, where a server echoes no log-probabilities. */
  ratesIfAble: boolean;
  /** Texts of one question. */
  samples: number;
  /** How they are sampled. */
  temperature: number;
  /** Texts that are asked for at a time. */
  workers: number;
  signal: AbortSignal | undefined;
  /** What progress calls the work. */
  label: string;
  onProgress: OnProgress | undefined;
}

/** A row of the file: the answers to one piece of work. */
interface Row {
  key: string;
  ratings?: ChoiceRating[][];
  written?: Written;
}

/** Questions that are rated in one call: what a kill loses, and what decides how an engine cuts its batches. */
const TOGETHER = 16;

/** Ask a model; each answer that is in the file is not asked for again. */
export async function answersOf(
  model: Asker,
  questions: readonly { asked: Asked; key: string }[],
  options: AskOptions,
): Promise<Answered[]> {
  const { path, identity, label, onProgress, signal, samples, temperature } = options;
  const kept = new Map<string, Row>();
  const answers: Answered[] = questions.map(() => ({}));
  using ledger = path === undefined ? undefined : await open(path, kept);
  const rated = options.rates ? chunksOf(questions, identity) : [];
  const texts = options.writes ? textsOf(questions, { identity, samples, temperature }) : [];
  const total = (options.rates ? questions.length : 0) + texts.length;
  let done = 0;
  const tell = (by: number) => {
    if (by > 0) onProgress?.({ label, done: done += by, total, unit: "answers" });
  };
  for (const { key, from, chunk } of rated) {
    signal?.throwIfAborted();
    const ratings = kept.get(key)?.ratings ?? await rate(model, chunk, signal).catch((error) => {
      if (!options.ratesIfAble || error.code !== "no_prompt_logprobs") throw error;
    });
    if (ratings === undefined) {
      tell(questions.length - from);
      break;
    }
    const row = { key, ratings };
    if (!kept.has(key)) await ledger?.append(row);
    ratings.forEach((ratings, i) => answers[from + i].ratings = ratings);
    tell(chunk.length);
  }
  const missing = texts.filter(({ key }) => !kept.has(key));
  tell(texts.length - missing.length);
  const lane = () => ({
    work: async (text: Text, signal: AbortSignal): Promise<Row> => (
      { key: text.key, written: await write(model, text, { temperature, signal }) }
    ),
  });
  for await (const { result } of inLanes(missing, lane, { workers: options.workers, signal })) {
    await ledger?.append(result);
    kept.set(result.key, result);
    tell(1);
  }
  for (const { at, key } of texts) (answers[at].written ??= []).push(kept.get(key)!.written!);
  return answers;
}

/** The name of the file of one benchmark's answers. */
export function answersPath(folder: string, name: string): string {
  return join(folder, `${name}.answers.jsonl`);
}

async function open(path: string, kept: Map<string, Row>): Promise<Ledger<Row>> {
  const cannot = `Cannot keep answers in ${path}`;
  return await Ledger.open<Row>(path, {
    cannot,
    held: () => new RangeError(`${cannot} as one evaluation at a time must write there: another is at work`),
    onRow(row, { line, text }) {
      const { key, ratings, written } = (row ?? {}) as Partial<Row>;
      if (typeof key !== "string" || (ratings === undefined) === (written === undefined)) {
        throw new SyntaxError(`${cannot} as line ${line} must hold an answer: it is ${text.slice(0, 60)}`);
      }
      kept.set(key, row as Row);
    },
  });
}

interface Chunk {
  key: string;
  from: number;
  chunk: readonly Asked[];
}

/** Questions as they are rated together, always cut alike: an engine may round by what else is in its batch. */
function chunksOf(questions: readonly { asked: Asked; key: string }[], identity: string): Chunk[] {
  const chunks: Chunk[] = [];
  for (let from = 0; from < questions.length; from += TOGETHER) {
    const part = questions.slice(from, from + TOGETHER);
    const key = sha256(JSON.stringify([identity, "rated", ...part.map(({ key }) => key)]));
    chunks.push({ key, from, chunk: part.map(({ asked }) => asked) });
  }
  return chunks;
}

interface Text {
  at: number;
  key: string;
  asked: TextAsked;
  seed: number;
}

function textsOf(
  questions: readonly { asked: Asked; key: string }[],
  { identity, samples, temperature }: { identity: string; samples: number; temperature: number },
): Text[] {
  return questions.flatMap(({ asked, key }, at) =>
    asksChoices(asked) ? [] : Array.from({ length: samples }, (_, i) => (
      { at, asked, seed: i + 1, key: sha256(JSON.stringify([identity, "written", temperature, i + 1, key])) }
    ))
  );
}

/** Let a model write, and write on behind each reply. */
async function write(
  model: Asker,
  { asked, seed }: Text,
  options: { temperature: number; signal: AbortSignal },
): Promise<Written> {
  const { prompt, stop, maxTokens, reply } = asked;
  let whole = "";
  let ended: Written["ended"] = "stop";
  for (;;) {
    const request = { prompt: prompt + whole, stop: [...stop], maxTokens, seed, ...options };
    const completion = await model.complete!(request);
    ofKind("Cannot grade answers", { "what the model completes": completion }, "an object with text");
    const { text, finishReason } = completion;
    whole += cutAt(stop, text);
    // A turn that was cut is not made whole by the next.
    if (ended !== "length") ended = finishReason;
    const next = await reply?.(whole);
    if (next === undefined) return { text: whole, ended };
    whole += next;
  }
}

async function rate(
  model: Asker,
  chunk: readonly Asked[],
  signal: AbortSignal | undefined,
): Promise<ChoiceRating[][]> {
  const pairs = chunk.flatMap(pairsOf);
  const found = await model.loglikelihood!(pairs, { signal });
  ofKind(
    "Cannot rate answers",
    { "what the model rates": found },
    "a list of objects with logLikelihood, tokens",
  );
  if (found.length !== pairs.length) {
    throw new TypeError(
      `Cannot rate answers as the model must give one log-likelihood a continuation: ${pairs.length} were asked, ${found.length} came`,
    );
  }
  let at = 0;
  return chunk.map((asked) => {
    const own = found.slice(at, at += pairsOf(asked).length);
    const count = asksChoices(asked) ? asked.choices.length : 1;
    return own.slice(0, count).map(({ logLikelihood, tokens }, i) => ({
      logLikelihood: finite(logLikelihood),
      tokens,
      ...own.length > count ? { unconditional: finite(own[count + i].logLikelihood) } : {},
    }));
  });
}

/** A log-likelihood, `null` where it is none: a server may say `-Infinity`, NaN or a placeholder. */
function finite(log: number): number | null {
  return log <= 0 && log > -Infinity ? log : null;
}

function pairsOf(asked: Asked): ScoredPair[] {
  if (!asksChoices(asked)) return [{ context: asked.prompt, continuation: asked.gold }];
  const { choices, unconditional } = asked;
  return unconditional === undefined
    ? [...choices]
    : [...choices, ...choices.map(({ continuation }) => ({ context: unconditional, continuation }))];
}

/** What stands before the first of the stops: a server may give more than it was asked for. */
function cutAt(stop: readonly string[], text: string): string {
  const ends = stop.map((end) => text.indexOf(end)).filter((at) => at >= 0);
  return ends.length > 0 ? text.slice(0, Math.min(...ends)) : text;
}
