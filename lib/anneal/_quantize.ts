/** How the matrices of a GGUF file are stored, by GGUF's name of it. */
export type GgufPrecision = "Q8_0" | "F16" | "F32";

/** A way to store a row of numbers: GGUF's number of it, what a file of it is called there, and how numbers become bytes. */
interface StoredAs {
  /** The tensor's type. */
  type: number;
  /** `general.file_type`. */
  fileType: number;
  /** Numbers that share a block: a row holds whole blocks. */
  length: number;
  /** Bytes of a block. */
  bytes: number;
  /** The bytes of so many whole blocks. */
  write: (values: Float32Array) => Uint8Array;
}

/** The formats that are written (ggml's `block_q8_0` and plain numbers); `_dequantize.ts` reads them. */
export const STORED: Record<GgufPrecision, StoredAs> = {
  Q8_0: { type: 8, fileType: 7, length: 32, bytes: 34, write: toQ8 },
  F16: { type: 1, fileType: 1, length: 1, bytes: 2, write: (values) => bytesOf(Float16Array.from(values)) },
  F32: { type: 0, fileType: 0, length: 1, bytes: 4, write: bytesOf },
};

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Float16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** 32 numbers as 8-bit integers and the half that they are multiples of. */
function toQ8(values: Float32Array): Uint8Array {
  const blocks = values.length / 32;
  const bytes = new Uint8Array(34 * blocks);
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < blocks; block++) {
    let largest = 0;
    for (let i = 32 * block; i < 32 * block + 32; i++) largest = Math.max(largest, Math.abs(values[i]));
    const scale = largest / 127;
    view.setFloat16(34 * block, scale, true);
    // As ggml does: by the scale before it was rounded to a half.
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let i = 0; i < 32; i++) {
      view.setInt8(34 * block + 2 + i, Math.round(values[32 * block + i] * inverse));
    }
  }
  return bytes;
}
