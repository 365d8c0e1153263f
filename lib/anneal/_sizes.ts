import { type LlamaConfig, partsOf } from "./parts.ts";

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
export function sizesOf(config: LlamaConfig, { batch: B, context: T }: BatchShape): Sizes {
  const { heads: H, keyValueHeads: K } = config;
  return { H, K, G: H / K, h: partsOf(config).headWidth, B, T };
}
