import type { MergeList } from "./_tokenizer_json.ts";

/**
 * The merges of a byte-pair encoding by the ids of their two halves: what they make, and their rank. An open hash table on
 * plain arrays, as `Map` hashes a number of more than 31 bits slowly, and half a million merges are usual.
 */
export class Merges {
  readonly #mask: number;
  /** Of each place four numbers side by side, which the processor fetches together: left half, right half, rank, what is made. */
  readonly #table: Int32Array;
  /** Of the word in hand: the symbols after and before each. */
  #next = new Int32Array(64);
  #before = new Int32Array(64);
  /** Where the pair that begins at a symbol lies in the table; -1 where there is none, or the symbol is gone. */
  #pair = new Int32Array(64);

  /** The merges; of two of one pair the later counts, as in Python. */
  constructor({ left, right, made }: MergeList) {
    let size = 16;
    while (size < 2 * left.length) size *= 2;
    this.#mask = size - 1;
    this.#table = new Int32Array(4 * size).fill(-1);
    for (let rank = 0; rank < left.length; rank++) {
      const at = this.#find(left[rank], right[rank]);
      this.#table[at] = left[rank];
      this.#table[at + 1] = right[rank];
      this.#table[at + 2] = rank;
      this.#table[at + 3] = made[rank];
    }
  }

  /**
   * Merge the symbols of a word as far as they go: always the pair of the lowest rank, of equal ones the leftmost. A heap
   * keeps a long word from costing its square.
   *
   * @param ids The word's symbols; those that are left at the end lie at its beginning.
   * @returns How many are left.
   */
  apply(ids: number[]): number {
    const count = ids.length;
    if (count < 2) return count;
    if (this.#next.length < count) this.#grow(count);
    const next = this.#next;
    const before = this.#before;
    const pair = this.#pair;
    const table = this.#table;
    const heap: number[] = [];
    const look = (i: number) => {
      const j = next[i];
      pair[i] = j < count ? this.#at(ids[i], ids[j]) : -1;
      // Rank first, then place: both fit in the 53 bits of a number.
      if (pair[i] >= 0) push(heap, table[pair[i] + 2] * PLACES + i);
    };
    for (let i = 0; i < count; i++) {
      next[i] = i + 1;
      before[i] = i - 1;
    }
    for (let i = 0; i < count; i++) look(i);
    while (heap.length > 0) {
      const key = pop(heap);
      const i = key % PLACES;
      if (pair[i] < 0 || table[pair[i] + 2] !== (key - i) / PLACES) continue;
      const j = next[i];
      ids[i] = table[pair[i] + 3];
      next[i] = next[j];
      if (next[j] < count) before[next[j]] = i;
      pair[j] = -1;
      look(i);
      if (before[i] >= 0) look(before[i]);
    }
    let kept = 0;
    for (let i = 0; i < count; i = next[i]) ids[kept++] = ids[i];
    return kept;
  }

  #grow(count: number): void {
    this.#next = new Int32Array(2 * count);
    this.#before = new Int32Array(2 * count);
    this.#pair = new Int32Array(2 * count);
  }

  #at(left: number, right: number): number {
    const at = this.#find(left, right);
    return this.#table[at] < 0 ? -1 : at;
  }

  /** Where a pair lies in the table, or would. */
  #find(left: number, right: number): number {
    const table = this.#table;
    let at = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> 7 & this.#mask;
    while (table[4 * at] >= 0 && (table[4 * at] !== left || table[4 * at + 1] !== right)) {
      at = at + 1 & this.#mask;
    }
    return 4 * at;
  }
}

/** More than a word's symbols, so that rank and place make one number. */
const PLACES = 2 ** 31;

function push(heap: number[], key: number): void {
  let at = heap.length;
  heap.push(key);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent] <= key) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = key;
}

function pop(heap: number[]): number {
  const least = heap[0];
  const key = heap.pop()!;
  const { length } = heap;
  if (length === 0) return least;
  let at = 0;
  for (let child = 1; child < length; child = 2 * at + 1) {
    if (child + 1 < length && heap[child + 1] < heap[child]) child++;
    if (heap[child] >= key) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = key;
  return least;
}
