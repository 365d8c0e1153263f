import { ofKind, Random, sha256 } from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import { sent } from "./_ask.ts";
import type { Journal, Outcome } from "./_journal.ts";
import type { Method, Prompt } from "./method.ts";
import type { Budget, Price, SynthesizeOptions } from "./report.ts";

/** A document with what is asked about it. */
export interface Task {
  document: Document;
  prompts: Prompt[];
  /** Names the sampling of its answers. */
  stream: string;
  /** Names method, its settings, model, document, prompts and seed: what decides the outcome. */
  key: string;
  /** The most that it can take from now on. */
  most: Size;
  /** Bytes of its prompts. */
  bytes: number;
  /** How often it was asked for again by its cause of loss. */
  round: number;
  /** Whether that cause was a truncated answer. */
  roomy: boolean;
  /** Whether the outcome is the journal's. */
  resumed?: true;
  outcome?: Outcome | Error;
  /** Resolves with the outcome, once it was begun. */
  done?: Promise<void>;
}

/** The most that prompts can take. */
export interface Size {
  requests: number;
  prompt: number;
  completion: number;
}

/** Options after their defaults. */
export type CheckedOptions = SynthesizeOptions & {
  workers: number;
  retries: number;
  patienceSeconds: number;
  reasoningTokens: number;
  extraTokens: number;
  budget: Budget;
  price: Price;
};

/** The longest evidence of a loss that is kept, in characters. */
const LONGEST_SAMPLE = 2000;

/** Makes tasks of what a stream of documents gives, which may be no document. */
export class Tasks {
  readonly #method: Method;
  readonly #options: CheckedOptions;
  readonly #seen = new Set<string>();
  readonly #retry: ReadonlySet<string>;
  /** Causes to ask again for which no document was seen. */
  readonly unused: Set<string>;
  #rows = 0;

  constructor(method: Method, options: CheckedOptions) {
    this.#method = method;
    this.#options = options;
    this.#retry = new Set(options.retry);
    this.unused = new Set(options.retry);
  }

  /** The task of a row; it has an outcome already where nothing is to be asked. */
  of(row: Document, journal: Journal | undefined): Task {
    const at = ++this.#rows;
    const { model, retries, body, keepReasoning, seed = 1 } = this.#options;
    const { id, settings, rounds = 1 } = this.#method;
    const fault = faultOf(row);
    if (fault) return lostRow(row, at, fault);
    const document = row.meta && row.source !== undefined
      ? row
      : { ...row, meta: row.meta ?? {}, source: row.source ?? "" };
    const stream = `${seed}/${id}/${document.id}`;
    const prompts = this.#method.build(document, new Random(stream));
    checkPrompts(id, prompts);
    if ("kind" in model && model.kind === "embedded" && prompts.some(hasImages)) {
      throw new TypeError(
        `Cannot synthesize by ${id} as ${model.name}, the embedded model, reads text only: open an endpoint with a model that sees`,
      );
    }
    const asked = [model.name, stream, settings ?? null, retries, prompts.map(sent)];
    const decisive = [...asked, ...(keepReasoning ? ["reasoning"] : []), ...(body ? [body] : [])];
    const key = sha256(JSON.stringify(decisive)).slice(0, 32);
    const { bytes, ...one } = sizeOf(prompts, this.#options);
    const task: Task = {
      document,
      prompts,
      stream,
      key,
      most: times(one, rounds),
      bytes,
      round: 0,
      roomy: false,
    };
    if (this.#seen.has(document.id)) {
      return { ...task, outcome: lost("document id stands twice", document.text) };
    }
    this.#seen.add(document.id);
    if (prompts.length === 0) return { ...task, outcome: lost("nothing to write from", document.text) };
    const known = journal?.get(key);
    if (!known) return task;
    const causes = known.results.flatMap((result) =>
      "rejected" in result && this.#retry.has(result.rejected) ? [result.rejected] : []
    );
    if (causes.length === 0) return { ...task, resumed: true, outcome: known };
    for (const cause of causes) this.unused.delete(cause);
    const round = (known.round ?? 0) + 1;
    return { ...task, round, stream: `${stream}/again ${round}`, roomy: causes.includes("truncated") };
  }
}

const encoder = new TextEncoder();

/** Throw unless what a method asks is a list of prompts. */
export function checkPrompts(id: string, prompts: Prompt[]): void {
  ofKind(`Cannot synthesize by ${id}`, { prompts }, "a list of objects with messages, maxTokens");
  for (const { messages } of prompts) {
    ofKind(`Cannot synthesize by ${id}`, { messages }, "a list of objects with role, content");
  }
}

function hasImages({ messages }: Prompt): boolean {
  return messages.some(({ images = [] }) => images.length > 0);
}

/** The most that prompts can take, and their bytes. */
export function sizeOf(
  prompts: readonly Prompt[],
  { retries, reasoningTokens, extraTokens }: CheckedOptions,
): Size & { bytes: number } {
  const size = { requests: prompts.length, prompt: 0, completion: 0, bytes: 0 };
  for (const { messages, maxTokens, schema, tools = [] } of prompts) {
    const tries = (schema ? 1 + retries : 1) + (extraTokens > 0 ? 1 : 0);
    size.completion += tries * (maxTokens + reasoningTokens) + extraTokens;
    for (const image of messages.flatMap(({ images = [] }) => images)) size.bytes += image.length;
    const texts = messages.flatMap(({ content, toolCalls = [] }) => [
      content,
      ...toolCalls.map(({ name, arguments: given }) => name + given),
    ]);
    for (const text of [...texts, ...tools.map((tool) => JSON.stringify(tool))]) {
      const length = encoder.encode(text).length;
      size.bytes += length;
      // Rarely does a token hold less than two bytes; a turn's marks take a few tokens.
      size.prompt += tries * (8 + length / 2);
    }
  }
  return size;
}

/** So many rounds of one size. */
export function times({ requests, prompt, completion }: Size, rounds: number): Size {
  return { requests: rounds * requests, prompt: rounds * prompt, completion: rounds * completion };
}

/** A loss without a question. */
export function lost(rejected: string, sample: string): Outcome {
  return {
    results: [{ rejected, sample: cut(sample) }],
    usage: { promptTokens: 0, completionTokens: 0 },
    seeds: [],
  };
}

/** Evidence as long as anybody reads it: an answer may have no end. */
export function cut(sample: string): string {
  return sample.length <= LONGEST_SAMPLE ? sample : `${sample.slice(0, LONGEST_SAMPLE)}…`;
}

/** Why a row is no document, if it is none. */
function faultOf(row: unknown): string | undefined {
  if (typeof row !== "object" || row === null) return "no document";
  const { id, text } = row as Partial<Document>;
  if (typeof text !== "string") return "no text";
  return typeof id === "string" && id !== "" ? undefined : "no id";
}

/** A row that is no document, named by its id or else by its place. */
function lostRow(row: unknown, at: number, fault: string): Task {
  const { id, source } = (row ?? {}) as Partial<Document>;
  const named = id === undefined || id === null || id === "" ? `row ${at}` : String(id);
  return {
    document: { id: named, text: "", source: typeof source === "string" ? source : "", meta: {} },
    prompts: [],
    stream: "",
    key: "",
    most: { requests: 0, prompt: 0, completion: 0 },
    bytes: 0,
    round: 0,
    roomy: false,
    outcome: lost(fault, JSON.stringify(row)?.slice(0, 500) ?? String(row)),
  };
}
