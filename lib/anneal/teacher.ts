import { join } from "node:path";
import {
  exists,
  explainFullDisk,
  inRange,
  must,
  ofKind,
  type OnProgress,
  sha256,
  takes,
  wholeNumber,
  writeAtomic,
  writeFully,
} from "../base/mod.ts";
import { lock } from "../run/mod.ts";
import type { LanguageModel } from "../llm/mod.ts";
import { checkpointVoice } from "./_checkpoint_voice.ts";
import { endpointVoice } from "./_endpoint_voice.ts";
import { readWhole } from "./_sharded.ts";
import type { Teacher, Voice } from "./_teacher.ts";
import type { BackendName } from "./backend.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { toHuggingFace } from "./config_json.ts";
import type { Engine } from "./learner.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { checkSource, countWindows, type TokenSource } from "./tokens.ts";

/** Options of {@linkcode recordTeacher}. */
export interface RecordTeacherOptions {
  /**
   * The model that teaches, of the tokenizer of the model that will learn: a checkpoint, or an endpoint that echoes a prompt with
   * its likeliest tokens (`echo` and `logprobs` of completions, in vLLM's form), as the kit's own server does.
   */
  teacher: Checkpoint | LanguageModel;
  /** With a language model: the tokenizer of the source. What a probe text becomes shows whether it is the teacher's. */
  tokenizer?: Tokenizer | undefined;
  /** A folder for what it says, `topK` times 8 bytes a token. The same call goes on there after a stop or a kill. */
  folder: string;
  /** Ids that are kept of each token; all else is one bucket. @default {32}, of a language model 20, as servers give no more */
  topK?: number | undefined;
  /** What logits are divided by, the teacher's and later the model's; of a language model 1. @default {1} */
  temperature?: number | undefined;
  /** Tokens in a window, as the model will read them; a server needs room for two more. @default {teacher.config.context} */
  context?: number | undefined;
  /** Keep attention inside documents, as the model will: an endpoint is asked of each by itself. @default as the checkpoint is trained by default */
  maskDocuments?: boolean | undefined;
  /** How the passes are carried out. @default {"traced" on a CPU} */
  engine?: Engine | undefined;
  /** The tensor backend. @default the one that `backend()` opens */
  backend?: BackendName | undefined;
  /** Stops after the windows in hand; what was said stays. */
  signal?: AbortSignal | undefined;
  /** Called with every window. */
  onProgress?: OnProgress | undefined;
}

/** What `index.json` says: which teacher, which tokens. */
interface TeacherIndex {
  model: string;
  source: string;
  topK: number;
  temperature: number;
  context: number;
  maskDocuments: boolean;
  windows: number;
}

/**
 * Have a model say of every token of a source what may follow, its likeliest ids with their probabilities, and keep it on
 * disk: a source to train on by `distillation`. Nothing is read of what it says but the windows that a step draws.
 *
 * @throws {RangeError} If the vocabularies differ, the folder holds another teacher's words, or an option is out of range.
 * @throws {Error} If it was stopped.
 * @example
 * ```ts ignore
 * import { recordTeacher, train } from "midtrain/anneal";
 *
 * const taught = await recordTeacher(source, { teacher: large, folder: "teacher/web", context: 256 });
 * const run = await train({ ...options, sources: [taught], context: 256, distillation: 0.5 });
 * ```
 */
