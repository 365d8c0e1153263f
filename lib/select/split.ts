import { hash32, inRange, mix32, ofKind, takes } from "../base/mod.ts";

/** Options of {@linkcode splitById}. */
export interface SplitOptions {
  /** The share that is held out. @default {0.2} */
  heldOutFraction?: number;
  /** Names the split. @default {1} */
  seed?: number | string;
}

/**
 * Split items for training and testing by the hash of their ids: an item stays on its side when others come or go, on any
 * machine. Remove near-duplicates first, or a copy on the other side flatters the test.
 *
 * @throws {RangeError} If `heldOutFraction` lies outside [0, 1].
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { splitById } from "midtrain/select";
 *
 * const items = Array.from({ length: 1000 }, (_, i) => ({ id: `${i}` }));
 * const { train, heldOut } = splitById(items, { heldOutFraction: 0.25 });
 * assert.equal(train.length + heldOut.length, 1000);
 * assert(Math.abs(heldOut.length - 250) < 50);
 * ```
 */
export function splitById<T extends { id: string }>(
  items: Iterable<T>,
  options: SplitOptions = {},
): { train: T[]; heldOut: T[] } {
  takes("Cannot split items", options, "heldOutFraction?, seed?");
  ofKind("Cannot split items", { items }, "a list or another iterable that is no stream");
  const { heldOutFraction = 0.2, seed = 1 } = options;
  inRange("Cannot split items", { heldOutFraction }, "in [0, 1]");
  const train: T[] = [];
  const heldOut: T[] = [];
  for (const item of items) {
    ofKind("Cannot split items", { "each item": item }, "an object with id");
    const draw = mix32(hash32(`${seed}/${item.id}`)) / 2 ** 32;
    (draw < heldOutFraction ? heldOut : train).push(item);
  }
  return { train, heldOut };
}
