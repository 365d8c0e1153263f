/** A part of the tokens of some documents. */
export interface Piece {
  /** Its first token. */
  start: number;
  /** The token after its last. */
  end: number;
}

/**
 * Lay documents into windows so that none is cut that fits into one: best-fit-decreasing bin packing (Ding et al.,
 * arXiv:2404.10830). A longer one gives full windows and one rest, which is laid as a document is.
 *
 * @param ends The place after each document's last token.
 * @param context Tokens in a window.
 * @returns The pieces of each window, together at most `context` tokens.
 */
export function bestFit(ends: ArrayLike<number>, context: number): Piece[][] {
  const windows: Piece[][] = [];
  const rests: Piece[] = [];
  let start = 0;
  for (let i = 0; i < ends.length; start = ends[i++]) {
    for (; ends[i] - start > context; start += context) windows.push([{ start, end: start + context }]);
    rests.push({ start, end: ends[i] });
  }
  rests.sort((a, b) => (b.end - b.start) - (a.end - a.start) || a.start - b.start);
  const room = new Room(context);
  for (const piece of rests) {
    const length = piece.end - piece.start;
    const free = room.least(length);
    let window: number;
    if (free === undefined) window = windows.push([]) - 1;
    else window = room.take(free);
    windows[window].push(piece);
    room.give((free ?? context) - length, window);
  }
  return windows;
}

/** Windows by how many tokens are free in them; the least that suffices is found in the logarithm of a window's length. */
class Room {
  readonly #windows: number[][];
  readonly #size: number;
  /** A binary tree: whether any window lies below a node. */
  readonly #any: Uint8Array;

  constructor(context: number) {
    this.#windows = Array.from({ length: context + 1 }, () => []);
    this.#size = 2 ** Math.ceil(Math.log2(context + 1));
    this.#any = new Uint8Array(2 * this.#size);
  }

  /** The least number of free tokens, at least `length`, of a window that there is. */
  least(length: number): number | undefined {
    let node = this.#size + length;
    if (this.#any[node]) return length;
    // Up to the first subtree to the right that holds one, then down to its leftmost.
    for (; node > 1; node >>= 1) {
      if (node % 2 === 0 && this.#any[node + 1]) {
        node++;
        while (node < this.#size) node = 2 * node + (this.#any[2 * node] ? 0 : 1);
        return node - this.#size;
      }
    }
    return undefined;
  }

  take(free: number): number {
    const window = this.#windows[free].pop()!;
    this.#mark(free);
    return window;
  }

  give(free: number, window: number): void {
    if (free === 0) return;
    this.#windows[free].push(window);
    this.#mark(free);
  }

  #mark(free: number): void {
    let node = this.#size + free;
    this.#any[node] = this.#windows[free].length > 0 ? 1 : 0;
    for (node >>= 1; node >= 1; node >>= 1) this.#any[node] = this.#any[2 * node] | this.#any[2 * node + 1];
  }
}
