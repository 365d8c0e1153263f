/** Bytes behind the end that may be read as zeros before someone looks. */
const padding = 256;

/** Bits of a stream, the highest of a byte first, over a window of its bytes. */
export class Bits {
  /** The bytes in the window, with zeros behind them. */
  data = new Uint8Array(padding);
  /** Where the window's bytes end. */
  end = 0;
  /** The next byte that is not in the word yet. */
  at = 0;
  /** The last bytes that were taken, of which the lowest `count` bits are still to be read. */
  word = 0;
  count = 0;
  /** What stood before the window. */
  #before = 0;
  #chunks: AsyncIterator<Uint8Array>;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** Have at least so many bytes in the window, if there are so many: whether the stream has ended. */
  async fill(bytes: number): Promise<boolean> {
    // Whole bytes go back, so that the window holds all that is still to be read.
    this.at -= this.count >> 3;
    this.word >>>= this.count & 24;
    this.count &= 7;
    let held = this.end - this.at;
    if (this.#ended || held >= bytes) return this.#ended;
    const parts: Uint8Array[] = [];
    // Twice what is wanted, so that the window is not copied for every chunk.
    while (held < 2 * bytes) {
      const { done, value } = await this.#chunks.next();
      if (done) {
        this.#ended = true;
        break;
      }
      parts.push(value);
      held += value.length;
    }
    const data = new Uint8Array(held + padding);
    data.set(this.data.subarray(this.at, this.end));
    let end = this.end - this.at;
    for (const part of parts) {
      data.set(part, end);
      end += part.length;
    }
    this.#before += this.at;
    this.data = data;
    this.at = 0;
    this.end = end;
    return this.#ended;
  }

  /** The next bits as a number; beyond the end they are zeros. */
  read(bits: number): number {
    if (bits > 24) return this.read(bits - 16) * 0x10000 + this.read(16);
    while (this.count < bits) {
      this.word = this.word << 8 | (this.data[this.at++] ?? 0);
      this.count += 8;
    }
    this.count -= bits;
    return this.word >>> this.count & ((1 << bits) - 1);
  }

  /** Pass over the rest of a byte. */
  align(): void {
    this.count -= this.count % 8;
  }

  /** Go on from where someone has read. */
  set(at: number, word: number, count: number): void {
    this.at = at;
    this.word = word;
    this.count = count;
  }

  mark(): [number, number, number] {
    return [this.at, this.word, this.count];
  }

  /** Back to a mark of the same window. */
  reset(mark: [number, number, number]): void {
    this.set(...mark);
  }

  /** Whether bits were read beyond the window. */
  get pastEnd(): boolean {
    return 8 * this.at - this.count > 8 * this.end;
  }

  /** The byte, from the stream's first, that is read next. */
  get byte(): number {
    return this.#before + this.at - (this.count >> 3);
  }

  /** How many bytes came so far. */
  get length(): number {
    return this.#before + this.end;
  }

  /** Pass over the zeros that come next, of which bytes the rest of the window may be made: whether it was. */
  onlyZeros(): boolean {
    this.at -= this.count >> 3;
    this.count = 0;
    while (this.at < this.end && this.data[this.at] === 0) this.at++;
    return this.at === this.end;
  }

  /** Stop reading. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
