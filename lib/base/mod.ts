/**
 * What every room stands on: seeded randomness, small statistics, careful files, words as hashes, and the
 * shape of progress.
 * No dependency, no side effect at import.
 * @module
 */
export * from "./check.ts";
export * from "./curve.ts";
export * from "./files.ts";
export * from "./loglikelihood.ts";
export * from "./plain.ts";
export * from "./progress.ts";
export * from "./random.ts";
export * from "./said.ts";
export * from "./sign_test.ts";
export * from "./stats.ts";
export * from "./student.ts";
export * from "./words.ts";
