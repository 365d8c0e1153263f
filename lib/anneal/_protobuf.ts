/**
 * A writer for protocol buffers' wire format, as much of it as a GraphDef needs. A library was weighed (protobufjs, which
 * tfjs-node itself carries): 40 lines do it without a schema to ship.
 */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];

  /** A whole number field. */
  integer(field: number, value: number): this {
    this.#parts.push(varint(field * 8), varint(value));
    return this;
  }

  /** A field of bytes, text or a message. */
  bytes(field: number, value: Uint8Array | string | ProtobufWriter): this {
    const content = typeof value === "string"
      ? new TextEncoder().encode(value)
      : value instanceof ProtobufWriter
      ? value.finish()
      : value;
    this.#parts.push(varint(field * 8 + 2), varint(content.length), content);
    return this;
  }

  /** The bytes so far. */
  finish(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  // A negative number is written as 64-bit two's complement, as the format asks.
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest ? low | 128 : low);
  } while (rest);
  return Uint8Array.from(bytes);
}
