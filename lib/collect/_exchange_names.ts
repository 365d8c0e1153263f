/** Numbers of users beyond this are of no site; the largest has a quarter of it. */
const most = 1 << 27;

/**
 * The names of the users that are asked for, by their numbers, in flat arrays: a bit for each number, and six bytes and the
 * name for each user that is asked for.
 */
export class Names {
  #asked = new Uint32Array(1 << 10);
  /** How many are asked for before each word of the bits. */
  #before = new Uint32Array();
  #starts = new Float64Array();
  #lengths = new Uint16Array();
  #bytes = new Uint8Array(1 << 12);
  #end = 0;

  /** Ask for a user's name. */
  ask(user: number | undefined): void {
    if (user === undefined || user < 0 || user >= most) return;
    const word = user >>> 5;
    if (word >= this.#asked.length) {
      const asked = new Uint32Array(Math.max(2 * this.#asked.length, word + 1));
      asked.set(this.#asked);
      this.#asked = asked;
    }
    this.#asked[word] |= 1 << (user & 31);
  }

  /** All were asked for: names may come. */
  ready(): void {
    this.#before = new Uint32Array(this.#asked.length + 1);
    for (let i = 0; i < this.#asked.length; i++) this.#before[i + 1] = this.#before[i] + ones(this.#asked[i]);
    const count = this.#before[this.#asked.length];
    this.#starts = new Float64Array(count);
    this.#lengths = new Uint16Array(count);
  }

  /** A user's name, kept where it was asked for. */
  set(user: number | undefined, name: string): void {
    const place = this.#placeOf(user);
    if (place < 0) return;
    const bytes = new TextEncoder().encode(name.slice(0, 200));
    if (this.#end + bytes.length > this.#bytes.length) {
      const more = new Uint8Array(2 * (this.#end + bytes.length));
      more.set(this.#bytes.subarray(0, this.#end));
      this.#bytes = more;
    }
    this.#bytes.set(bytes, this.#end);
    this.#starts[place] = this.#end;
    this.#lengths[place] = bytes.length;
    this.#end += bytes.length;
  }

  /** A user's name, empty where it is not known. */
  get(user: number | undefined): string {
    const place = this.#placeOf(user);
    if (place < 0) return "";
    const start = this.#starts[place];
    return new TextDecoder().decode(this.#bytes.subarray(start, start + this.#lengths[place]));
  }

  #placeOf(user: number | undefined): number {
    if (user === undefined || user < 0 || user >>> 5 >= this.#asked.length || user >= most) return -1;
    const bits = this.#asked[user >>> 5];
    const bit = user & 31;
    if ((bits >>> bit & 1) === 0) return -1;
    return this.#before[user >>> 5] + ones(bit === 0 ? 0 : bits << (32 - bit) >>> 0);
  }
}

/** How many bits of a word are set. */
function ones(word: number): number {
  let left = word - (word >>> 1 & 0x55555555);
  left = (left & 0x33333333) + (left >>> 2 & 0x33333333);
  return Math.imul(left + (left >>> 4) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
