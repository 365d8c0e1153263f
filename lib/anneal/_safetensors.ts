// deno-lint-ignore-file camelcase -- the format's names
import { writeAtomic } from "../base/mod.ts";
import { readAt } from "./_read_at.ts";

/** Where a tensor lies in a file. */
export interface TensorEntry {
  /** Element type as the format names it. */
  dtype: string;
  /** Sizes of the axes. */
  shape: number[];
  /** First byte and the one after the last, from the end of the header. */
  data_offsets: [number, number];
}

/** A tensor to write: a view, never copied. */
export interface TensorView {
  /** Sizes of the axes. */
  shape: number[];
  /** The elements. */
  values: Float32Array;
}

/** Bits of one element of every type that the format has. */
const BITS: ReadonlyMap<unknown, number> = new Map(
  Object.entries({
    4: "F4",
    6: "F6_E2M3 F6_E3M2",
    8: "BOOL U8 I8 F8_E5M2 F8_E4M3 F8_E8M0 F8_E4M3FNUZ F8_E5M2FNUZ",
    16: "I16 U16 F16 BF16",
    32: "I32 U32 F32",
    64: "I64 U64 F64 C64",
  }).flatMap(([bits, types]) => types.split(" ").map((type) => [type, Number(bits)])),
);

/** The types that {@linkcode SafetensorsFile.read} reads as float32. */
export const READ_TYPES: readonly string[] = ["F32", "BF16", "F16"];

/** A header is a few kilobytes a layer; this much means that the file is something else. */
const LONGEST_HEADER = 100e6;

/** Write tensors as one safetensors file, whole or not at all. */
export async function writeSafetensors(path: string, tensors: Record<string, TensorView>): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
  let at = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    header[name] = { dtype: "F32", shape, data_offsets: [at, at + values.byteLength] };
    at += values.byteLength;
  }
  let json = JSON.stringify(header);
  // Padding keeps the data aligned for readers that map the file.
  json += " ".repeat((8 - json.length % 8) % 8);
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(json.length), true);
  await writeAtomic(path, [
    new Uint8Array(length.buffer),
    json,
    ...Object.values(tensors).map(({ values }) =>
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    ),
  ]);
}

/** A safetensors file open for reading tensor by tensor. */
export class SafetensorsFile {
  /** The tensors it holds. */
  readonly entries: Record<string, TensorEntry>;
  readonly #file: Deno.FsFile;
  readonly #start: number;
  readonly #path: string;

  private constructor(file: Deno.FsFile, path: string, entries: Record<string, TensorEntry>, start: number) {
    this.entries = entries;
    this.#file = file;
    this.#path = path;
    this.#start = start;
  }

