import {
  add,
  addDoubles,
  addIntegers,
  assemble,
  both,
  type Code,
  countUp,
  div,
  first,
  gather,
  i32,
  load,
  loadDouble,
  loadInteger,
  type Local,
  mul,
  pmax,
  type Routine,
  second,
  shiftInteger,
  splat,
  store,
  storeDouble,
  sub,
} from "./_assembler.ts";
import { exp, type Fresh, log, powerOf } from "./_lanes.ts";

/** The routines, on arrays that lie in their memory; all take addresses in bytes. */
interface Kernels {
  memory: WebAssembly.Memory;
  exp(at: number, end: number): void;
  log(at: number, end: number): void;
  sums: SumsRoutine;
  groupedSums: SumsRoutine;
  weightedSums: SumsRoutine;
  groupedWeightedSums: SumsRoutine;
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

interface Machine {
  kernels: Kernels;
  /** The first byte that is free for arrays. */
  base: number;
  /** All that is free. */
  doubles: Float64Array;
  integers: Int32Array;
}

let machine: Machine | undefined;

/** The routines with room for so many doubles. */
function machineOf(count: number): Machine {
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
  });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const kernels = exports as unknown as Kernels;
  const { buffer } = kernels.memory;
  return { kernels, base, doubles: new Float64Array(buffer, base), integers: new Int32Array(buffer, base) };
}

/** Every value of an array in place. */
function inPlace(formula: typeof exp): Routine {
  return {
    parameters: ["i32", "i32"],
    write([at, end], local) {
      const { before, value } = formula(local, load(at.get));
      return countUp(at, end.get, 16, [...before, ...store(at.get, value)]);
    },
  };
}

/**
 * Sums over the blocks of each measured step, with `x = scale (clock - origin)`, held at 0, and `left = (1 + x)^-beta`: of
 * `drop (1 - left)`, `drop left log2(1 + x)` and `drop left x / (1 + x)`; then of the last times one more column or, `weighted`, of
 * two more columns times `1 - left`. Columns lie one behind the other. A block at x = 0 adds nothing, so that two may be taken
 * at a time.
 */
function sums({ grouped, weighted }: { grouped: boolean; weighted: boolean }): Routine {
  return {
    parameters: [...new Array<"i32">(8).fill("i32"), "f64"],
    write([clock, end, until, chosen, columns, stride, out, outStride, beta], local) {
      const [now, exponent] = [local("v128"), local("v128")];
      const totals = Array.from({ length: weighted ? 5 : 4 }, () => local("v128"));
      const [at, other, limit, place] = [local("i32"), local("i32"), local("i32"), local("i32")];
      // The columns are read in order, each time one further on.
      const lanes = (): Code => grouped ? gather(at.get, other.get) : load(at.get);
      const onward = [
        ...at.set(addIntegers(at.get, stride.get)),
        ...(grouped ? other.set(addIntegers(other.get, stride.get)) : []),
      ];
      const body = pair({ now, exponent, totals, lanes, onward, weighted }, local);
      const from = (index: Code) => addIntegers(columns.get, shiftInteger(index, 3));
      const last = loadInteger(until.get);
      const walk = grouped
        ? [
          ...limit.set(addIntegers(chosen.get, shiftInteger(last, 2))),
          ...countUp(place, limit.get, 8, [
            ...at.set(from(loadInteger(place.get))),
            ...other.set(from(loadInteger(place.get, 4))),
            ...body,
          ]),
        ]
        : [
          ...place.set(columns.get),
          ...limit.set(from(last)),
          ...countUp(place, limit.get, 16, [...at.set(place.get), ...body]),
        ];
      return [
        ...place.set(chosen.get),
        ...exponent.set(splat(beta.get)),
        ...countUp(clock, end.get, 8, [
          ...now.set(splat(loadDouble(clock.get))),
          ...totals.flatMap((total) => total.set(both(0))),
          ...walk,
          ...at.set(out.get),
          ...totals.flatMap((total) => [
            ...storeDouble(at.get, addDoubles(first(total.get), second(total.get))),
            ...at.set(addIntegers(at.get, outStride.get)),
          ]),
          ...out.set(addIntegers(out.get, i32(8))),
          ...until.set(addIntegers(until.get, i32(4))),
        ]),
      ];
    },
  };
}