export async function recordTeacher(
  source: TokenSource,
  options: RecordTeacherOptions,
): Promise<TokenSource> {
  const cannot = "Cannot record a teacher";
  takes(
    cannot,
    options,
    "teacher, folder, tokenizer?, topK?, temperature?, context?, maskDocuments?, engine?, backend?, signal?, onProgress?",
  );
  ofKind(cannot, { source }, "an object with tokens");
  const { teacher, tokenizer, folder, temperature = 1 } = options;
  const asked = isEndpoint(teacher);
  if (!asked) ofKind(cannot, { teacher }, "an object with config, weights");
  else {
    ofKind(cannot, { tokenizer }, "an object with encode");
    wholeNumber(cannot, { context: options.context! }, ">= 1");
  }
  ofKind(cannot, { folder }, "a text");
  const { topK = asked ? 20 : 32, context = asked ? 0 : teacher.config.context } = options;
  const { maskDocuments = !asked && (teacher.maskDocuments ?? false) } = options;
  const { vocabularySize } = asked ? tokenizer! : teacher.config;
  wholeNumber(cannot, { topK }, `in [1, ${vocabularySize - 1}]`);
  if (!asked) wholeNumber(cannot, { context }, `in [1, ${teacher.config.context}]`);
  inRange(cannot, { temperature }, "a finite number > 0");
  const onlyOne = `temperature must be 1 with a language model, which gives no logits`;
  must(cannot, onlyOne, temperature, !asked || temperature === 1);
  const rule = `the teacher's vocabulary must hold the ${source.vocabularySize} ids of source ${source.name}`;
  must(cannot, rule, vocabularySize, vocabularySize >= source.vocabularySize);
  checkSource(source, { vocabularySize }, context);
  const index: TeacherIndex = {
    model: asked ? teacher.identity : sha256(
      JSON.stringify(toHuggingFace(teacher.config)) +
        Object.values(teacher.weights).map((values) => sha256(bytesOf(values))).join(""),
    ),
    source: source.sha256 ?? sha256(bytesOf(source.tokens.subarray(0, source.tokens.length))),
    ...{ topK, temperature, context, maskDocuments, windows: countWindows(source, context) },
  };
  await write(source, index, options);
  const row = context * topK;
  const said: Teacher = {
    ...{ topK, temperature, vocabularySize, maskDocuments, sha256: sha256(JSON.stringify(index)) },
    read(start, count) {
      const part = new Uint8Array(count * topK * BYTES);
      readWhole(join(folder, "said.bin"), start * topK * BYTES, part);
      const [ids, probabilities] = [new Uint32Array(count * topK), new Float32Array(count * topK)];
      // Window by window, ids before probabilities.
      const [words, numbers] = [new Uint32Array(part.buffer), new Float32Array(part.buffer)];
      for (let at = 0; at < count * topK; at += row) {
        ids.set(words.subarray(2 * at, 2 * at + row), at);
        probabilities.set(numbers.subarray(2 * at + row, 2 * at + 2 * row), at);
      }
      return { ids, probabilities };
    },
  };
  return { ...source, context, teacher: said };
}

/** Bytes of an id with its probability. */
const BYTES = 8;

/** Write what is not there yet, window by window. */
async function write(source: TokenSource, index: TeacherIndex, options: RecordTeacherOptions): Promise<void> {
  const { folder, signal, onProgress } = options;
  const { topK, context, windows } = index;
  const cannot = `Cannot record a teacher in ${folder}`;
  await Deno.mkdir(folder, { recursive: true });
  using _lock = await lock(
    join(folder, "lock"),
    () => new RangeError(`${cannot} as one process must own it: another is at work there`),
  );
  const path = join(folder, "index.json");
  const text = JSON.stringify(index) + "\n";
  if (!await exists(path)) await writeAtomic(path, text);
  const found = JSON.parse(await Deno.readTextFile(path)) as TeacherIndex;
  for (const [name, value] of Object.entries(index)) {
    const before = found[name as keyof TeacherIndex];
    must(
      cannot,
      `its ${name} must be this call's (${value}), or the folder a new one`,
      before,
      before === value,
    );
  }
  const size = context * topK * BYTES;
  let window = 0;
  try {
    using file = await Deno.open(join(folder, "said.bin"), { read: true, write: true, create: true });
    // A kill may have left half of a window.
    window = Math.floor((await file.stat()).size / size);
    if (window >= windows) return;
    await file.truncate(window * size);
    await file.seek(window * size, Deno.SeekMode.Start);
    using voice = await voiceOf(source, index, options);
    const say = async (window: number) => {
      const tokens = Int32Array.from(source.tokens.subarray(window * context, (window + 1) * context + 1));
      const bytes = new Uint8Array(size);
      const ids = new Uint32Array(bytes.buffer, 0, context * topK);
      const probabilities = new Float32Array(bytes.buffer, size / 2, context * topK);
      const asked = { tokens: tokens.subarray(0, context), next: tokens[context] };
      await voice.say(asked, { ids, probabilities }, signal);
      return bytes;
    };
    while (window < windows) {
      signal?.throwIfAborted();
      const count = Math.min(voice.atOnce, windows - window);
      for (const bytes of await Promise.all(Array.from({ length: count }, (_, i) => say(window + i)))) {
        await writeFully(file, bytes);
        window++;
        onProgress?.({ label: `teacher of ${source.name}`, done: window, total: windows, unit: "windows" });
      }
    }
    await file.sync();
  } catch (error) {
    if (signal?.aborted) throw new Error(`${cannot} as it was stopped after ${window} of ${windows} windows`);
    throw explainFullDisk(error, cannot);
  }
}

/** What says it: opened only where something is left to say. */
function voiceOf(source: TokenSource, index: TeacherIndex, options: RecordTeacherOptions): Promise<Voice> {
  const { teacher, tokenizer, signal } = options;
  const asked = { ...index, endOfDocument: source.endOfDocument };
  return isEndpoint(teacher)
    ? endpointVoice(teacher, tokenizer!, { ...asked, signal })
    : checkpointVoice(teacher, asked, options);
}

function isEndpoint(teacher: Checkpoint | LanguageModel): teacher is LanguageModel {
  return typeof (teacher as LanguageModel | undefined)?.nextTokens === "function";
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
