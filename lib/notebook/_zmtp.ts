import { Buffer } from "node:buffer";
import { writeFully } from "../base/mod.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * How a message of Deno's kernel begins on the wire. Where a long message fills the connection, the kernel writes the next
 * one into its middle (Deno 2.9.6, seen with 20 MB of output on a busy machine). JSON holds no control character, so that
 * this mark inside a frame is always such a message.
 */
const intruder = new Uint8Array([1, 9, ...encoder.encode("<IDS|MSG>")]);

/** A socket that speaks ZMTP 3.0 without security, as far as a Jupyter client needs it (rfc.zeromq.org/spec/23). */
export class Socket {
  #connection: Deno.TcpConn;
  #buffer: Uint8Array = new Uint8Array(0);
  #writing: Promise<void> = Promise.resolve();
  /** Messages that were found inside the one before them. */
  readonly #early: Uint8Array[][] = [];

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connect to a port on this machine; SUB subscribes to everything. */
  static async dial(port: number, type: "SUB" | "DEALER"): Promise<Socket> {
    const socket = new Socket(await Deno.connect({ hostname: "127.0.0.1", port }));
    try {
      await socket.#greet(type);
    } catch (error) {
      socket.close();
      throw error;
    }
    return socket;
  }

  async #greet(type: string): Promise<void> {
    const greeting = new Uint8Array(64);
    greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0]);
    greeting.set(encoder.encode("NULL"), 12);
    await this.#write(greeting);
    const answer = await this.#read(64);
    if (answer[0] !== 0xff || answer[10] < 3) {
      throw new TypeError("Cannot dial a port that does not speak ZMTP 3");
    }
    const ready = [5, ...encoder.encode("READY"), 11, ...encoder.encode("Socket-Type"), 0, 0, 0, type.length];
    await this.#write(frame(new Uint8Array([...ready, ...encoder.encode(type)]), 4));
    await this.#readFrame();
    if (type === "SUB") await this.#write(frame(new Uint8Array([1]), 0));
  }

  /** Send one message of several frames; calls keep their order. */
  send(frames: readonly Uint8Array[]): Promise<void> {
    const bytes = concat(frames.map((data, i) => frame(data, i < frames.length - 1 ? 1 : 0)));
    return this.#writing = this.#writing.then(() => this.#write(bytes));
  }

  /** The next message; `undefined` when the other side is gone. */
  async receive(): Promise<Uint8Array[] | undefined> {
    try {
      return this.#early.shift() ?? await this.#readMessage();
    } catch (error) {
      if (error instanceof Deno.errors.UnexpectedEof || error instanceof Deno.errors.BadResource) {
        return undefined;
      }
      if (error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.Interrupted) {
        return undefined;
      }
      throw error;
    }
  }

  close(): void {
    try {
      this.#connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #readMessage(): Promise<Uint8Array[]> {
    const frames: Uint8Array[] = [];
    while (true) {
      const { data, flags } = await this.#readFrame();
      if (flags & 4) continue;
      frames.push(flags & 2 ? await this.#withoutIntruders(data) : data);
      if (!(flags & 1)) return frames;
    }
  }

  /** A long frame without the messages that were written into it; as many bytes as they took follow them. */
  async #withoutIntruders(data: Uint8Array): Promise<Uint8Array> {
    const at = Buffer.from(data.buffer, data.byteOffset, data.length).indexOf(intruder);
    if (at < 0) return data;
    this.#buffer = concat([data.subarray(at), this.#buffer]);
    this.#early.push(await this.#readMessage());
    return await this.#withoutIntruders(concat([data.subarray(0, at), await this.#read(data.length - at)]));
  }

  async #readFrame(): Promise<{ data: Uint8Array; flags: number }> {
    const flags = (await this.#read(1))[0];
    const size = await this.#read(flags & 2 ? 8 : 1);
    const length = flags & 2 ? Number(new DataView(size.buffer, size.byteOffset).getBigUint64(0)) : size[0];
    return { data: await this.#read(length), flags };
  }

  async #read(length: number): Promise<Uint8Array> {
    const whole = new Uint8Array(length);
    for (let have = 0; have < length;) {
      if (this.#buffer.length === 0) {
        const chunk = new Uint8Array(65536);
        const n = await this.#connection.read(chunk);
        if (n === null) throw new Deno.errors.UnexpectedEof("The socket was closed by its other side");
        this.#buffer = chunk.subarray(0, n);
      }
      const part = this.#buffer.subarray(0, length - have);
      whole.set(part, have);
      have += part.length;
      this.#buffer = this.#buffer.subarray(part.length);
    }
    return whole;
  }

  #write(bytes: Uint8Array): Promise<void> {
    return writeFully(this.#connection, bytes);
  }
}

/** Flags: 1 more frames follow, 2 an eight-byte length, 4 a command. */
function frame(data: Uint8Array, flags: number): Uint8Array {
  if (data.length < 256) return concat([new Uint8Array([flags, data.length]), data]);
  const head = new Uint8Array(9);
  head[0] = flags | 2;
  new DataView(head.buffer).setBigUint64(1, BigInt(data.length));
  return concat([head, data]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The text of a frame. */
export function text(frame: Uint8Array): string {
  return decoder.decode(frame);
}
