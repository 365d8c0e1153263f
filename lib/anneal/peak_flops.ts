import { ofKind } from "../base/mod.ts";
import type { Precision } from "./kernels.ts";

/**
 * Dense peaks in 1e12 FLOP a second by NVIDIA's data sheets: bfloat16 products, and TF32 products, which TensorFlow uses
 * for float32 on these cards.
 */
const PEAKS: [card: RegExp, peaks: Record<Precision, number>][] = [
  [/H100 PCIe/i, { bfloat16: 756, float32: 378 }],
  [/H[12]00|GH200/i, { bfloat16: 989.4, float32: 494.7 }],
  [/A100|A800/i, { bfloat16: 312, float32: 156 }],
  [/L40S/i, { bfloat16: 362, float32: 183 }],
  [/\bL4\b/i, { bfloat16: 121, float32: 60 }],
];

/**
 * The most that a device can do, in FLOP a second, where its maker publishes it.
 *
 * @param deviceName The device, as `backend()` names it.
 * @param precision Type of the factors in matrix products.
 * @returns Nothing for a device that is not in the table, such as a CPU, whose peak depends on its clock.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { peakFlops } from "midtrain/anneal";
 *
 * assert.equal(peakFlops("NVIDIA A100-SXM4-80GB", "bfloat16"), 312e12);
 * assert.equal(peakFlops("Some CPU", "float32"), undefined);
 * ```
 */
export function peakFlops(deviceName: string, precision: Precision): number | undefined {
  ofKind("Cannot look up a device", { deviceName }, "a text");
  const tera = PEAKS.find(([card]) => card.test(deviceName))?.[1][precision];
  return tera === undefined ? undefined : tera * 1e12;
}
