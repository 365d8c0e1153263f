/** A way to store numbers in blocks: how many share one, its bytes, and how one is written out. */
interface BlockFormat {
  /** Its name in GGUF. */
  name: string;
  /** Numbers in a block. */
  length: number;
  /** Bytes of a block. */
  bytes: number;
  /** Write the block at byte `at` to `target` from index `to`. */
  expand: (view: DataView, at: number, target: Float32Array, to: number) => void;
}

/** Numbers of a 32-block as 4-bit integers, the first 16 in the low halves of the bytes. */
function nibbles(view: DataView, at: number, put: (i: number, value: number) => void): void {
  for (let i = 0; i < 16; i++) {
    const byte = view.getUint8(at + i);
    put(i, byte & 15);
    put(i + 16, byte >> 4);
  }
}

/** The formats by GGUF's number (ggml's `block_q4_0` and its neighbours); the k-quants are left to llama.cpp. */
const FORMATS: Record<number, BlockFormat> = {
  0: {
    name: "F32",
    length: 1,
    bytes: 4,
    expand: (view, at, target, to) => target[to] = view.getFloat32(at, true),
  },
  1: {
    name: "F16",
    length: 1,
    bytes: 2,
    expand: (view, at, target, to) => target[to] = view.getFloat16(at, true),
  },
  2: {
    name: "Q4_0",
    length: 32,
    bytes: 18,
    expand(view, at, target, to) {
      const scale = view.getFloat16(at, true);
      nibbles(view, at + 2, (i, value) => target[to + i] = scale * (value - 8));
    },
  },
  3: {
    name: "Q4_1",
    length: 32,
    bytes: 20,
    expand(view, at, target, to) {
      const scale = view.getFloat16(at, true);
      const least = view.getFloat16(at + 2, true);
      nibbles(view, at + 4, (i, value) => target[to + i] = scale * value + least);
    },
  },
  8: {
    name: "Q8_0",
    length: 32,
    bytes: 34,
    expand(view, at, target, to) {
      const scale = view.getFloat16(at, true);
      for (let i = 0; i < 32; i++) target[to + i] = scale * view.getInt8(at + 2 + i);
    },
  },
  30: {
    name: "BF16",
    length: 1,
    bytes: 2,
    expand(view, at, target, to) {
      widen.setUint32(0, view.getUint16(at, true) << 16);
      target[to] = widen.getFloat32(0);
    },
  },
};

const widen = new DataView(new ArrayBuffer(4));

/** The storage format of a GGUF tensor. */
export function blockFormat(tensor: string, type: number): BlockFormat {
  const format = FORMATS[type];
  if (format) return format;
  const known = Object.values(FORMATS).map(({ name }) => name).join(", ");
  throw new RangeError(
    `Cannot read tensor ${tensor} as its type must be one of ${known}: current value is ${type}`,
  );
}

/** Numbers out of blocks. */
export function dequantize(format: BlockFormat, bytes: Uint8Array, target: Float32Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let to = 0;
  for (let at = 0; to < target.length; at += format.bytes, to += format.length) {
    format.expand(view, at, target, to);
  }
}
