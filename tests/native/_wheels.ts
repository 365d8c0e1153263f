import { crc32, deflateRawSync } from "node:zlib";
import { join } from "node:path";
import { sha256 } from "../../lib/base/mod.ts";
import { artefactOf } from "../../lib/native/mod.ts";
import type { Artefact } from "../../lib/native/mod.ts";

/** One member of an archive to be written. */
export interface Part {
  name: string;
  content: Uint8Array<ArrayBuffer>;
  /** As is, rather than deflated. */
  stored?: boolean;
  executable?: boolean;
  /** The size that the archive claims. @default the content's */
  claimed?: number;
}

/** A ZIP archive. */
export function zip(parts: readonly Part[], comment = ""): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, content, stored, executable, claimed = content.length } of parts) {
    const title = new TextEncoder().encode(name);
    const packed = stored ? content : deflateRawSync(content);
    // From the version to the length of the extra field, local header and directory agree.
    const common = record(
      [[2, 20], [2, 0], [2, stored ? 0 : 8], [4, 0], [4, crc32(content)]],
      [[4, packed.length], [4, claimed], [2, title.length], [2, 0]],
    );
    const local = [record([[4, 0x04034b50]]), common, title, packed];
    const mode = (executable ? 0o100755 : 0o100644) << 16 >>> 0;
    directory.push(
      record([[4, 0x02014b50], [2, 0x0314]]),
      common,
      record([[2, 0], [2, 0], [2, 0], [4, mode], [4, offset]]),
      title,
    );
    pieces.push(...local);
    offset += length(local);
  }
  const note = new TextEncoder().encode(comment);
  const count = parts.length;
  const end = record(
    [[4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count]],
    [[4, length(directory)], [4, offset], [2, note.length]],
  );
  return concat([...pieces, ...directory, end, note]);
}

function record(...fields: [bytes: number, value: number][][]): Uint8Array {
  return Uint8Array.from(
    fields.flat().flatMap(([bytes, value]) =>
      Array.from({ length: bytes }, (_, i) => value / 256 ** i & 255)
    ),
  );
}

function length(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

function concat(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(length(pieces));
  pieces.reduce((at, piece) => (all.set(piece, at), at + piece.length), 0);
  return all;
}

/** The bytes of a text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** A small wheel that pip takes, in a folder of its own, and the artefact that it makes. */
export async function tinyWheel(
  folder: string,
  content = bytesOf("weights ".repeat(1000)),
): Promise<Artefact> {
  const about = "tiny_parcel-1.0.dist-info";
  const archive = zip([
    { name: "tiny_parcel/model.bin", content },
    { name: "tiny_parcel/unwanted.bin", content: bytesOf("x"), stored: true },
    {
      name: `${about}/METADATA`,
      content: bytesOf("Metadata-Version: 2.1\nName: tiny-parcel\nVersion: 1.0\n"),
    },
    {
      name: `${about}/WHEEL`,
      content: bytesOf("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
    },
    { name: `${about}/RECORD`, content: bytesOf("") },
  ]);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeFile(join(folder, "tiny_parcel-1.0-py3-none-any.whl"), archive);
  return {
    ...artefactOf("smollm2"),
    files: { model: "tiny_parcel/model.bin" },
    wheels: [{
      package: "tiny-parcel",
      version: "1.0",
      bytes: archive.length,
      licence: "MIT",
      members: [{ path: "tiny_parcel/model.bin", bytes: content.length, sha256: sha256(content) }],
    }],
  };
}
