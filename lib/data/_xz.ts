import { createHash, type Hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { Lzma } from "./_lzma.ts";
import { Bits } from "./_bits.ts";

/** The greatest dictionary that is held; `xz -9` takes 64 MiB. */
const maxDictionary = 1 << 30;

/**
 * Decompress xz: any number of streams and blocks one after the other, in constant memory (twice the dictionary, which is 8
 * MiB by default and 64 MiB by `xz -9`), every checksum held to.
 *
 * Our own, as the one package that streams in Deno (xz-decompress) reads one file at a time: a second waits for ever while
 * the first is open; others want the whole file or a native library.
 *
 * @throws {Error} If the bytes are damaged, cut off or of another filter than LZMA2; the message names the byte.
 */
export async function* decompressXz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bytes = new Bytes(source);
  try {
    do {
      const check = await readHeader(bytes);
      while (true) {
        const header = await readBlockHeader(bytes);
        if (header === undefined) break;
        yield* readBlock(bytes, header, check);
      }
      await readIndex(bytes);
    } while (!await bytes.atEnd());
  } finally {
    await bytes.close();
  }
}

/** Bytes of a stream, some at a time. */
class Bytes {
  #bits: Bits;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#bits = new Bits(source);
  }

  async take(bytes: number): Promise<Uint8Array> {
    const bits = this.#bits;
    await bits.fill(bytes);
    if (bits.end - bits.at < bytes) {
      throw new Error(`xz: the last stream has no end: byte ${bits.length}`);
    }
    return bits.data.subarray(bits.at, bits.at += bytes);
  }

  /** Whether nothing but zeros follows. */
  async atEnd(): Promise<boolean> {
    const bits = this.#bits;
    while (true) {
      const ended = await bits.fill(1);
      if (!bits.onlyZeros()) return false;
      if (ended) return true;
    }
  }

  get place(): number {
    return this.#bits.byte;
  }

  damaged(what: string): Error {
    return new Error(`xz: ${what}: byte ${this.place}`);
  }

  async close(): Promise<void> {
    await this.#bits.close();
  }
}

type Check = { bytes: number; make?: () => Checksum };
interface Checksum {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}

/** The check behind each block, by the number that a stream's header has. */
const checks: Record<number, Check> = {
  0: { bytes: 0 },
  1: { bytes: 4, make: () => new Crc32() },
  4: { bytes: 8, make: () => new Crc64() },
  10: { bytes: 32, make: () => createHash("sha256") as Hash },
};

async function readHeader(bytes: Bytes): Promise<Check> {
  const header = await bytes.take(12);
  if (!header.subarray(0, 6).every((byte, i) => byte === [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0][i])) {
    throw bytes.damaged("there is no stream");
  }
  const check = checks[header[7]];
  if (header[6] !== 0 || check === undefined || crcOf(header.subarray(6, 8)) !== numberAt(header, 8)) {
    throw bytes.damaged("the header of a stream is damaged");
  }
  return check;
}

interface BlockHeader {
  dictionary: number;
  /** The block's size as it stands and decompressed, where it says so. */
  packed?: number;
  unpacked?: number;
}

/** The header of the next block, or `undefined` where there is none and the index follows. */
async function readBlockHeader(bytes: Bytes): Promise<BlockHeader | undefined> {
  const [words] = await bytes.take(1);
  if (words === 0) return undefined;
  const rest = (await bytes.take(4 * words + 3)).slice();
  const header = Uint8Array.from([words, ...rest.subarray(0, -4)]);
  const flags = header[1];
  if (crcOf(header) !== numberAt(rest, rest.length - 4) || flags & 0x3c) {
    throw bytes.damaged("the header of a block is damaged");
  }
  let at = 2;
  const number = () => {
    let value = 0;
    for (let weight = 1, byte = 0x80; byte & 0x80; weight *= 128) {
      byte = header[at++] ?? 0;
      value += weight * (byte & 0x7f);
    }
    return value;
  };
  const packed = flags & 0x40 ? number() : undefined;
  const unpacked = flags & 0x80 ? number() : undefined;
  const filter = number();
  const size = number();
  if ((flags & 3) !== 0 || filter !== 0x21 || size !== 1) {
    throw bytes.damaged("a block has a filter for programs, which unxz decompresses");
  }
  const power = header[at];
  const dictionary = (2 | power & 1) * 2 ** (Math.floor(power / 2) + 11);
  if (power > 40 || dictionary > maxDictionary) {
    throw bytes.damaged(`a block's dictionary is larger than ${maxDictionary} bytes`);
  }
  return {
    dictionary: Math.min(dictionary, Math.max(unpacked ?? dictionary, 4096)),
    ...packed !== undefined && { packed },
    ...unpacked !== undefined && { unpacked },
  };
}

