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

/** Bytes of one element. */
const BYTES: Record<string, number> = { F32: 4, BF16: 2, F16: 2 };

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
      const length = Number(
        new DataView((await readAt(file, 0, new Uint8Array(8))).buffer).getBigUint64(0, true),
      );
      if (length > Math.min(size - 8, LONGEST_HEADER)) throw broken(`its header would have ${length} bytes`);
      const text = new TextDecoder().decode(await readAt(file, 8, new Uint8Array(length)));
      let header: Record<string, TensorEntry>;
      try {
        header = JSON.parse(text);
      } catch {
        throw broken(`its header is not JSON: ${text.slice(0, 40)}`);
      }
      delete header.__metadata__;
      for (const [name, { dtype, shape, data_offsets: [from, to] }] of Object.entries(header)) {
        if (!(dtype in BYTES)) {
          throw broken(`tensor ${name} has dtype ${dtype}, not one of ${Object.keys(BYTES)}`);
        }
        const bytes = shape.reduce((product, n) => product * n, BYTES[dtype]);
        if (!(from >= 0 && to - from === bytes)) {
          throw broken(`tensor ${name} of shape [${shape}] has ${to - from} bytes, not ${bytes}`);
        }
        if (8 + length + to > size) throw broken(`it ends within tensor ${name}`);
      }
      return new SafetensorsFile(file, path, header, 8 + length);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Read one tensor as float32 into `target`; float32 goes there without a copy between. */
  async read(name: string, target: Float32Array): Promise<void> {
    const entry = this.entries[name];
    if (!entry) throw new RangeError(`Cannot read ${name} from ${this.#path} as it is not there`);
    const { dtype, data_offsets: [from, to] } = entry;
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
