import { Bits } from "./_bits.ts";

/** More bytes than a block of text fills; one of made-up bytes may need more, and is then begun anew. */
const ahead = 1 << 20;
const lookupBits = 10;
const maxCodeBits = 20;
const groupSize = 50;
const outSize = 1 << 18;

/**
 * Decompress bzip2: any number of streams one after the other, as `lbzip2` writes them and as Wikipedia's dumps are, in
 * constant memory. Zeros behind the last stream are passed over.
 *
 * Our own, as the package in WebAssembly (@foxglove/wasm-bz2) wants the whole file in memory and its size. Beside Python's bz2
 * it is measured by `deno task bench text --peers`.
 *
 * @throws {Error} If the bytes are damaged or cut off; the message names the byte.
 */
export async function* decompressBzip2(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bits = new Bits(source);
  const table = new Uint32Array(900_000);
  let level = 0;
  let streamCrc = 0;
  try {
    for (let wanted = ahead;;) {
      const ended = await bits.fill(wanted);
      if (level === 0 && bits.byte > 0 && bits.onlyZeros()) {
        if (ended) return;
        continue;
      }
      const begin = bits.mark();
      let part: Part | undefined;
      try {
        part = level === 0 ? readHeader(bits) : readBlock(bits, table.subarray(0, 100_000 * level));
      } catch (error) {
        if (!bits.pastEnd) throw error;
      }
      if (part === undefined || bits.pastEnd) {
        if (ended) throw new Error(`bzip2: the last stream has no end: byte ${bits.length}`);
        bits.reset(begin);
        wanted *= 2;
        continue;
      }
      wanted = ahead;
      if ("level" in part) {
        level = part.level;
        streamCrc = 0;
      } else if ("length" in part) {
        const crc = yield* unfold(table, part);
        if (crc !== part.crc) throw new Error(`bzip2: the checksum of a block is wrong: byte ${bits.byte}`);
        streamCrc = ((streamCrc << 1 | streamCrc >>> 31) ^ crc) >>> 0;
      } else {
        if (part.crc !== streamCrc) {
          throw new Error(`bzip2: the checksum of a stream is wrong: byte ${bits.byte}`);
        }
        bits.align();
        level = 0;
      }
    }
  } finally {
    await bits.close();
  }
}

interface Block {
  crc: number;
  /** How many entries of the table are the block's. */
  length: number;
  /** Where the first byte stands. */
  origin: number;
}

/** What a stream is made of: its header, blocks, and its end with a checksum of all. */
type Part = { level: number } | Block | { crc: number };

function readHeader(bits: Bits): Part {
  const magic = bits.read(24);
  const level = bits.read(8) - 0x30;
  if (magic !== 0x425a68 || level < 1 || level > 9) {
    throw new Error(`bzip2: there is no stream: byte ${bits.byte - 4}`);
  }
  return { level };
}

function readBlock(bits: Bits, table: Uint32Array): Part {
  const high = bits.read(24);
  const low = bits.read(24);
  const crc = bits.read(32);
  if (high === 0x177245 && low === 0x385090) return { crc };
  if (high !== 0x314159 || low !== 0x265359) throw damaged(bits);
  if (bits.read(1)) throw new Error("bzip2: the stream is of a version before 0.9.5");
  const origin = bits.read(24);
  const bytes = readAlphabet(bits);
  const groups = bits.read(3);
  const selectors = new Uint8Array(bits.read(15));
  if (bytes.length === 0 || groups < 2 || groups > 6 || selectors.length === 0) throw damaged(bits);
  readSelectors(bits, selectors, groups);
  const codes = Array.from({ length: groups }, () => readCode(bits, bytes.length + 2));
  const length = readSymbols(bits, { codes, selectors, bytes, table });
  if (origin >= length) throw damaged(bits);
  return { crc, length, origin };
}

/** Which bytes are in the block. */
function readAlphabet(bits: Bits): Uint8Array {
  const ranges = bits.read(16);
  const bytes: number[] = [];
  for (let i = 0; i < 16; i++) {
    const used = ranges >>> (15 - i) & 1 ? bits.read(16) : 0;
    for (let j = 0; j < 16; j++) if (used >>> (15 - j) & 1) bytes.push(16 * i + j);
  }
  return Uint8Array.from(bytes);
}

/** Which code each fifty symbols are written in, as places in a list whose last used goes to the front. */
function readSelectors(bits: Bits, selectors: Uint8Array, groups: number): void {
  const recent = Uint8Array.from({ length: groups }, (_, i) => i);
  for (let i = 0; i < selectors.length; i++) {
    let place = 0;
    while (bits.read(1)) if (++place >= groups) throw damaged(bits);
    const used = recent[place];
    recent.copyWithin(1, 0, place);
    selectors[i] = recent[0] = used;
  }
}

/** A prefix code, its short words in one look-up: `length << 9 | symbol`, or 0 of a longer one. */
interface Code {
  lookup: Uint16Array;
  /** The last word of each length, and what a word is more than its place among the symbols. */
  last: Int32Array;
  more: Int32Array;
  symbols: Uint16Array;
}

