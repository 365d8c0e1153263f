/**
 * What every room stands on: seeded randomness, small statistics, checks of arguments, careful files, words as hashes, and
 * the shape of progress.
 * No dependency, no side effect at import.
 *
 * Begin with {@linkcode Random}, {@linkcode bootstrapMean}.
 * @module
 */
export { hash32, Random } from "./random.ts";
export { bootstrapMean, type Interval, type IntervalOptions, mean, quantile, sum, wilson } from "./stats.ts";
export { signTest } from "./sign_test.ts";
export { studentQuantile } from "./student.ts";
export { percent, said, writeInterval } from "./said.ts";
export {
  described,
  type DescribedTable,
  type Description,
  descriptionOf,
  teachDescribed,
} from "./described.ts";
export type { OnProgress, ProgressEvent } from "./progress.ts";
export type { LossCurve, Series } from "./curve.ts";
export { type Json, plain } from "./plain.ts";

// Checks of arguments, in the house's sentence.
export {
  distinct,
  inRange,
  knownOptions,
  must,
  type Named,
  nearest,
  oneOf,
  type Range,
  refuseRenamed,
  takes,
  wholeNumber,
  type WholeRange,
} from "./check.ts";
export { each, type Kind, kindOf, notNumber, ofKind } from "./kind.ts";

// Pages.
export { escapeHtml, offlinePage } from "./page.ts";

// Files.
export {
  cacheDir,
  exists,
  explainFullDisk,
  isFullDisk,
  sha256,
  sha256File,
  writeAtomic,
  writeFully,
  writeFullySync,
} from "./files.ts";

// Words, tokens and what rates them.
export {
  fitTokens,
  type Haystack,
  type Hidden,
  hideInHaystack,
  readHaystack,
  type Sized,
} from "./haystack.ts";
export { type LengthTokenizer, tokensIn } from "./tokens_in.ts";
export { bytesPerToken, gramHashes, mix32, splitSentences, type WordOptions, WordScanner } from "./words.ts";
export {
  encodePair,
  type Loglikelihood,
  type LoglikelihoodOptions,
  type ScoredPair,
  splitPair,
} from "./loglikelihood.ts";
