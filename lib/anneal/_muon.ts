import { inRange, oneOf, takes } from "../base/mod.ts";
import { blockProjections } from "./_shapes.ts";
import type { Kernels, Value } from "./kernels.ts";
import type { LlamaConfig } from "./parts.ts";

/**
 * How much a step of an orthogonal matrix `[out, in]` is scaled, so that one learning rate fits all shapes.
 *
 * - `match-rms-adamw`: by 0.2 sqrt(max(out, in)), which makes steps as large as AdamW's, so that its learning rate and weight
 *   decay fit (Moonlight, arXiv:2502.16982, section 2.2)
 * - `original`: by sqrt(max(1, out / in)) (Keller Jordan, 2024), which wants a learning rate of its own
 */
export type MuonScale = "match-rms-adamw" | "original";

/** Options of Muon. */
export interface MuonOptions {
  /** How much of the running mean of gradients stays at each step; the step looks ahead by Nesterov. @default {0.95} */
  momentum?: number;
  /** How much a step is scaled. @default {"match-rms-adamw"} */
  scale?: MuonScale;
  /** The learning rate of matrices as a multiple of the schedule's. @default {1} */
  rateFactor?: number;
}

/** Muon's options, every one set. */
export type Muon = Required<MuonOptions>;

/** What a step's size is multiplied with, by the matrix's shape. */
const SCALES: Record<MuonScale, (out: number, into: number) => number> = {
  "match-rms-adamw": (out, into) => 0.2 * Math.sqrt(Math.max(out, into)),
  "original": (out, into) => Math.sqrt(Math.max(1, out / into)),
};

/** The quintic whose five applications bring every singular value near 1 (Keller Jordan, 2024). */
const NEWTON_SCHULZ = { steps: 5, a: 3.4445, b: -4.775, c: 2.0315, epsilon: 1e-7 };

/** Fill in defaults and check ranges. */
export function checkMuon(options: MuonOptions): Muon {
  const cannot = "Cannot train by Muon";
  takes(cannot, options, "momentum?, scale?, rateFactor?");
  const { momentum = 0.95, scale = "match-rms-adamw", rateFactor = 1 } = options;
  inRange(cannot, { momentum }, "in [0, 1)");
  inRange(cannot, { rateFactor }, "a finite number > 0");
  oneOf(cannot, { scale }, SCALES);
  return { momentum, scale, rateFactor };
}

/**
 * The matrices that Muon steps, each with the rows of the projections that lie in it: all of the blocks', none of the
 * embedding's and the output layer's.
 */
export function muonMatrices(config: LlamaConfig): Map<string, number[]> {
  const projections = Object.entries(blockProjections(config));
  return new Map(
    Array.from({ length: config.layers }, (_, layer) => layer).flatMap((layer) =>
      projections.map(([name, rows]) => [`layers.${layer}.${name}`, rows] as const)
    ),
  );
}

/** A matrix that Muon steps. */
export interface MuonMatrix {
  /** The parameter, as a variable. */
  weight: Value;
  /** The running mean of its gradients, as a variable. */
  first: Value;
  /** Rows of each projection that lies in it. */
  rows: readonly number[];
  /** Columns of all of them. */
  columns: number;
}

/**
 * One step of Muon with decoupled decay, in place: momentum, then each projection's step made orthogonal by Newton-Schulz
 * iterations, as `torch.optim.Muon` does it.
 */
export function muonStep(
  k: Kernels,
  { weight, first, rows, columns }: MuonMatrix,
  gradient: Value,
  { learningRate, decay }: { learningRate: Value; decay: Value | undefined },
  { momentum, scale, rateFactor }: Muon,
): void {
  const before = k.read(first);
  const pull = k.scale(k.subtract(before, gradient), 1 - momentum);
  const mean = k.subtract(before, pull);
  k.assignSubtract(first, pull);
  const ahead = k.add(gradient, k.scale(k.subtract(mean, gradient), momentum));
  const steps = k.split(ahead, rows, 0).map((part, i) =>
    k.scale(orthogonal(k, part, rows[i], columns), rateFactor * SCALES[scale](rows[i], columns))
  );
  const step = k.multiply(k.concat(steps, 0), learningRate);
  const shrunk = decay === undefined ? [] : [k.scale(k.multiply(k.read(weight), decay), rateFactor)];
  k.assignSubtract(weight, k.total([step, ...shrunk]));
}

/** A matrix with its singular values brought near 1. */
function orthogonal(k: Kernels, matrix: Value, rows: number, columns: number): Value {
  const { steps, a, b, c, epsilon } = NEWTON_SCHULZ;
  const tall = rows > columns;
  const norm = k.squareRoot(k.scale(k.halfSquares(matrix), 2));
  const least = k.table(`least ${epsilon}`, () => Float32Array.of(epsilon), [1]);
  const divisor = k.maximum(k.concat([k.reshape(norm, [1]), least], 0), [0]);
  let x = k.divide(tall ? k.transpose(matrix, [1, 0]) : matrix, divisor);
  for (let i = 0; i < steps; i++) {
    const gram = k.matMul(x, x, { transposeB: true });
    const inner = k.add(k.scale(gram, b), k.scale(k.matMul(gram, gram), c));
    x = k.add(k.scale(x, a), k.matMul(inner, x));
  }
  return tall ? k.transpose(x, [1, 0]) : x;
}