function readCode(bits: Bits, size: number): Code {
  const lengths = new Uint8Array(size);
  let length = bits.read(5);
  for (let i = 0; i < size; i++) {
    for (;;) {
      if (length < 1 || length > maxCodeBits) throw damaged(bits);
      if (!bits.read(1)) break;
      length += bits.read(1) ? -1 : 1;
    }
    lengths[i] = length;
  }
  const lookup = new Uint16Array(1 << lookupBits);
  const last = new Int32Array(maxCodeBits + 1);
  const more = new Int32Array(maxCodeBits + 1);
  const symbols = new Uint16Array(size);
  let place = 0;
  let word = 0;
  for (let length = 1; length <= maxCodeBits; length++, word <<= 1) {
    more[length] = word - place;
    for (let symbol = 0; symbol < size; symbol++) {
      if (lengths[symbol] !== length) continue;
      symbols[place++] = symbol;
      const shift = lookupBits - length;
      if (shift >= 0) lookup.fill(length << 9 | symbol, word << shift, (word + 1) << shift);
      word++;
    }
    last[length] = word - 1;
  }
  return { lookup, last, more, symbols };
}

interface Coded {
  codes: Code[];
  selectors: Uint8Array;
  bytes: Uint8Array;
  table: Uint32Array;
}

/** Read the block's bytes as they stand when sorted, and link each with the next: `next << 8 | byte`. */
function readSymbols(bits: Bits, { codes, selectors, bytes, table }: Coded): number {
  const end = bytes.length + 1;
  const recent = bytes.slice();
  const counts = new Uint32Array(256);
  let [length, run, weight, whole] = [0, 0, 1, false];
  let { data, at, word, count } = bits;
  reading: for (let group = 0;; group++) {
    if (group === selectors.length || at > bits.end + 8) break;
    const { lookup, last, more, symbols } = codes[selectors[group]];
    for (let i = 0; i < groupSize; i++) {
      while (count <= 24) {
        word = word << 8 | data[at++];
        count += 8;
      }
      const found = lookup[word >>> (count - lookupBits) & ((1 << lookupBits) - 1)];
      let symbol = found & 511;
      if (found !== 0) count -= found >>> 9;
      else {
        let size = lookupBits;
        let code: number;
        do {
          if (++size > maxCodeBits) break reading;
          code = word >>> (count - size) & ((1 << size) - 1);
        } while (code > last[size]);
        count -= size;
        symbol = symbols[code - more[size]];
      }
      if (symbol <= 1) {
        // A run's length in digits 1 and 2 of base two.
        run += weight << symbol;
        weight <<= 1;
        if (run > table.length) break reading;
        continue;
      }
      if (run > 0) {
        const byte = recent[0];
        if (length + run > table.length) break reading;
        table.fill(byte, length, length + run);
        counts[byte] += run;
        length += run;
        run = 0;
        weight = 1;
      }
      whole = symbol === end;
      if (!(symbol < end) || length === table.length) break reading;
      let place = symbol - 1;
      const byte = recent[place];
      for (; place > 0; place--) recent[place] = recent[place - 1];
      recent[0] = byte;
      counts[byte]++;
      table[length++] = byte;
    }
  }
  bits.set(at, word, count);
  if (!whole) throw damaged(bits);
  let sum = 0;
  for (let byte = 0; byte < 256; byte++) {
    const before = sum;
    sum += counts[byte];
    counts[byte] = before;
  }
  for (let i = 0; i < length; i++) table[counts[table[i] & 255]++] |= i << 8;
  return length;
}

/** The bytes of a block, whose runs of four and more are followed by how much longer they are; returns their checksum. */
function* unfold(table: Uint32Array, { length, origin }: Block): Generator<Uint8Array, number> {
  const place = { next: table[origin] >>> 8, left: length, last: -1, same: 0 };
  let crc = 0xffffffff;
  while (place.left > 0) {
    const out = new Uint8Array(outSize);
    const size = unfoldPart(table, place, out);
    crc = checksum(crc, out, size);
    yield out.subarray(0, size);
  }
  return ~crc >>> 0;
}

/** How far a block is unfolded: the next entry, how many are left, and the last byte with how often it came. */
interface Place {
  next: number;
  left: number;
  last: number;
  same: number;
}

/** Fill some bytes, apart from their generator, whose loops the runtime does not make fast: how many were filled. */
function unfoldPart(table: Uint32Array, place: Place, out: Uint8Array): number {
  let { next, left, last, same } = place;
  let size = 0;
  for (; left > 0 && size <= outSize - 256; left--) {
    const entry = table[next];
    const byte = entry & 255;
    next = entry >>> 8;
    if (same === 4) {
      out.fill(last, size, size += byte);
      same = 0;
    } else {
      same = byte === last || same === 0 ? same + 1 : 1;
      last = byte;
      out[size++] = byte;
    }
  }
  Object.assign(place, { next, left, last, same });
  return size;
}

/** CRC-32 with the highest bit first. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc << 1 ^ (crc < 0 ? 0x04c11db7 : 0);
  return crc;
});

function checksum(crc: number, bytes: Uint8Array, length: number): number {
  for (let i = 0; i < length; i++) crc = crc << 8 ^ crcTable[crc >>> 24 ^ bytes[i]];
  return crc;
}

function damaged(bits: Bits): Error {
  return new Error(`bzip2: a block is damaged: byte ${bits.byte}`);
}
