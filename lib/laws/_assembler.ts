/**
 * WebAssembly from TypeScript: an instruction is a function of its operands that gives bytes, so that a routine reads as its
 * formulas do. Only what the routines of `_vector.ts` need: 32-bit addresses, doubles, and pairs of doubles (SIMD).
 */

/** Bytes of instructions. */
export type Code = readonly number[];

/** What a local holds: an address or a count, a double, two doubles. */
export type Type = "i32" | "f64" | "v128";

/** A variable of a routine. */
export interface Local {
  /** Its value. */
  get: Code;
  /** Give it another. */
  set(value: Code): Code;
}

/** A function that the module exports; it gives nothing back but what it stores. */
export interface Routine {
  parameters: readonly Type[];
  write(parameters: readonly Local[], local: (type: Type) => Local): Code;
}

const TYPES = { i32: 0x7f, f64: 0x7c, v128: 0x7b };

type Operation = (...operands: Code[]) => Code;

function operation(...bytes: number[]): Operation {
  return (...operands) => [...operands.flat(), ...bytes];
}

/** An operation on two lanes. */
function lanes(opcode: number): Operation {
  return operation(0xfd, ...unsigned(opcode));
}

export const add = lanes(0xf0);
export const sub = lanes(0xf1);
export const mul = lanes(0xf2);
export const div = lanes(0xf3);
export const abs = lanes(0xec);
export const negate = lanes(0xed);
export const pmin = lanes(0xf6);
export const pmax = lanes(0xf7);
export const and = lanes(0x4e);
export const or = lanes(0x50);
export const not = lanes(0x4d);
/** The first where the third's bits are set, the second elsewhere. */
export const select = lanes(0x52);
export const equal = lanes(0x47);
export const less = lanes(0x49);
export const atLeast = lanes(0x4c);
export const addBits = lanes(0xce);
export const shiftLeft = (bits: Code, count: number): Code => lanes(0xcb)(bits, i32(count));
export const shiftRight = (bits: Code, count: number): Code => lanes(0xcd)(bits, i32(count));
export const splat = lanes(0x14);
export const first = (value: Code): Code => [...value, 0xfd, 0x21, 0];
export const second = (value: Code): Code => [...value, 0xfd, 0x21, 1];
export const load = (address: Code, offset = 0): Code => [...address, 0xfd, 0x00, 3, ...unsigned(offset)];
/** A double in both lanes. */
export const loadSplat = (address: Code): Code => [...address, 0xfd, 0x0a, 3, 0];
export const store = (address: Code, value: Code): Code => [...address, ...value, 0xfd, 0x0b, 3, 0];
/** Two doubles from two places. */
export const gather = (
  one: Code,
  other: Code,
): Code => [...other, ...one, 0xfd, 0x5d, 3, 0, 0xfd, 0x57, 3, 0, 1];

export const loadDouble = (address: Code): Code => [...address, 0x2b, 3, 0];
export const storeDouble = (address: Code, value: Code): Code => [...address, ...value, 0x39, 3, 0];
export const addDoubles = operation(0xa0);
export const loadInteger = (address: Code, offset = 0): Code => [...address, 0x28, 2, ...unsigned(offset)];
export const addIntegers = operation(0x6a);
export const shiftInteger = (value: Code, count: number): Code => [...value, ...i32(count), 0x74];

/** An integer. */
export function i32(value: number): Code {
  const bytes = [0x41];
  for (;;) {
    const byte = value & 0x7f;
    value >>= 7;
    const last = (value === 0 && !(byte & 0x40)) || (value === -1 && (byte & 0x40));
    bytes.push(last ? byte : byte | 0x80);
    if (last) return bytes;
  }
}

/** Constants of a module by their bits: kept in memory, as an instruction that makes one costs more than one that reads it. */
const table = new Map<bigint, number>();

/** The same double, or the same 64 bits, in both lanes. */
export function both(value: number | bigint): Code {
  const bits = typeof value === "bigint" ? value : new BigUint64Array(Float64Array.of(value).buffer)[0];
  if (!table.has(bits)) table.set(bits, 16 * table.size);
  return [0x41, 0, 0xfd, 0x00, 3, ...unsigned(table.get(bits)!)];
}

/** Repeat while `at` lies before `end`, both addresses or counts. */
export function countUp(at: Local, end: Code, step: number, body: Code): Code {
  const more = [...at.get, ...end, 0x49];
  const round = [...body, ...at.set(addIntegers(at.get, i32(step))), ...more, 0x0d, 0];
  return [...more, 0x04, 0x40, 0x03, 0x40, ...round, 0x0b, 0x0b];
}

/** A module with a growing memory and these routines, exported under their names; `free` is the first byte that they leave. */
export function assemble(
  routines: Readonly<Record<string, Routine>>,
): { bytes: Uint8Array<ArrayBuffer>; free: number } {
  const list = Object.entries(routines);
  const types = list.map(([, { parameters }]) => [
    0x60,
    ...vector(parameters.map((type) => [TYPES[type]])),
    0,
  ]);
  const exported = list.map(([name], i) => [...text(name), 0, ...unsigned(i)]);
  const bodies = list.map(([, routine]) => body(routine));
  const constants = new Uint8Array(
    BigUint64Array.from([...table.keys()].flatMap((bits) => [bits, bits])).buffer,
  );
  const bytes = Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(3, vector(list.map((_, i) => unsigned(i)))),
    ...section(5, vector([[0, 1]])),
    ...section(7, vector([[...text("memory"), 2, 0], ...exported])),
    ...section(10, vector(bodies)),
    ...section(11, vector([[0, ...i32(0), 0x0b, ...unsigned(constants.length), ...constants]])),
  ]);
  return { bytes, free: constants.length };
}

function body({ parameters, write }: Routine): number[] {
  const types: Type[] = [];
  const local = (index: number): Local => ({
    get: [0x20, ...unsigned(index)],
    set: (value) => [...value, 0x21, ...unsigned(index)],
  });
  const code = write(
    parameters.map((_, i) => local(i)),
    (type) => local(parameters.length + types.push(type) - 1),
  );
  const bytes = [...vector(types.map((type) => [1, TYPES[type]])), ...code, 0x0b];
  return [...unsigned(bytes.length), ...bytes];
}

function section(id: number, bytes: readonly number[]): number[] {
  return [id, ...unsigned(bytes.length), ...bytes];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function text(value: string): number[] {
  return vector([...new TextEncoder().encode(value)].map((byte) => [byte]));
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