/** Two blocks' part of the sums. */
function pair(
  { now, exponent, totals, lanes, onward, weighted }: {
    now: Local;
    exponent: Local;
    totals: readonly Local[];
    lanes: () => Code;
    onward: Code;
    weighted: boolean;
  },
  local: Fresh,
): Code {
  const [scale, x, whole, drop, left, slope, kept] = Array.from({ length: 7 }, () => local("v128"));
  const power = powerOf(local, whole.get, exponent.get);
  const plus = (total: Local, value: Code) => total.set(add(total.get, value));
  return [
    ...scale.set(lanes()),
    ...onward,
    ...x.set(pmax(mul(scale.get, sub(now.get, lanes())), both(0))),
    ...onward,
    ...drop.set(lanes()),
    ...whole.set(add(x.get, both(1))),
    ...slope.set(div(mul(drop.get, x.get), whole.get)),
    ...power.before,
    ...left.set(power.value),
    ...kept.set(mul(drop.get, left.get)),
    ...slope.set(mul(slope.get, left.get)),
    ...plus(totals[0], sub(drop.get, kept.get)),
    ...plus(totals[1], mul(kept.get, power.log2)),
    ...plus(totals[2], slope.get),
    ...(weighted
      ? [
        ...left.set(sub(both(1), left.get)),
        ...onward,
        ...plus(totals[3], mul(lanes(), left.get)),
        ...onward,
        ...plus(totals[4], mul(lanes(), left.get)),
      ]
      : [...onward, ...plus(totals[3], mul(slope.get, lanes()))]),
  ];
}

function apply(routine: "exp" | "log", values: Float64Array): void {
  const { kernels, base, doubles } = machineOf(values.length + 1);
  doubles.set(values);
  kernels[routine](base, base + 8 * values.length);
  values.set(doubles.subarray(0, values.length));
}

/** Exponentials of an array's values in place, within an ulp; arguments beyond -708 and 709 are held there. */
export function expAll(values: Float64Array): void {
  apply("exp", values);
}

/** Natural logarithms of an array's values in place, within an ulp; NaN of what is not a normal positive number. */
export function logAll(values: Float64Array): void {
  apply("log", values);
}

/** Blocks to sum at measured steps. */
export interface Blocks {
  /** The time at each measured step. */
  clock: Float64Array;
  /** How many blocks lie at or before each step; with `chosen` where its part of that list ends, an even number. */
  until: Int32Array;
  /** The blocks of each step, one step after the other, where not all that lie before are summed. */
  chosen: Int32Array | undefined;
  /** A factor of the time since the block, the block's time, its drop, and one or two more. */
  columns: readonly Float64Array[];
}

/** The sums of `(1 + x)^-beta` over blocks, one array of all measured steps after the other, as views that the next call overwrites. */
export function powerSums({ clock, until, chosen, columns }: Blocks, beta: number): Float64Array[] {
  const count = clock.length;
  // One more, so that the last of an odd number has a neighbour.
  const stride = columns[0].length + 1;
  const weighted = columns.length > 4;
  const width = weighted ? 5 : 4;
  const out = count + stride * columns.length;
  const wide = out + count * width;
  const { kernels, base, doubles, integers } = machineOf(wide + count + (chosen?.length ?? 0));
  doubles.set(clock);
  columns.forEach((column, c) => {
    doubles.set(column, count + c * stride);
    doubles[count + (c + 1) * stride - 1] = 0;
  });
  integers.set(until, 2 * wide);
  if (chosen) integers.set(chosen, 2 * wide + count);
  const routine = chosen
    ? weighted ? kernels.groupedWeightedSums : kernels.groupedSums
    : weighted
    ? kernels.weightedSums
    : kernels.sums;
  const at = (double: number) => base + 8 * double;
  routine(at(0), at(count), at(wide), at(wide) + 4 * count, at(count), 8 * stride, at(out), 8 * count, -beta);
  return Array.from({ length: width }, (_, i) => doubles.subarray(out + i * count, out + (i + 1) * count));
}
