const bzip2 = /^425a683[1-9](?:314159265359|177245385090)/;
const xz = /^fd377a585a00/;

/** What a file's first bytes, in hexadecimal, say that it is, and what to do with it. */
const formats: readonly [RegExp, string][] = [
  [bzip2, "bzip2 again, which bunzip2 decompresses"],
  [xz, "xz again, which unxz decompresses"],
  [/^1f8b08/, "gzip again, which gunzip decompresses"],
  [/^28b52ffd/, "zstd again, which unzstd decompresses"],
  [/^5d0000.{6,16}ffff/, "lzma, which unlzma decompresses"],
  [/^4c5a495001/, "lzip, which lzip -d decompresses"],
  [/^04224d18|^02214c18/, "lz4, which unlz4 decompresses"],
  [/^ff060000734e61507059/, "framed Snappy, which must be decompressed first"],
  [/^1f9d|^1fa0/, "compress (.Z), which uncompress decompresses"],
  [/^504b(?:0304|0506)/, "a zip archive, whose members must be unpacked first"],
  [/^377abcaf271c/, "a 7z archive, whose members must be unpacked first"],
  [/^526172211a07/, "a rar archive, whose members must be unpacked first"],
  [/^.{514}7573746172/, "a tar archive, whose members must be unpacked first"],
  [/^50415231/, "Parquet, which readParquet() reads"],
  [/^4152524f5731|^ffffffff.{4}0000/, "Arrow, which must be written as Parquet or JSON Lines first"],
  [/^4f626a01/, "Avro, which must be written as Parquet or JSON Lines first"],
  [/^4f5243/, "ORC, which must be written as Parquet or JSON Lines first"],
  [/^53514c69746520666f726d6174203300/, "SQLite, whose tables must be written as JSON Lines first"],
  [/^894844460d0a1a0a/, "HDF5, which must be written as Parquet or JSON Lines first"],
  [/^934e554d5059/, "a NumPy array, which must be written as Parquet or JSON Lines first"],
  [/^80(?:0[2-5])(?:95|7d|5d|28)/, "a Python pickle, which must be written as Parquet or JSON Lines first"],
  [/^255044462d/, "PDF, whose text must be extracted first"],
  [/^574152432f3/, "WARC, which readWarcDocuments() reads"],
  [
    // Without a mark, letters of ASCII in turn with zeros; event files and numbers have zeros too.
    /^fffe|^feff|^0000feff|^(?:(?:0[9ad]|[2-6][0-9a-f]|7[0-9a-e])00){4}|^(?:00(?:0[9ad]|[2-6][0-9a-f]|7[0-9a-e])){4}/,
    "text in UTF-16 or UTF-32, which iconv makes UTF-8",
  ],
];

/** Which known format, other than text, a file is in by its first bytes, and what to do with it. */
export function foreignFormat(head: Uint8Array): string | undefined {
  const hex = hexOf(head.subarray(0, 264));
  return formats.find(([pattern]) => pattern.test(hex))?.[1];
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A compression that is read. */
export type Compression = "gzip" | "zstd" | "bzip2" | "xz" | "brotli";

/** The compression that a file's first bytes say; Brotli's say nothing. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  const magic = head[0] | head[1] << 8 | head[2] << 16 | head[3] << 24;
  if (magic === (0xfd2fb528 | 0) || head.length > 4 && (magic & ~15) === 0x184d2a50) return "zstd";
  const hex = hexOf(head.subarray(0, 10));
  if (bzip2.test(hex)) return "bzip2";
  if (xz.test(hex)) return "xz";
}

/** What a file's name says of its compression, by extension. */
const extensions: Record<string, Compression> = {
  gz: "gzip",
  zst: "zstd",
  zstd: "zstd",
  bz2: "bzip2",
  xz: "xz",
  br: "brotli",
};
const extension = /\.(gz|zstd?|bz2|xz|br)$/i;

/** The compression that a name asks for: what a file is written with, and what one must be whose bytes say nothing. */
export function compressionSaid(path: string): Compression | undefined {
  const said = extension.exec(path)?.[1].toLowerCase();
  return said === undefined ? undefined : extensions[said];
}

/** A name without what compression adds. */
export function uncompressedName(name: string): string {
  return name.replace(extension, "");
}
