import { join } from "node:path";
import { must } from "../base/mod.ts";
import { sizeOf } from "./_shapes.ts";
import { READ_TYPES, SafetensorsFile, type TensorEntry } from "./_safetensors.ts";

/** The tensors of one or more safetensors files, checked against what a model needs before any is read. */
export class StoredTensors {
  readonly #path: string;
  readonly #files: readonly SafetensorsFile[];
  readonly #places = new Map<string, { file: SafetensorsFile; entry: TensorEntry }>();

  private constructor(path: string, files: readonly SafetensorsFile[]) {
    this.#path = path;
    this.#files = files;
  }

  /**
   * Open files of a folder and read their headers.
   *
   * @throws {SyntaxError} If one is no whole safetensors file.
   * @throws {RangeError} If two hold a tensor of one name.
   */
  static async open(path: string, names: readonly string[]): Promise<StoredTensors> {
    const files: SafetensorsFile[] = [];
    const stored = new StoredTensors(path, files);
    try {
      for (const name of names) {
        const file = await SafetensorsFile.open(join(path, name));
        files.push(file);
        for (const [tensor, entry] of Object.entries(file.entries)) {
          if (stored.#places.has(tensor)) {
            throw new RangeError(
              `Cannot load ${path} as a tensor must lie in one file: ${tensor} lies in two`,
            );
          }
          stored.#places.set(tensor, { file, entry });
        }
      }
      return stored;
    } catch (error) {
      stored[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Check that the files hold about as many tensors as a model has, before a list of them is made: a configuration may claim
   * any number of layers.
   *
   * @throws {RangeError} If thousands are missing.
   */
  checkCount(tensors: number): void {
    const { size } = this.#places;
    if (tensors - size > 1000) {
      throw new RangeError(
        `Cannot load ${this.#path} as its files must hold the ${tensors} tensors of its configuration: they hold ${size}`,
      );
    }
  }

  /**
   * Check that every tensor that is needed is there, of its shape and of a type that is read, and no other one that could be a
   * weight; others of integers, truth values or float64 are no weights of ours unless they are called so.
   *
   * @param ignored Whether a tensor that is not needed may be passed over by its name.
   * @throws {RangeError} If not; the message names the tensor.
   */
  check(
    needed: readonly { name: string; shape: readonly number[] }[],
    ignored: (name: string) => boolean,
  ): void {
    const cannot = `Cannot load ${this.#path}`;
    const wanted = new Map(needed.map(({ name, shape }) => [name, shape]));
    for (const [name, { entry: { dtype, shape } }] of this.#places) {
      const needs = wanted.get(name);
      const read = READ_TYPES.includes(dtype);
      if (!needs) {
        if (ignored(name) || !read && !/\.(weight|bias)$/.test(name)) continue;
        throw new RangeError(`${cannot} as this model has no tensor ${name}`);
      }
      must(cannot, `tensor ${name} must be of type ${READ_TYPES.join(", ")}`, dtype, read);
      if (`${shape}` !== `${needs}`) {
        throw new RangeError(`${cannot} as tensor ${name} must have shape [${needs}]: it has [${shape}]`);
      }
      wanted.delete(name);
    }
    const [missing] = wanted.keys();
    if (missing !== undefined) {
      throw new RangeError(
        `${cannot} as tensor ${missing} is missing (${wanted.size} of ${needed.length} are)`,
      );
    }
  }

  /**
   * Read one tensor as float32.
   *
   * @throws {RangeError} If it holds NaN or an infinity.
   */
  async read(name: string, target: Float32Array): Promise<void> {
    await this.#places.get(name)!.file.read(name, target);
    checkFinite(this.#path, name, target);
  }

  /** Whether a tensor has the values of another one, or is not there. */
  async repeats(name: string, values: Float32Array): Promise<boolean> {
    const place = this.#places.get(name);
    if (place === undefined) return true;
    const { dtype, shape } = place.entry;
    if (!READ_TYPES.includes(dtype) || sizeOf(shape) !== values.length) return false;
    const found = new Float32Array(values.length);
    await place.file.read(name, found);
    return found.every((x, i) => x === values[i]);
  }

  /** Close the files. */
  [Symbol.dispose](): void {
    for (const file of this.#files) file[Symbol.dispose]();
  }
}

/** Check that a tensor's numbers are finite: training on others would only tell that it diverged. */
export function checkFinite(path: string, name: string, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    // A difference that is not 0: what `Number.isFinite` says, five times as fast.
    if (values[i] - values[i] === 0) continue;
    const rule = `tensor ${name} must hold finite numbers`;
    must(`Cannot load ${path}`, rule, `${values[i]} at element ${i}`, false);
  }
}
