/** The part of LightGBM's C API (version 4) that training, predicting and keeping a model need. */
const SYMBOLS = {
  LGBM_GetLastError: { parameters: [], result: "pointer" },
  LGBM_DatasetCreateFromMat: {
    // data, type, rows, columns, row-major, parameters, reference, out
    parameters: ["buffer", "i32", "i32", "i32", "i32", "buffer", "pointer", "buffer"],
    result: "i32",
  },
  LGBM_DatasetSetField: { parameters: ["pointer", "buffer", "buffer", "i32", "i32"], result: "i32" },
  LGBM_DatasetFree: { parameters: ["pointer"], result: "i32" },
  LGBM_BoosterCreate: { parameters: ["pointer", "buffer", "buffer"], result: "i32" },
  LGBM_BoosterLoadModelFromString: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
  LGBM_BoosterAddValidData: { parameters: ["pointer", "pointer"], result: "i32" },
  LGBM_BoosterUpdateOneIter: { parameters: ["pointer", "buffer"], result: "i32" },
  LGBM_BoosterGetCurrentIteration: { parameters: ["pointer", "buffer"], result: "i32" },
  LGBM_BoosterGetNumFeature: { parameters: ["pointer", "buffer"], result: "i32" },
  LGBM_BoosterGetEvalCounts: { parameters: ["pointer", "buffer"], result: "i32" },
  LGBM_BoosterGetEvalNames: {
    // booster, room, out count, length of each, out length needed, out texts
    parameters: ["pointer", "i32", "buffer", "usize", "buffer", "buffer"],
    result: "i32",
  },
  LGBM_BoosterGetEval: { parameters: ["pointer", "i32", "buffer", "buffer"], result: "i32" },
  LGBM_BoosterPredictForMat: {
    // booster, data, type, rows, columns, row-major, kind, first round, rounds, parameters, out length, out
    parameters: [
      "pointer",
      "buffer",
      "i32",
      "i32",
      "i32",
      "i32",
      "i32",
      "i32",
      "i32",
      "buffer",
      "buffer",
      "buffer",
    ],
    result: "i32",
  },
  LGBM_BoosterSaveModelToString: {
    // booster, first round, rounds, importance type, room, out length, out
    parameters: ["pointer", "i32", "i32", "i32", "i64", "buffer", "buffer"],
    result: "i32",
  },
  LGBM_BoosterFree: { parameters: ["pointer"], result: "i32" },
  // room, out length, out
  LGBM_DumpParamAliases: { parameters: ["i64", "buffer", "buffer"], result: "i32" },
} as const;

/** LightGBM's data types. */
const FLOAT32 = 0;
const FLOAT64 = 1;

type Symbols = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** A handle that LightGBM gave out. */
export type Handle = Deno.PointerObject;

/** A matrix as LightGBM takes it: the rows one after another. */
export interface Matrix {
  values: Float64Array<ArrayBuffer>;
  rows: number;
  columns: number;
}

/** A C string. */
const text = (words: string) => new TextEncoder().encode(words + "\0");

/**
 * LightGBM's C API with its conventions taken away: a call that fails throws what LightGBM says, and what it gives out
 * through a pointer is returned. Whoever gets a handle frees it.
 */
export class LightGbmLibrary {
  #symbols: Symbols;

  constructor(path: string) {
    this.#symbols = Deno.dlopen(path, SYMBOLS).symbols;
  }

  /** The names of all parameters, their aliases among them: it passes over what it does not know. */
  get parameterNames(): string[] {
    const aliases: Record<string, string[]> = JSON.parse(
      this.#words((room, length) => this.#symbols.LGBM_DumpParamAliases(BigInt(room.length), length, room)),
    );
    return Object.entries(aliases).flatMap(([name, others]) => [name, ...others]);
  }

