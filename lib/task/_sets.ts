import { must } from "../base/mod.ts";
import * as room from "../sets/mod.ts";

type AnySet = room.PublicSet<unknown, never>;

/** Every public set by name, in the order of the names. */
export const publicSets: ReadonlyMap<string, AnySet> = new Map(
  Object.values<object>(room).filter((value): value is AnySet => "read" in value && "licence" in value)
    .map((set) => [set.name, set] as const).sort(([a], [b]) => a < b ? -1 : 1),
);

/**
 * The public set of a name.
 *
 * @throws {RangeError} If there is none.
 */
export function publicSetOf(name: string): AnySet {
  const rule = `the name must be one of ${[...publicSets.keys()].join(", ")}`;
  must("Cannot find a data set", rule, JSON.stringify(name), publicSets.has(name));
  return publicSets.get(name)!;
}
