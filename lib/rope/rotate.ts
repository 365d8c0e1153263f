import { inRange, ofKind, takes } from "../base/mod.ts";
import type { Rope } from "./frequencies.ts";

/**
 * Which dimensions form a pair:
 *
 * - `half`: `i` with `i + d/2` (transformers, GPT-NeoX)
 * - `interleaved`: `2i` with `2i + 1` (the paper, llama.cpp, DeepSeek)
 */
export type RopeLayout = "half" | "interleaved";

/**
 * Cosine and sine for each position and pair, attention factor included.
 *
 * @param rope The rotary embedding.
 * @param positions The positions, in tokens.
 * @returns Two row-major tables of `positions.length` rows and one column a pair.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cosSin, defaultRope } from "midtrain/rope";
 *
 * const { cos, sin } = cosSin(defaultRope({ dimensions: 4 }), [0, 1]);
 * assert.deepEqual([...cos.subarray(0, 2)], [1, 1]);
 * assert.equal(sin[2], Math.sin(1));
 * ```
 */
export function cosSin(rope: Rope, positions: ArrayLike<number>): { cos: Float64Array; sin: Float64Array } {
  ofKind("Cannot make tables", { rope }, "an object with inverseFrequencies, attentionFactor");
  ofKind("Cannot make tables", { positions }, "a list of numbers");
  const { inverseFrequencies: theta, attentionFactor: factor } = rope;
  const pairs = theta.length;
  const cos = new Float64Array(positions.length * pairs);
  const sin = new Float64Array(positions.length * pairs);
  for (let p = 0; p < positions.length; p++) {
    for (let i = 0; i < pairs; i++) {
      const angle = positions[p] * theta[i];
      cos[p * pairs + i] = factor * Math.cos(angle);
      sin[p * pairs + i] = factor * Math.sin(angle);
    }
  }
  return { cos, sin };
}

/**
 * Rotate one head's vector to a position. Dimensions beyond the rotated ones pass through, as partial rotation has it.
 *
 * @param vector The head's vector; at least `2 * rope.inverseFrequencies.length` long.
 * @param position The position, in tokens.
 * @param options The rotary embedding and the layout.
 * @throws {RangeError} If the vector is shorter than the rotated dimensions.
 * @example Turning does not change the length
 * ```ts
 * import assert from "node:assert/strict";
 * import { defaultRope, rotate } from "midtrain/rope";
 *
 * const turned = rotate([3, 0, 4, 0], 1, { rope: defaultRope({ dimensions: 4 }), layout: "half" });
 * assert.ok(Math.abs(Math.hypot(...turned) - 5) < 1e-12);
 * ```
 */
export function rotate(
  vector: ArrayLike<number>,
  position: number,
  options: { rope: Rope; layout: RopeLayout },
): Float64Array {
  ofKind("Cannot rotate a vector", { vector }, "a list of numbers");
  takes("Cannot rotate a vector", options, "rope, layout");
  const { rope, layout } = options;
  ofKind("Cannot rotate a vector", { rope }, "an object with inverseFrequencies, attentionFactor");
  const pairs = rope.inverseFrequencies.length;
  inRange("Cannot rotate a vector", { "its length": vector.length }, `>= ${2 * pairs}`);
  const { cos, sin } = cosSin(rope, [position]);
  const turned = Float64Array.from(vector);
  for (let i = 0; i < pairs; i++) {
    const a = layout === "half" ? i : 2 * i;
    const b = layout === "half" ? i + pairs : 2 * i + 1;
    turned[a] = vector[a] * cos[i] - vector[b] * sin[i];
    turned[b] = vector[b] * cos[i] + vector[a] * sin[i];
  }
  return turned;
}
