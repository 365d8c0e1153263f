import type { LlamaConfig } from "./config.ts";

/** How many tokens one call sees. */
export interface BatchShape {
  /** Sequences. */
  batch: number;
  /** Tokens in each. */
  context: number;
}

/** H query heads in K groups of G, head width h, B sequences of T tokens. */
export type Sizes = Record<"H" | "K" | "G" | "h" | "B" | "T", number>;

/** The sizes of a model at a batch. */
export function sizesOf({ heads: H, keyValueHeads: K, width }: LlamaConfig, shape: BatchShape): Sizes {
  const { batch: B, context: T } = shape;
  return { H, K, G: H / K, h: width / H, B, T };
}
