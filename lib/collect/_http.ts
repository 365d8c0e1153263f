import { Buffer } from "node:buffer";
import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from "node:zlib";
import { emptyLine, fieldsOf } from "./_record_bytes.ts";

/** What a server answered, as it is stored. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  /** The body without what was put on it for the way: chunks and compression. */
  body: Uint8Array;
  /** Whether chunks or compressed bytes were cut off. */
  truncated: boolean;
}

/** A stored answer, or why it is none. Archives that took chunks or compression off, and left the header, are read too. */
export async function parseResponse(
  content: Uint8Array,
  maxBytes: number,
): Promise<HttpResponse | string> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  const [end, begin] = emptyLine(bytes);
  const head = bytes.toString("latin1", 0, end < 0 ? bytes.length : end);
  const status = /^HTTP\/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)/.exec(head)?.[1];
  if (status === undefined) return "not HTTP";
  const headers = fieldsOf(head.slice(head.indexOf("\n") + 1));
  let body = end < 0 ? Buffer.alloc(0) : bytes.subarray(begin);
  let truncated = false;
  if (/\bchunked\b/i.test(headers["transfer-encoding"] ?? "")) {
    const joined = unchunk(body);
    if (joined) ({ body, truncated } = joined);
  }
  const codings = (headers["content-encoding"] ?? "").toLowerCase().split(",").map((one) => one.trim())
    .filter(
      Boolean,
    );
  for (const coding of codings.reverse()) {
    if (coding === "identity" || body.length === 0) continue;
    const decoded = await decode(body, coding, maxBytes);
    if (typeof decoded !== "string") {
      body = decoded.body;
      truncated ||= decoded.truncated;
    } else if (!/^\s*(?:\ufeff)?<[!a-z?]/i.test(body.toString("latin1", 0, 64))) return decoded;
  }
  return { status: +status, headers, body, truncated };
}

/** The chunks of a body (RFC 9112, section 7.1) joined; `undefined` where it is not made of chunks. */
function unchunk(body: Buffer): { body: Buffer; truncated: boolean } | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const end = body.indexOf("\n", at);
    const line = body.toString("latin1", at, end < 0 ? at : Math.min(end, at + 100));
    const size = /^0*([0-9a-f]{1,8})\s*(?:;.*)?$/i.exec(line.trim())?.[1];
    if (size === undefined) {
      return parts.length === 0 ? undefined : { body: Buffer.concat(parts), truncated: true };
    }
    const length = parseInt(size, 16);
    if (length === 0) return { body: Buffer.concat(parts), truncated: false };
    parts.push(body.subarray(end + 1, end + 1 + length));
    at = end + 1 + length;
    if (body[at] === 13) at++;
    if (body[at] === 10) at++;
  }
  return { body: Buffer.concat(parts), truncated: body.length > 0 };
}

type Decoder = (body: Buffer, options: { maxOutputLength: number; finishFlush?: number }) => Buffer;

/** What takes a compression off, and of some how what was cut off is read as far as it goes. */
const decoders: Record<string, [Decoder, number?]> = {
  "gzip": [gunzipSync, constants.Z_SYNC_FLUSH],
  "x-gzip": [gunzipSync, constants.Z_SYNC_FLUSH],
  // Zlib's form by the standard, and without it by habit.
  "deflate": [
    (body, options) => (body[0] & 15) === 8 ? inflateSync(body, options) : inflateRawSync(body, options),
    constants.Z_SYNC_FLUSH,
  ],
  "br": [brotliDecompressSync],
  "zstd": [zstdDecompressSync],
};

async function decode(
  body: Buffer,
  coding: string,
  maxOutputLength: number,
): Promise<{ body: Buffer; truncated: boolean } | string> {
  if (!Object.hasOwn(decoders, coding)) return `compressed by ${coding.slice(0, 20)}`;
  const [decoder, finishFlush] = decoders[coding];
  try {
    const decoded = decoder(body, { maxOutputLength });
    const truncated = coding === "br" && !await isWholeBrotli(body);
    return truncated && decoded.length === 0 ? "damaged br" : { body: decoded, truncated };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      return `longer than ${maxOutputLength} bytes`;
    }
  }
  try {
    if (finishFlush !== undefined) {
      const decoded = decoder(body, { maxOutputLength, finishFlush });
      if (decoded.length > 0) return { body: decoded, truncated: true };
    }
  } catch {
    // The first attempt's failure says it.
  }
  return `damaged ${coding}`;
}

/** The runtime's decoder of node:zlib is silent where Brotli's bytes are cut off. */
async function isWholeBrotli(body: Uint8Array): Promise<boolean> {
  try {
    for await (const _ of brotli([body])) { /* The bytes are known. */ }
    return true;
  } catch {
    return false;
  }
}

function brotli(parts: Uint8Array[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(parts).pipeThrough(
    new DecompressionStream("brotli" as CompressionFormat) as ReadableWritablePair<Uint8Array, Uint8Array>,
  );
}
