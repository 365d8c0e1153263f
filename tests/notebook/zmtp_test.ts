import assert from "node:assert/strict";
import { Socket } from "../../lib/notebook/_zmtp.ts";

const greeting = new Uint8Array(64);
greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0]);
const ready = [4, 6, 5, ...new TextEncoder().encode("READY")];

/** A peer that answers the greeting and then says these bytes in pieces. */
async function withPeer(bytes: Uint8Array, use: (socket: Socket) => Promise<void>): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const peer = (async () => {
    using connection = await listener.accept();
    const all = new Uint8Array([...greeting, ...ready, ...bytes]);
    for (let n = 0; n < all.length;) n += await connection.write(all.subarray(n, n + 50_000));
    const sink = new Uint8Array(1000);
    while (await connection.read(sink) !== null);
  })();
  const socket = await Socket.dial((listener.addr as Deno.NetAddr).port, "DEALER");
  try {
    await use(socket);
  } finally {
    socket.close();
    await peer;
    listener.close();
  }
}

Deno.test("Socket reads short and long frames, skips commands, and ends with its peer", async () => {
  const long = new Uint8Array(200_000).map((_, i) => i % 251);
  const head = new Uint8Array(9);
  head[0] = 2;
  new DataView(head.buffer).setBigUint64(1, BigInt(long.length));
  const bytes = new Uint8Array([1, 1, 7, 4, 2, 0, 0, ...head, ...long, 0, 0, 0, 1, 9]);
  await withPeer(bytes, async (socket) => {
    const message = await socket.receive();
    assert.deepEqual([...message![0]], [7]);
    assert.deepEqual(message![1], long);
    assert.deepEqual(await socket.receive(), [new Uint8Array(0)]);
    assert.deepEqual(await socket.receive(), [new Uint8Array([9])]);
    const end = socket.receive();
    socket.close();
    assert.equal(await end, undefined);
  });
});

Deno.test("Socket takes messages out that were written into the middle of a long one", async () => {
  const text = new TextEncoder().encode("é".repeat(100_000));
  const head = new Uint8Array(9);
  head[0] = 2;
  new DataView(head.buffer).setBigUint64(1, BigInt(text.length));
  const short = (word: string) => {
    const data = new TextEncoder().encode(word);
    return [1, 9, ...new TextEncoder().encode("<IDS|MSG>"), 0, data.length, ...data];
  };
  const cut = 60_001;
  const [first, second, third] = ["busy", "idle", "last"].map(short);
  const bytes = [...head, ...text.subarray(0, cut), ...first, ...second, ...text.subarray(cut), ...third];
  await withPeer(new Uint8Array(bytes), async (socket) => {
    assert.deepEqual(await socket.receive(), [text]);
    for (const word of ["busy", "idle", "last"]) {
      const frames = (await socket.receive())!.map((frame) => new TextDecoder().decode(frame));
      assert.deepEqual(frames, ["<IDS|MSG>", word]);
    }
  });
});

Deno.test("Socket.dial() refuses a port that speaks something else", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const peer = (async () => {
    using connection = await listener.accept();
    await connection.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n".padEnd(64)));
    while (await connection.read(new Uint8Array(100)) !== null);
  })();
  const { port } = listener.addr as Deno.NetAddr;
  await assert.rejects(Socket.dial(port, "SUB"), { name: "TypeError", message: /does not speak ZMTP 3/ });
  await peer;
  listener.close();
});
