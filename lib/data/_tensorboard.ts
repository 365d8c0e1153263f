/** One scalar of a TensorBoard event file. */
export interface Scalar {
  /** What was logged, for example `train/loss`. */
  tag: string;
  /** The step it was logged at. */
  step: number;
  /** The value, which may be NaN or infinite. */
  value: number;
}

/** The scalars of an event file in the order of their writing. */
export interface Scalars {
  scalars: Scalar[];
  /** Whether the last record is cut off, as in the file of a run that was killed or still goes on. */
  cut: boolean;
}

/**
 * The scalars of a TensorBoard event file: TFRecords of `Event` messages, both those with a `simple_value` and those with a
 * `tensor` of one number, as TensorFlow 2 writes them. What else it holds (texts, histograms, graphs) is passed over.
 *
 * It is our own as npm has no kept reader, and needs two messages of the protocol.
 *
 * @throws {SyntaxError} If a checksum is wrong; the message names the byte.
 */
export function parseEvents(bytes: Uint8Array, name: string): Scalars {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const scalars: Scalar[] = [];
  const wrong = (at: number) =>
    new SyntaxError(
      `Cannot read ${name} as its event records must be undamaged: that at byte ${at} has another checksum`,
    );
  let at = 0;
  while (at + 12 <= bytes.length) {
    if (view.getUint32(at + 8, true) !== maskedCrc(bytes.subarray(at, at + 8))) throw wrong(at);
    const length = Number(view.getBigUint64(at, true));
    const end = at + 12 + length;
    if (end + 4 > bytes.length) break;
    const event = bytes.subarray(at + 12, end);
    if (view.getUint32(end, true) !== maskedCrc(event)) throw wrong(at);
    readEvent(event, scalars);
    at = end + 4;
  }
  return { scalars, cut: at < bytes.length };
}

/** Whether bytes begin as a TFRecord does: with a length and its right checksum. */
export function beginsAsEvents(head: Uint8Array): boolean {
  return head.length >= 12 &&
    new DataView(head.buffer, head.byteOffset).getUint32(8, true) === maskedCrc(head.subarray(0, 8));
}

/** `Event`: step 2, summary 5; `Summary`: values 1; `Value`: tag 1, simple_value 2, tensor 8. */
function readEvent(event: Uint8Array, scalars: Scalar[]): void {
  let step = 0;
  const summaries: Uint8Array[] = [];
  for (const { field, value } of fields(event)) {
    if (field === 2 && typeof value === "number") step = value;
    else if (field === 5 && typeof value === "object") summaries.push(value);
  }
  for (const summary of summaries) {
    for (const one of fields(summary)) {
      if (one.field !== 1 || typeof one.value !== "object") continue;
      let tag = "";
      let number: number | undefined;
      for (const { field, value } of fields(one.value)) {
        if (typeof value !== "object") continue;
        if (field === 1) tag = text.decode(value);
        else if (field === 2) number = viewOf(value).getFloat32(0, true);
        else if (field === 8) number = tensorScalar(value);
      }
      if (number !== undefined) scalars.push({ tag, step, value: number });
    }
  }
}

/** How a number of a `DataType` lies in `tensor_content`. */
const contents: Readonly<Record<number, (view: DataView) => number>> = {
  1: (view) => view.getFloat32(0, true),
  2: (view) => view.getFloat64(0, true),
  3: (view) => view.getInt32(0, true),
  9: (view) => Number(view.getBigInt64(0, true)),
  14: (view) => bfloat(view.getUint16(0, true)),
  19: (view) => view.getFloat16(0, true),
};

/** The number of a `TensorProto` that holds one: dtype 1, shape 2, and the value in one of several fields. */
function tensorScalar(tensor: Uint8Array): number | undefined {
  let type = 0;
  let size = 1;
  let found: number | undefined;
  let content: Uint8Array | undefined;
  for (const { field, value } of fields(tensor)) {
    if (field === 1 && typeof value === "number") type = value;
    else if (typeof value === "number") {
      // Single numbers that are not packed: int_val, int64_val, half_val.
      if (field === 7 || field === 10) found = value;
      else if (field === 13) found = halfOf(type, value);
    } else if (field === 2) {
      for (const dimension of fields(value)) {
        if (dimension.field !== 2 || typeof dimension.value !== "object") continue;
        const sizes = [...fields(dimension.value)].filter((one) => one.field === 1).map((one) =>
          Number(one.value)
        );
        size *= sizes[0] ?? 0;
      }
    } else if (field === 4) content = value;
    else if (field === 5) found = viewOf(value).getFloat32(0, true);
    else if (field === 6) found = viewOf(value).getFloat64(0, true);
    else if (field === 7 || field === 10) found = varint(value, 0).value;
    else if (field === 13) found = halfOf(type, varint(value, 0).value);
  }
  const read = contents[type];
  if (size !== 1 || !read) return undefined;
  return content && content.length > 0 ? read(viewOf(content)) : found ?? 0;
}

function halfOf(type: number, bits: number): number {
  const view = new DataView(new ArrayBuffer(2));
  view.setUint16(0, bits, true);
  return contents[type === 14 ? 14 : 19](view);
}

/** A bfloat16 is the upper half of a float. */
function bfloat(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16 >>> 0);
  return view.getFloat32(0);
}

const text = new TextDecoder();

/** The fields of a protocol buffer's message: varints as numbers, all others as their bytes. */
function* fields(message: Uint8Array): Generator<{ field: number; value: number | Uint8Array }> {
  let at = 0;
  while (at < message.length) {
    const key = varint(message, at);
    at = key.next;
    const kind = key.value & 7;
    const field = Math.floor(key.value / 8);
    if (kind === 0) {
      const { value, next } = varint(message, at);
      at = next;
      yield { field, value };
      continue;
    }
    let length = kind === 1 ? 8 : 4;
    if (kind === 2) ({ value: length, next: at } = varint(message, at));
    // Groups are of the protocol's first years; nothing after one can be read.
    else if (kind !== 1 && kind !== 5) return;
    yield { field, value: message.subarray(at, at + length) };
    at += length;
  }
}

function varint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let scale = 1; at < bytes.length; scale *= 128) {
    const byte = bytes[at++];
    value += (byte & 127) * scale;
    if (byte < 128) break;
  }
  // Ten bytes hold a negative number as 64-bit two's complement.
  return { value: value >= 2 ** 63 ? value - 2 ** 64 : value, next: at };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** CRC-32C as TFRecords hold it, rotated and shifted so that a checksum of a checksum differs. */
export function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = crcTable[(crc ^ bytes[i]) & 255] ^ crc >>> 8;
  crc = ~crc >>> 0;
  return ((crc >>> 15 | crc << 17) + 0xa282ead8) >>> 0;
}