  /**
   * Open a file and read its header.
   *
   * @throws {SyntaxError} If it is not a whole safetensors file.
   */
  static async open(path: string): Promise<SafetensorsFile> {
    const file = await Deno.open(path);
    try {
      const { size } = await file.stat();
      const broken = (why: string) =>
        new SyntaxError(`Cannot read ${path} as it must be a whole safetensors file: ${why}`);
      if (size < 8) throw broken(`it has ${size} bytes`);
      const first = await readAt(file, 0, new Uint8Array(8));
      // What git leaves in a file's place where its large files were not fetched begins so.
      if (new TextDecoder().decode(first) === "version ") {
        throw broken("it is a pointer of Git LFS, which git lfs pull replaces by the file");
      }
      const length = Number(new DataView(first.buffer).getBigUint64(0, true));
      if (length > Math.min(size - 8, LONGEST_HEADER)) throw broken(`its header would have ${length} bytes`);
      const bytes = await readAt(file, 8, new Uint8Array(length));
      const header = entriesOf(bytes, size - 8 - length, broken);
      return new SafetensorsFile(file, path, header, 8 + length);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Read one tensor as float32 into `target`; float32 goes there without a copy between. */
  async read(name: string, target: Float32Array): Promise<void> {
    if (!Object.hasOwn(this.entries, name)) {
      throw new RangeError(`Cannot read ${name} from ${this.#path} as it is not there`);
    }
    const { dtype, data_offsets: [from, to] } = this.entries[name];
    const at = this.#start + from;
    if (dtype === "F32") {
      await readAt(this.#file, at, new Uint8Array(target.buffer, target.byteOffset, target.byteLength));
      return;
    }
    const halves = new Uint16Array((await readAt(this.#file, at, new Uint8Array(to - from))).buffer);
    if (dtype === "BF16") {
      const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
      for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16;
    } else {
      target.set(new Float16Array(halves.buffer));
    }
  }

  /** Close the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/**
 * The tensors of a header, held to what the format says of them: every one is whole, none lies on another, and together they
 * cover the data without a hole or a rest.
 */
function entriesOf(
  bytes: Uint8Array,
  dataBytes: number,
  broken: (why: string) => Error,
): Record<string, TensorEntry> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch {
    throw broken("its header is not JSON");
  }
  if (!isObject(header)) throw broken("its header is no object");
  const twice = keyTwice(text);
  if (twice !== undefined) throw broken(`its header holds ${JSON.stringify(twice)} twice`);
  const { __metadata__: metadata, ...tensors } = header;
  if (
    metadata !== undefined && metadata !== null &&
    !(isObject(metadata) && Object.values(metadata).every((value) => typeof value === "string"))
  ) throw broken("its __metadata__ must be an object of texts");
  const entries = Object.entries(tensors).map(([name, entry]) =>
    [name, checkEntry(name, entry, broken)] as const
  );
  let end = 0;
  let before = "its header";
  for (
    const [name, { data_offsets: [from, to] }] of entries.toSorted(([, a], [, b]) =>
      a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]
    )
  ) {
    if (from < end) throw broken(`tensor ${name} lies on ${before}`);
    if (from > end) throw broken(`${from - end} bytes between ${before} and tensor ${name} belong to none`);
    if (to > dataBytes) throw broken(`it ends within tensor ${name}`);
    [end, before] = [to, `tensor ${name}`];
  }
  if (end < dataBytes) throw broken(`${dataBytes - end} bytes after ${before} belong to none`);
  return Object.fromEntries(entries);
}

function checkEntry(name: string, entry: unknown, broken: (why: string) => Error): TensorEntry {
  const whole = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0;
  if (!isObject(entry)) throw broken(`tensor ${name} is ${said(entry)}, no object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  const bits = BITS.get(dtype);
  if (bits === undefined) {
    throw broken(`tensor ${name} has dtype ${said(dtype)}, which the format does not have`);
  }
  if (!Array.isArray(shape) || !shape.every(whole)) {
    throw broken(`tensor ${name} has shape ${said(shape)}, not a list of whole numbers >= 0`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(whole)) {
    throw broken(`tensor ${name} has data_offsets ${said(offsets)}, not two whole numbers >= 0`);
  }
  const [from, to] = offsets as [number, number];
  const bytes = shape.reduce((product, n) => product * n, bits) / 8;
  if (to - from !== bytes) {
    throw broken(`tensor ${name} of shape [${shape}] has ${to - from} bytes, not ${bytes}`);
  }
  return { dtype: dtype as string, shape, data_offsets: [from, to] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function said(value: unknown): string {
  return `${JSON.stringify(value)}`.slice(0, 60);
}

/** A key that an object of a JSON text holds twice; `JSON.parse` keeps the last without a word. */
function keyTwice(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "{") open.push(new Set());
    else if (sign === "[") open.push(undefined);
    else if (sign === "}" || sign === "]") open.pop();
    if (sign !== '"') continue;
    const start = at;
    do {
      at = text.indexOf('"', at + 1);
    } while (isEscaped(text, at));
    let next = at + 1;
    while (/\s/.test(text[next])) next++;
    if (text[next] !== ":") continue;
    const key = JSON.parse(text.slice(start, at + 1)) as string;
    const keys = open.at(-1)!;
    if (keys.has(key)) return key;
    keys.add(key);
  }
}

/** Whether an odd number of backslashes stands before a place. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === "\\") before--;
  return (at - before) % 2 === 1;
}
