// deno-lint-ignore-file camelcase -- LightGBM's names
import { nearest, takes, wholeNumber } from "../base/mod.ts";
import { ensure } from "../native/mod.ts";
import { type Handle, LightGbmLibrary, type Matrix } from "./_lightgbm.ts";
import { checkTargets, flatten, type Rows } from "./_rows.ts";

/** A value of one of LightGBM's parameters; a list is joined by commas. */
export type LightGbmParameter = string | number | boolean | readonly string[];

/** Rows to measure a booster on while it is trained. */
export interface Validation {
  /** One array of features a row. */
  x: Rows;
  /** One target a row. */
  y: ArrayLike<number>;
}

/** Options of {@linkcode LightGbm.train}. */
export interface BoosterOptions {
  /**
   * LightGBM's own parameters by their documented names, for example `{ learning_rate: 0.01, metric: ["l1", "l2"] }`.
   * Unless given: `objective=regression`, `num_threads=1`, `verbosity=-1`, and `deterministic` with `force_col_wise`, as
   * LightGBM otherwise times two ways of summing and the last digit hangs on which was faster.
   * @default {{}}
   */
  parameters?: Readonly<Record<string, LightGbmParameter>>;
  /** Rounds of boosting, one tree each. @default {100} */
  rounds?: number;
  /** Measured after each round, see {@linkcode Booster.history}. @default {none} */
  validation?: Validation;
  /**
   * Stop when any one metric on the validation rows has not become smaller for so many rounds, and predict with the rounds
   * up to that metric's best: the rule of Python's `early_stopping`.
   * @default {none: all rounds}
   */
  patience?: number;
}

/**
 * Gradient-boosted trees. Free it by `using`, or call its `[Symbol.dispose]`: the memory is LightGBM's, and garbage
 * collection does not see it.
 */
export class Booster implements Disposable {
  /** Rounds that `predict` uses. */
  readonly rounds: number;
  /** Features a row. */
  readonly columns: number;
  /** Each metric on the validation rows, one value a round trained; empty without validation. */
  readonly history: Readonly<Record<string, readonly number[]>>;
  #library: LightGbmLibrary;
  #handle: Handle | undefined;

  /** A booster over a handle, which it owns from here on; {@linkcode LightGbm} makes one. */
  constructor(
    library: LightGbmLibrary,
    handle: Handle,
    known: { rounds: number; history: Record<string, number[]> },
  ) {
    this.#library = library;
    this.#handle = handle;
    this.rounds = known.rounds;
    this.history = known.history;
    this.columns = library.columns(handle);
  }

  /**
   * The predicted target of each row.
   *
   * @throws {RangeError} If rows have another number of features than those it was trained on, or one is not finite.
   * @throws {TypeError} If the booster has been disposed.
   */
  predict(x: Rows): Float64Array {
    const matrix = flatten(x, "predict");
    if (matrix.columns !== this.columns) {
      throw new RangeError(
        `Cannot predict as rows must have ${this.columns} features: they have ${matrix.columns}`,
      );
    }
    return this.#library.predict(this.#alive(), matrix, this.rounds);
  }

  /** The model in LightGBM's text format, which its other bindings read too; {@linkcode LightGbm.load} takes it. */
  save(): string {
    return this.#library.save(this.#alive(), this.rounds);
  }

  /** Give its memory back. Disposing twice is allowed. */
  [Symbol.dispose](): void {
    if (this.#handle) this.#library.freeBooster(this.#handle);
    this.#handle = undefined;
  }

  #alive(): Handle {
    if (!this.#handle) throw new TypeError("Cannot use a booster as it has been disposed");
    return this.#handle;
  }
}

/** LightGBM's library, loaded; {@linkcode openLightGbm} makes one. */
export class LightGbm {
  #library: LightGbmLibrary;

  /** Load the shared library at a path. */
  constructor(path: string) {
    this.#library = new LightGbmLibrary(path);
  }

  /**
   * Train gradient-boosted trees.
   *
   * Targets are single-precision in LightGBM, so they are rounded to it; all else is in doubles.
   *
   * @param x One array of features a row.
   * @param y One target a row.
   * @throws {RangeError} If rows differ in length, a value is not finite, or a count is not a whole number >= 1.
   * @throws {TypeError} If a parameter cannot be written, or `patience` comes without `validation`.
   * @throws {Error} If LightGBM refuses, with its words.
   */
  train(x: Rows, y: ArrayLike<number>, options: BoosterOptions = {}): Booster {
    takes("Cannot train a booster", options, "parameters?, rounds?, validation?, patience?");
    const { rounds = 100, validation, patience } = options;
    const matrix = flatten(x, "train a booster");
    checkTargets(y, matrix.rows, "train a booster");
    wholeNumber("Cannot train a booster", { rounds, patience: patience ?? 1 }, ">= 1");
    if (patience !== undefined && !validation) {
      throw new TypeError("Cannot train a booster as patience needs validation rows: there are none");
    }
    const check = validation && flatten(validation.x, "validate a booster");
    if (check && check.columns !== matrix.columns) {
      throw new RangeError(
        `Cannot validate a booster as rows must have ${matrix.columns} features: they have ${check.columns}`,
      );
    }
    if (check) checkTargets(validation.y, check.rows, "validate a booster");
    const library = this.#library;
    checkNames(options.parameters ?? {}, library.parameterNames);
    const parameters = parameterText(options.parameters ?? {});
    const datasets: Handle[] = [];
    const dataset = (matrix: Matrix, targets: ArrayLike<number>) => {
      const labels = Float32Array.from(targets);
      datasets.push(library.createDataset(matrix, labels, { parameters, reference: datasets[0] ?? null }));
      return datasets.at(-1)!;
    };
    let booster: Handle | undefined;
    try {
      booster = library.createBooster(dataset(matrix, y), parameters);
      if (check) library.addValidation(booster, dataset(check, validation.y));
      const known = boost(library, booster, { rounds, patience, measured: check !== undefined });
      return new Booster(library, booster, known);
    } catch (error) {
      if (booster) library.freeBooster(booster);
      throw error;
    } finally {
      for (const one of datasets) library.freeDataset(one);
    }
  }

