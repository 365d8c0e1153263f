import type { Random } from "../base/mod.ts";
import type { Document, Json } from "../data/mod.ts";
import type { Message, ToolCall, ToolSchema } from "../llm/mod.ts";

/** What no new text may hold, whatever the method. */
export type TextFault =
  /** Control or replacement characters, lone surrogates, overrides of direction. */
  | "broken characters"
  /** Marks of a chat template or a tokenizer. */
  | "special tokens"
  /** A thought of the model that is not taken off. */
  | "reasoning in the text"
  /** The next turn of the conversation, which the model went on with by itself. */
  | "second turn"
  /** It declines the task. */
  | "refused"
  /** It closes with what was done to the text. */
  | "note to the reader"
  /** An address of mail or of the web that the source does not have. */
  | "invented address";

/** One question to the model. */
export interface Prompt {
  /** The conversation so far; the model writes the next turn. */
  messages: Message[];
  /** The most tokens the answer may take; one that reaches it is truncated. */
  maxTokens: number;
  /** Sampling temperature; 0 is greedy. */
  temperature: number;
  /** Sample from the smallest set of tokens with this much probability. @default {1} */
  topP?: number;
  /** The JSON schema of an object that the answer must be; sent where the server has such a thing, and checked. @default {free text} */
  schema?: { [key: string]: Json };
  /** The tools that the model may call; its calls come back as the answer's `toolCalls`, and nobody runs them but the method. @default {none} */
  tools?: readonly ToolSchema[];
  /** The piece of the document that this prompt holds, for methods that cut it. */
  part?: string;
  /** Where it stands in the document's text, from and to, in UTF-16 code units; new texts keep it as `meta.parts`. */
  span?: [number, number];
  /** What is asked, in a method of several rounds, such as `criticise`: answers are told apart by it. */
  step?: string;
}

/** What the model made of one prompt. */
export interface Answer {
  /** The prompt. */
  prompt: Prompt;
  /** The answer with preambles, fences and quotation marks taken off, see `cleanAnswer`. */
  text: string;
  /** The answer as the model wrote it, for methods that read what `cleanAnswer` takes off. @default {text} */
  written?: string;
  /** The tools that it calls, as it wrote them. */
  toolCalls?: readonly ToolCall[];
  /** What the model thought before it answered, where it wrote that down; no part of `text`. */
  reasoning?: string;
  /** With a schema: the answer as a value that fits it. */
  value?: unknown;
  /** Why the answer cannot be used, where the engine can tell without knowing the method. */
  fault?:
    | "truncated"
    | "refused"
    | "empty"
    | "malformed"
    | "wrong schema"
    | `incomplete (${string})`
    | TextFault;
}

/** A new text. */
export interface Accepted {
  /** The text. */
  text: string;
  /** What is known of it, put into the document's `meta`. */
  meta?: Record<string, Json>;
  /** Which answer it comes from, counted from 0; of those from several, the first. @default {0} */
  answer?: number;
}

/** A text that was lost, and why. */
export interface Rejected {
  /** The cause as a countable phrase, for example `invented numbers`. */
  rejected: string;
  /** The evidence to read. */
  sample: string;
}

/** A way to make new texts from a document by a model. */
export interface Method {
  /**
   * Kind, style and version, for example `rephrase/plain@1`. A change of wording is a new version: the id stands in every
   * document's lineage and names what a journal may reuse. A journal keeps what its version of the kit accepted and lost;
   * {@linkcode SynthesizeOptions.retry} asks again for losses of chosen causes.
   */
  id: string;
  /**
   * What its checks depend on and its prompts do not show, such as thresholds: with other settings a journal's outcomes are
   * not reused. Functions cannot stand here: a method that takes one needs another `folder` for another one. @default {none}
   */
  settings?: Json;
  /** What it does, in the survey's three kinds. */
  kind: "distill" | "extract" | "evolve";
  /**
   * The prompts for a document; none where it gives nothing to write from. They are sent together and may finish in any
   * order. The generator is named by the run's seed and the document.
   */
  build(document: Document, random: Random): Prompt[];
  /**
   * A method of several rounds: the prompts that follow from the answers so far, in the order of their prompts; none where
   * there is nothing more to ask. It is called again with their answers too. Equal answers must give equal prompts: a run that was
   * stopped between two rounds goes on there.
   */
  next?(answers: Answer[], document: Document): Prompt[] | Promise<Prompt[]>;
  /** How many rounds there are at most, with `next`: a budget sets aside as much for each as for the first. @default {1} */
  rounds?: number;
  /**
   * Read and verify the answers of all rounds, in the order of the prompts. At least one result: what is not accepted is rejected with a
   * cause.
   */
  read(answers: Answer[], document: Document): (Accepted | Rejected)[] | Promise<(Accepted | Rejected)[]>;
}
