import type { MixtureSource } from "./recipe.ts";

/** The share of a source, which a file for a trainer must have: 0 would leave the source out in silence. */
export function knownShare(cannot: string, { source, share }: MixtureSource): number {
  if (share.value !== undefined) return share.value;
  throw new RangeError(`${cannot} as every share must be known: that of ${source} is ${share.status}`);
}
