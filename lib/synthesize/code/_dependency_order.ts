import { importsOf } from "./_imports.ts";

/** A file of a repository. */
export interface RepositoryFile {
  path: string;
  text: string;
}

/**
 * Files in an order in which each stands behind those that it imports, right behind them where it can. Files that import each
 * other in a circle stand together, first the one that lacks the fewest of its imports; ties go by path: the order of the input decides
 * nothing.
 */
export function dependencyOrder<T extends RepositoryFile>(files: readonly T[]): T[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const paths = [...byPath.keys()].sort();
  const needs = new Map(paths.map((path) => {
    const { text } = byPath.get(path)!;
    return [path, importsOf(path, text, (one) => byPath.has(one))] as const;
  }));
  const near = new Map<string, string[]>(paths.map((path) => [path, [...needs.get(path)!]]));
  for (const [path, others] of needs) for (const other of others) near.get(other)!.push(path);
  const groups = reachable(paths, near).flatMap((group) => circles(group, needs));
  return groups.flatMap((circle) => ordered(circle, needs)).map((path) => byPath.get(path)!);
}

type Arrows = ReadonlyMap<string, readonly string[]>;

/** Paths that lead to one another whatever the direction: each group in order, the groups by their first path. */
function reachable(paths: readonly string[], near: Arrows): string[][] {
  const seen = new Set<string>();
  return paths.flatMap((first) => {
    if (seen.has(first)) return [];
    const group = new Set([first]);
    for (const path of group) for (const next of near.get(path)!) group.add(next);
    for (const path of group) seen.add(path);
    return [[...group].sort()];
  });
}

/**
 * The circles of a graph, a path alone where it is in none, each behind all that it needs: Tarjan's strongly connected components
 * (1972), without recursion.
 */
function circles(paths: readonly string[], needs: Arrows): string[][] {
  const found: string[][] = [];
  const number = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const way: { path: string; next: number }[] = [];
  const enter = (path: string) => {
    number.set(path, number.size);
    low.set(path, number.get(path)!);
    open.push(path);
    isOpen.add(path);
    way.push({ path, next: 0 });
  };
  const lower = (path: string, to: number) => low.set(path, Math.min(low.get(path)!, to));
  for (const start of paths) {
    if (!number.has(start)) enter(start);
    for (let here = way.at(-1); here; here = way.at(-1)) {
      const { path } = here;
      const other = needs.get(path)![here.next++];
      if (other !== undefined) {
        if (!number.has(other)) enter(other);
        else if (isOpen.has(other)) lower(path, number.get(other)!);
        continue;
      }
      way.pop();
      const above = way.at(-1);
      if (above) lower(above.path, low.get(path)!);
      if (low.get(path) !== number.get(path)) continue;
      const circle = open.splice(open.indexOf(path)).sort();
      for (const one of circle) isOpen.delete(one);
      found.push(circle);
    }
  }
  return found;
}

/** The files of a circle: each time the one that lacks the fewest of those that are left. */
function ordered(circle: readonly string[], needs: Arrows): string[] {
  const left = new Set(circle);
  const order: string[] = [];
  const missing = (path: string) => needs.get(path)!.filter((other) => left.has(other)).length;
  while (left.size > 0) {
    const [path] = [...left].reduce<[string, number]>((best, path) => {
      const count = missing(path);
      return count < best[1] ? [path, count] : best;
    }, ["", Infinity]);
    left.delete(path);
    order.push(path);
  }
  return order;
}
