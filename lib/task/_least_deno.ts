/** The least version of Deno that the kit was tried with. */
export const leastDeno = "2.9.5";
/** The version that the README names. */
export const recommendedDeno = "2.9.6";

/** What is wrong with a version of Deno; undefined where it is one that the kit was tried with, or newer. */
export function tooOld(version: string): string | undefined {
  const [least, given] = [leastDeno, version].map((text) => text.split(/[.+-]/).slice(0, 3).map(Number));
  const at = least.findIndex((number, i) => number !== given[i]);
  if (at < 0 || given[at] > least[at]) return undefined;
  return `Deno must be ${leastDeno} or newer: current value is ${version}`;
}
