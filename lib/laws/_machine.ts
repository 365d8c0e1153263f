import { assemble } from "./_assembler.ts";
import { huberRoutines } from "./_huber_routines.ts";
import { exp, log } from "./_lanes.ts";
import { inPlace, sums } from "./_routines.ts";

/** The routines, on arrays that lie in their memory; all take addresses in bytes. */
export interface Kernels {
  memory: WebAssembly.Memory;
  exp(at: number, end: number, factor: number): void;
  log(at: number, end: number, factor: number): void;
  sums: SumsRoutine;
  groupedSums: SumsRoutine;
  weightedSums: SumsRoutine;
  groupedWeightedSums: SumsRoutine;
  weigh(
    rest: number,
    end: number,
    weights: number,
    pulls: number,
    curves: number,
    delta: number,
    flat: number,
  ): void;
  gramRow(row: number, size: number, curves: number, pulls: number, columns: number, out: number): void;
  combine(columns: number, end: number, size: number, factors: number, out: number): void;
  probe(
    rest: number,
    end: number,
    change: number,
    weights: number,
    out: number,
    length: number,
    delta: number,
  ): void;
  advance(
    rest: number,
    end: number,
    change: number,
    weights: number,
    out: number,
    length: number,
    delta: number,
  ): void;
}

type SumsRoutine = (
  clock: number,
  end: number,
  until: number,
  chosen: number,
  columns: number,
  stride: number,
  out: number,
  outStride: number,
  beta: number,
) => void;

/** The routines and their memory: what is in it lasts until the next who asks. */
export interface Machine {
  kernels: Kernels;
  /** The first byte that is free for arrays. */
  base: number;
  /** All that is free. */
  doubles: Float64Array;
  integers: Int32Array;
}

let machine: Machine | undefined;

/** Doubles that the routines take for so many. */
export function paddedSize(count: number): number {
  return Math.ceil(count / 8) * 8;
}

/** The routines with room for so many doubles. */
export function machineOf(count: number): Machine {
  machine ??= start();
  const { kernels: { memory }, base } = machine;
  const lacking = base + 8 * count - memory.buffer.byteLength;
  if (lacking > 0) {
    memory.grow(Math.ceil(lacking / 65536));
    machine.doubles = new Float64Array(memory.buffer, base);
    machine.integers = new Int32Array(memory.buffer, base);
  }
  return machine;
}

function start(): Machine {
  const { bytes, free: base } = assemble({
    exp: inPlace(exp),
    log: inPlace(log),
    sums: sums({ grouped: false, weighted: false }),
    groupedSums: sums({ grouped: true, weighted: false }),
    weightedSums: sums({ grouped: false, weighted: true }),
    groupedWeightedSums: sums({ grouped: true, weighted: true }),
    ...huberRoutines,
  });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const kernels = exports as unknown as Kernels;
  const { buffer } = kernels.memory;
  return { kernels, base, doubles: new Float64Array(buffer, base), integers: new Int32Array(buffer, base) };
}