  createDataset(matrix: Matrix, labels: Float32Array<ArrayBuffer>, options: {
    parameters: string;
    /** A data set whose bins this one must share. */
    reference: Handle | null;
  }): Handle {
    const { values, rows, columns } = matrix;
    const { parameters, reference } = options;
    const dataset = this.#handle((out) =>
      this.#symbols.LGBM_DatasetCreateFromMat(
        values,
        FLOAT64,
        rows,
        columns,
        1,
        text(parameters),
        reference,
        out,
      )
    );
    try {
      this.#check(
        this.#symbols.LGBM_DatasetSetField(dataset, text("label"), labels, labels.length, FLOAT32),
      );
    } catch (error) {
      this.freeDataset(dataset);
      throw error;
    }
    return dataset;
  }

  freeDataset(dataset: Handle): void {
    this.#check(this.#symbols.LGBM_DatasetFree(dataset));
  }

  createBooster(dataset: Handle, parameters: string): Handle {
    return this.#handle((out) => this.#symbols.LGBM_BoosterCreate(dataset, text(parameters), out));
  }

  loadBooster(model: string): Handle {
    const rounds = new Int32Array(1);
    return this.#handle((out) => this.#symbols.LGBM_BoosterLoadModelFromString(text(model), rounds, out));
  }

  addValidation(booster: Handle, dataset: Handle): void {
    this.#check(this.#symbols.LGBM_BoosterAddValidData(booster, dataset));
  }

  /** One round of boosting; true when no tree can be split any more. */
  update(booster: Handle): boolean {
    return this.#number((out) => this.#symbols.LGBM_BoosterUpdateOneIter(booster, out)) === 1;
  }

  rounds(booster: Handle): number {
    return this.#number((out) => this.#symbols.LGBM_BoosterGetCurrentIteration(booster, out));
  }

  columns(booster: Handle): number {
    return this.#number((out) => this.#symbols.LGBM_BoosterGetNumFeature(booster, out));
  }

  /** The names of the metrics, in the order in which {@linkcode evaluate} returns them. */
  metricNames(booster: Handle): string[] {
    const room = 128;
    const count = this.#number((out) => this.#symbols.LGBM_BoosterGetEvalCounts(booster, out));
    const names = Array.from({ length: count }, () => new Uint8Array(room));
    const pointers = BigUint64Array.from(
      names,
      (name) => Deno.UnsafePointer.value(Deno.UnsafePointer.of(name)),
    );
    const needed = new BigUint64Array(1);
    const written = new Int32Array(1);
    this.#check(
      this.#symbols.LGBM_BoosterGetEvalNames(booster, count, written, BigInt(room), needed, pointers),
    );
    return names.map((name) => new TextDecoder().decode(name.subarray(0, name.indexOf(0))));
  }

  /** Every metric on the validation data, after the latest round. */
  evaluate(booster: Handle, metrics: Float64Array<ArrayBuffer>): void {
    this.#check(this.#symbols.LGBM_BoosterGetEval(booster, 1, new Int32Array(1), metrics));
  }

  predict(booster: Handle, { values, rows, columns }: Matrix, rounds: number): Float64Array {
    const out = new Float64Array(rows);
    const parameters = text("num_threads=1");
    this.#check(this.#symbols.LGBM_BoosterPredictForMat(
      booster,
      values,
      FLOAT64,
      rows,
      columns,
      1,
      0,
      0,
      rounds,
      parameters,
      new BigInt64Array(1),
      out,
    ));
    return out;
  }

  save(booster: Handle, rounds: number): string {
    return this.#words((room, length) =>
      this.#symbols.LGBM_BoosterSaveModelToString(booster, 0, rounds, 0, BigInt(room.length), length, room)
    );
  }

  freeBooster(booster: Handle): void {
    this.#check(this.#symbols.LGBM_BoosterFree(booster));
  }

  #handle(call: (out: BigUint64Array<ArrayBuffer>) => number): Handle {
    const out = new BigUint64Array(1);
    this.#check(call(out));
    return Deno.UnsafePointer.create(out[0])!;
  }

  #number(call: (out: Int32Array<ArrayBuffer>) => number): number {
    const out = new Int32Array(1);
    this.#check(call(out));
    return out[0];
  }

  /** What a call writes that says how much room it needs. */
  #words(call: (room: Uint8Array<ArrayBuffer>, length: BigInt64Array<ArrayBuffer>) => number): string {
    const length = new BigInt64Array(1);
    this.#check(call(new Uint8Array(1), length));
    const room = new Uint8Array(Number(length[0]));
    this.#check(call(room, length));
    return new TextDecoder().decode(room.subarray(0, -1));
  }

  #check(code: number): void {
    if (code === 0) return;
    const words = Deno.UnsafePointerView.getCString(this.#symbols.LGBM_GetLastError()!);
    throw new Error(`LightGBM says: ${words}`);
  }
}
