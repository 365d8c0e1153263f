import { percent } from "../base/mod.ts";
import type { Mixture } from "./mixture.ts";
import type { ProxyRuns } from "./proxy_runs.ts";

/** Which shares the runs cannot tell apart. */
export function apartness(groups: readonly string[][]): string {
  if (groups.length === 0) return "the runs tell every share from the next";
  const list = (names: readonly string[]) =>
    names.length === 2 ? names.join(" and ") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `the runs cannot tell apart the shares of ${groups.map(list).join(", nor those of ")}`;
}

/** Shares that lie beyond every run's. */
export function reach({ domains, shares }: ProxyRuns, proposed: Mixture): string[] {
  return domains.flatMap((domain, j) => {
    const tried = shares.map((row) => row[j]);
    const most = Math.max(...tried);
    const least = Math.min(...tried);
    const share = proposed[domain];
    const lies = `${domain} at ${percent(share, 1)} lies`;
    if (share > most + 1e-6) return [`${lies} above the most that was tried, ${percent(most, 1)}`];
    if (share < least - 1e-6) return [`${lies} below the least that was tried, ${percent(least, 1)}`];
    return [];
  });
}

/** Laws with parameters that the runs do not tell. */
export function unknown(fitted: readonly { name: string; fit: { notIdentified: string[] } }[]): string[] {
  const weak = fitted.filter(({ fit }) => fit.notIdentified.length > 0);
  if (weak.length === 0) return [];
  const counts = weak.map(({ name, fit }) => `${fit.notIdentified.length} in the law of ${name}`).join(", ");
  return [`The runs do not tell every parameter (${counts}): see notIdentified of each law`];
}

/** Laws whose parameters did not settle in some resamples. */
export function unsettled(resamples: readonly (readonly { converged: boolean }[])[]): string[] {
  const counts = resamples.map((one) => one.filter(({ converged }) => !converged).length);
  const most = Math.max(0, ...counts);
  return most === 0 ? [] : [
    `In up to ${most} of ${
      resamples[0].length
    } resamples a law's parameters did not settle: some lie in a flat valley or at a bound`,
  ];
}
