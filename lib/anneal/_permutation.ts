import { hash32 } from "../base/mod.ts";

const ROUNDS = 8;

/**
 * A seeded permutation of [0, n) that takes no memory: where a shuffled list of a large source's windows would take
 * gigabytes, any place of the order is computed when it is asked for.
 *
 * A Feistel network (Luby and Rackoff, 1988) over the next even number of bits, walked again while it leaves [0, n) (cycle
 * walking: Black and Rogaway, "Ciphers with arbitrary finite domains", 2002). No package offers it.
 */
export function permutation(n: number, seed: string): (i: number) => number {
  let half = 1;
  while (4 ** half < n) half++;
  const size = 2 ** half;
  const keys = Array.from({ length: ROUNDS }, (_, round) => hash32(`${seed}/${round}`));
  const once = (x: number): number => {
    let left = Math.floor(x / size);
    let right = x % size;
    for (const key of keys) [left, right] = [right, (left ^ mix(right ^ key)) & (size - 1)];
    return left * size + right;
  };
  return (i) => {
    let x = once(i);
    while (x >= n) x = once(x);
    return x;
  };
}

/** The finaliser of MurmurHash3: every bit of the input moves every bit of the output. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