  /**
   * A booster out of the text that {@linkcode Booster.save} wrote, or another binding of LightGBM.
   *
   * @throws {SyntaxError} If it is no such text.
   */
  load(model: string): Booster {
    // LightGBM itself ends the process where the tree sizes do not fit the text.
    if (!model.startsWith("tree\n") || !model.includes("\nend of trees\n")) {
      throw new SyntaxError(
        `Cannot load a booster as the text must be a model of LightGBM: it starts with ${
          JSON.stringify(model.slice(0, 20))
        } and has ${model.length} characters`,
      );
    }
    const handle = this.#library.loadBooster(model);
    return new Booster(this.#library, handle, { rounds: this.#library.rounds(handle), history: {} });
  }
}

let opened: Promise<LightGbm> | undefined;

/**
 * LightGBM through its C API: no Python. The library comes out of a package the first time (3.5 MB, see `midtrain/native`),
 * and is loaded once a process.
 *
 * @throws {Error} If the library cannot be had or loaded here; the message says what is missing.
 * @example Trees on two columns
 * ```ts ignore
 * import { openLightGbm } from "midtrain/mix";
 *
 * const lightgbm = await openLightGbm();
 * const x = Array.from({ length: 100 }, (_, i) => [i / 100, (i * 7 % 100) / 100]);
 * using booster = lightgbm.train(x, x.map(([a]) => a * a), { rounds: 50 });
 * booster.predict([[0.5, 0.5]]); // about 0.25
 * ```
 */
export function openLightGbm(): Promise<LightGbm> {
  return opened ??= open().catch((error) => {
    opened = undefined;
    throw error;
  });
}

async function open(): Promise<LightGbm> {
  const { library } = await ensure("lightgbm");
  try {
    return new LightGbm(library);
  } catch (error) {
    throw new Error(
      `Cannot load LightGBM: it needs the system's OpenMP, \`apt-get install libgomp1\` where that is missing (${
        error instanceof Error ? error.message : error
      })`,
    );
  }
}

const defaults: Record<string, LightGbmParameter> = {
  objective: "regression",
  num_threads: 1,
  verbosity: -1,
  deterministic: true,
  force_col_wise: true,
};

/** Parameters as LightGBM reads them. */
function parameterText(given: Readonly<Record<string, LightGbmParameter>>): string {
  return Object.entries({ ...defaults, ...given }).map(([name, value]) => {
    const written = Array.isArray(value) ? value.join(",") : String(value);
    if (!/^[a-z_0-9]+$/.test(name) || !/^[^\s=]+$/.test(written)) {
      throw new TypeError(
        `Cannot train a booster as a parameter must be a name and a value without blanks: current value is ${name} = ${
          JSON.stringify(value)
        }`,
      );
    }
    return `${name}=${written}`;
  }).join(" ");
}

/** Throw where LightGBM has no such parameter: it would pass over it. */
function checkNames(given: Readonly<Record<string, LightGbmParameter>>, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => /^[a-z_0-9]+$/.test(name) && !known.includes(name));
  if (unknown === undefined) return;
  const meant = nearest(unknown, known);
  throw new TypeError(
    `Cannot train a booster as LightGBM has no parameter ${unknown}${
      meant ? `: did you mean ${meant}?` : ""
    }`,
  );
}

/** Round after round, with the stopping rule of Python's `early_stopping`. */
function boost(
  library: LightGbmLibrary,
  booster: Handle,
  { rounds, patience, measured }: { rounds: number; patience: number | undefined; measured: boolean },
): { rounds: number; history: Record<string, number[]> } {
  const names = measured ? library.metricNames(booster) : [];
  const metrics = new Float64Array(names.length);
  const history = names.map(() => [] as number[]);
  const best = names.map(() => ({ value: Infinity, round: 0 }));
  const curves = () => Object.fromEntries(names.map((name, at) => [name, history[at]]));
  for (let round = 1; round <= rounds; round++) {
    const finished = library.update(booster);
    if (finished) break;
    if (!measured) continue;
    library.evaluate(booster, metrics);
    for (const [at, value] of metrics.entries()) {
      history[at].push(value);
      if (value < best[at].value) best[at] = { value, round };
    }
    const stuck = best.find((one) => patience !== undefined && round - one.round >= patience);
    if (stuck) return { rounds: stuck.round, history: curves() };
  }
  const used = patience === undefined ? library.rounds(booster) : best[0]?.round || library.rounds(booster);
  return { rounds: used, history: curves() };
}
