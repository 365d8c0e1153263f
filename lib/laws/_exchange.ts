import type { Problem } from "./_problem.ts";

/**
 * A place on the search scale with the groups of parameters that a law may exchange put in their order: two optima that differ
 * by a name are one, and no uncertainty. Where one is fixed, or has bounds of its own, it is told from the others already.
 */
export function inOrder<Datum>({ law, free, lower, upper }: Problem<Datum>, u: Float64Array): Float64Array {
  const groups = (law.exchangeable ?? []).map((names) =>
    names.map((name) => free.findIndex((j) => law.parameters[j].name === name))
  );
  const [first] = groups;
  const alike = groups.every((group) =>
    group.every((i, k) => i >= 0 && lower[i] === lower[first[k]] && upper[i] === upper[first[k]])
  );
  if (!alike) return u;
  const ordered = u.slice();
  const values = groups.map((group) => group.map((i) => u[i])).sort((a, b) => a[0] - b[0]);
  groups.forEach((group, g) => group.forEach((i, k) => ordered[i] = values[g][k]));
  return ordered;
}
