import type { Pool } from "./pools.ts";

/** Throw where pools are none or two have one name, as a mixture could not speak of them. */
export function checkPools(pools: readonly Pool[]): void {
  if (pools.length === 0) throw new RangeError("Cannot use pools as there must be at least one");
  const names = pools.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new RangeError(`Cannot use pools as names must differ: "${twice}" stands twice`);
  }
}