async function* readBlock(bytes: Bytes, header: BlockHeader, check: Check): AsyncGenerator<Uint8Array> {
  const checksum = check.make?.();
  const begin = bytes.place;
  let unpacked = 0;
  for await (const part of readLzma2(bytes, header.dictionary)) {
    checksum?.update(part);
    unpacked += part.length;
    yield part;
  }
  const packed = bytes.place - begin;
  if (packed !== (header.packed ?? packed) || unpacked !== (header.unpacked ?? unpacked)) {
    throw bytes.damaged("a block is not of the size that its header says");
  }
  await bytes.take((4 - packed % 4) % 4);
  const expected = await bytes.take(check.bytes);
  const found = checksum?.digest();
  if (found?.some((byte, i) => byte !== expected[i])) throw bytes.damaged("the checksum of a block is wrong");
}

async function* readLzma2(bytes: Bytes, dictionary: number): AsyncGenerator<Uint8Array> {
  const lzma = new Lzma(dictionary);
  let known = { dictionary: false, properties: false, state: false };
  for (let [control] = await bytes.take(1); control !== 0; [control] = await bytes.take(1)) {
    const damaged = () => bytes.damaged("a block is damaged");
    if (control === 1 || control >= 0xe0) {
      lzma.resetDictionary();
      known = { dictionary: true, properties: false, state: false };
    } else if (!known.dictionary) throw damaged();
    if (control < 0x80) {
      if (control > 2) throw damaged();
      const [high, low] = await bytes.take(2);
      yield lzma.copy(await bytes.take((high << 8 | low) + 1));
      continue;
    }
    const sizes = await bytes.take(4);
    const unpacked = ((control & 0x1f) << 16 | sizes[0] << 8 | sizes[1]) + 1;
    const packed = (sizes[2] << 8 | sizes[3]) + 1;
    const reset = control >> 5 & 3;
    if (reset >= 2) {
      const [properties] = await bytes.take(1);
      if (!lzma.setProperties(properties)) throw damaged();
      known.properties = true;
    }
    if (reset >= 1) {
      lzma.resetState();
      known.state = true;
    }
    if (!known.properties || !known.state) throw damaged();
    const part = lzma.decode(await bytes.take(packed), unpacked);
    if (part === undefined) throw damaged();
    yield part;
  }
}

/** The list of blocks and the stream's end, whose own checksums are held to. */
async function readIndex(bytes: Bytes): Promise<void> {
  const index: number[] = [0];
  const number = async () => {
    let value = 0;
    for (let weight = 1, byte = 0x80; byte & 0x80; weight *= 128) {
      [byte] = await bytes.take(1);
      index.push(byte);
      value += weight * (byte & 0x7f);
    }
    return value;
  };
  for (let left = 2 * await number(); left > 0; left--) await number();
  while (index.length % 4 !== 0) index.push((await bytes.take(1))[0]);
  const crc = numberAt(await bytes.take(4), 0);
  if (crc !== crcOf(Uint8Array.from(index))) throw bytes.damaged("the index of a stream is damaged");
  const footer = await bytes.take(12);
  if (
    footer[10] !== 0x59 || footer[11] !== 0x5a || numberAt(footer, 0) !== crcOf(footer.subarray(4, 10)) ||
    4 * (numberAt(footer, 4) + 1) !== index.length + 4
  ) throw bytes.damaged("the end of a stream is damaged");
}

function numberAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
}

function crcOf(bytes: Uint8Array): number {
  return crc32(bytes);
}

class Crc32 implements Checksum {
  #crc = 0;

  update(bytes: Uint8Array): void {
    this.#crc = crc32(bytes, this.#crc);
  }

  digest(): Uint8Array {
    return new Uint8Array(Uint32Array.of(this.#crc).buffer);
  }
}

/** CRC-64 with the lowest bit first (ECMA-182), in halves of 32 bits. */
const [lowTable, highTable] = crc64Tables();

function crc64Tables(): [Uint32Array, Uint32Array] {
  const lows = new Uint32Array(256);
  const highs = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc >> 1n ^ (crc & 1n ? 0xc96c5795d7870f42n : 0n);
    lows[byte] = Number(crc & 0xffffffffn);
    highs[byte] = Number(crc >> 32n);
  }
  return [lows, highs];
}

class Crc64 implements Checksum {
  #low = -1;
  #high = -1;

  update(bytes: Uint8Array): void {
    let [low, high] = [this.#low, this.#high];
    for (let i = 0; i < bytes.length; i++) {
      const at = (low ^ bytes[i]) & 255;
      low = (low >>> 8 | high << 24) ^ lowTable[at];
      high = high >>> 8 ^ highTable[at];
    }
    this.#low = low;
    this.#high = high;
  }

  digest(): Uint8Array {
    return new Uint8Array(Uint32Array.of(~this.#low, ~this.#high).buffer);
  }
}
