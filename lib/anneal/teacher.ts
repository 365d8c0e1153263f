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
import type { Teacher } from "./_teacher.ts";
import type { BackendName } from "./backend.ts";
import { numberDocuments } from "./batches.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Engine } from "./learner.ts";
import { openForReading } from "./loss.ts";
import { toHuggingFace } from "./config_json.ts";
import { readWhole } from "./_sharded.ts";
import { checkSource, countWindows, type TokenSource } from "./tokens.ts";

/** Options of {@linkcode recordTeacher}. */
export interface RecordTeacherOptions {
  /** The model that teaches; its vocabulary is that of the model that will learn. */
  teacher: Checkpoint;
  /** A folder for what it says, `topK` times 8 bytes a token. The same call goes on there after a stop or a kill. */
  folder: string;
  /** Ids that are kept of each token; all else is one bucket. @default {32} */
  topK?: number | undefined;
  /** What logits are divided by, the teacher's and later the model's. @default {1} */
  temperature?: number | undefined;
  /** Tokens in a window, as the model will read them. @default {teacher.config.context} */
  context?: number | undefined;
  /** Keep attention inside documents, as the model will. @default as the teacher is trained by default */
  maskDocuments?: boolean | undefined;
  /** How the passes are carried out. @default {"traced" on a CPU} */
  engine?: Engine | undefined;
  /** The tensor backend. @default the one that `backend()` opens */
  backend?: BackendName | undefined;
  /** Stops after the window in hand; what was said stays. */
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
    "teacher, folder, topK?, temperature?, context?, maskDocuments?, engine?, backend?, signal?, onProgress?",
  );
  ofKind(cannot, { source }, "an object with tokens");
  const { teacher, folder, topK = 32, temperature = 1 } = options;
  ofKind(cannot, { teacher }, "an object with config, weights");
  const { maskDocuments = teacher.maskDocuments ?? false } = options;
  ofKind(cannot, { folder }, "a text");
  const { vocabularySize } = teacher.config;
  const { context = teacher.config.context } = options;
  wholeNumber(cannot, { topK }, `in [1, ${vocabularySize - 1}]`);
  wholeNumber(cannot, { context }, `in [1, ${teacher.config.context}]`);
  inRange(cannot, { temperature }, "a finite number > 0");
  const rule = `the teacher's vocabulary must hold the ${source.vocabularySize} ids of source ${source.name}`;
  must(cannot, rule, vocabularySize, vocabularySize >= source.vocabularySize);
  checkSource(source, teacher.config, context);
  const index: TeacherIndex = {
    model: sha256(
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
  const { teacher, folder, engine, backend, signal, onProgress } = options;
  const { topK, temperature, context, maskDocuments, windows } = index;
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
  try {
    using file = await Deno.open(join(folder, "said.bin"), { read: true, write: true, create: true });
    // A kill may have left half of a window.
    let window = Math.floor((await file.stat()).size / size);
    if (window >= windows) return;
    await file.truncate(window * size);
    await file.seek(window * size, Deno.SeekMode.Start);
    using learner = await openForReading(teacher, { batch: 1, context, maskDocuments }, { engine, backend });
    for (; window < windows; window++) {
      if (signal?.aborted) {
        throw new Error(`${cannot} as it was stopped after ${window} of ${windows} windows`);
      }
      const start = window * context;
      const tokens = Int32Array.from(source.tokens.subarray(start, start + context));
      const segments = new Int32Array(maskDocuments ? context : 0);
      if (maskDocuments) numberDocuments(tokens, segments, source.endOfDocument, 0, context);
      const logits = await learner.logits({ tokens, ...(maskDocuments && { segments }) });
      const bytes = new Uint8Array(size);
      const ids = new Uint32Array(bytes.buffer, 0, context * topK);
      const probabilities = new Float32Array(bytes.buffer, size / 2, context * topK);
      const V = teacher.config.vocabularySize;
      for (let i = 0; i < context; i++) {
        const at = i * topK;
        likeliest(logits.subarray(i * V, (i + 1) * V), temperature, {
          ids: ids.subarray(at, at + topK),
          probabilities: probabilities.subarray(at, at + topK),
        });
      }
      await writeFully(file, bytes);
      onProgress?.({ label: `teacher of ${source.name}`, done: window + 1, total: windows, unit: "windows" });
    }
    await file.sync();
  } catch (error) {
    throw explainFullDisk(error, cannot);
  }
}

/** The likeliest ids of a row of logits, in order, with their probabilities at a temperature. */
export function likeliest(
  logits: Float32Array,
  temperature: number,
  { ids, probabilities }: { ids: Uint32Array; probabilities: Float32Array },
): void {
  const count = ids.length;
  const best = new Float64Array(count).fill(-Infinity);
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id];
    if (!(logit > best[count - 1])) continue;
    let at = count - 1;
    for (; at > 0 && best[at - 1] < logit; at--) {
      best[at] = best[at - 1];
      ids[at] = ids[at - 1];
    }
    best[at] = logit;
    ids[at] = id;
  }
  let sum = 0;
  for (const logit of logits) sum += Math.exp((logit - best[0]) / temperature);
  for (let i = 0; i < count; i++) probabilities[i] = Math.exp((best[i] - best[0]) / temperature) / sum;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
