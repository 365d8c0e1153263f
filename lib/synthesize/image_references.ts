import { realpath } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import { each, ofKind, sha256, takes } from "../base/mod.ts";
import type { Document, Documents, OnDrop } from "../data/mod.ts";
import { type ImageType, imageType } from "./_image_bytes.ts";

/** An image where it lies, with the hash of what was there: what stands in `meta.image`, instead of its bytes. */
export type ImageReference = {
  /** The SHA-256 of its bytes, in hexadecimal digits. */
  sha256: string;
  /** What kind it is. */
  type: ImageType;
  /** Its file. */
  path?: string;
  /** Its address, where it has no file. */
  url?: string;
};

/** Options of {@linkcode imageReferences}. */
export interface ImageReferencesOptions {
  /** Where the files are: paths are read from here, nothing outside of it is, and images inlined as `data:` are written here, each once, by their hash. @default {addresses alone are read} */
  folder?: string;
  /** Reads an address. @default {`fetch`, at most 60 seconds each} */
  fetch?: (url: string) => Promise<Response>;
  /** Called with every document whose image cannot be had, and why. */
  onDrop?: OnDrop;
}

const MOST_BYTES = 20 << 20;

/**
 * Documents whose `meta.image` (a path, an `https:` address or a `data:` URL) is a reference afterwards: file or address with
 * the SHA-256 of what is there. `describeImage` takes it from there, and new texts carry the reference, never the bytes.
 *
 * Dropped are documents without an image, with one that is not there, not PNG, JPEG, WebP or GIF by its first bytes, of more than 20 MiB, or outside
 * of the folder: a page may name any path.
 *
 * @throws {TypeError} While iterating: if `documents` is no list of documents.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { imageReferences } from "midtrain/synthesize";
 *
 * const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
 * const fetch = () => Promise.resolve(new Response(png));
 * const page = { id: "1", text: "Figure 3", source: "paper", meta: { image: "https://example.org/3.png" } };
 * const [{ meta }] = await Array.fromAsync(imageReferences([page], { fetch }));
 * assert.equal((meta.image as { type: string }).type, "image/png");
 * ```
 */
export async function* imageReferences(
  documents: Documents,
  options: ImageReferencesOptions = {},
): AsyncGenerator<Document> {
  const cannot = "Cannot refer to images";
  takes(cannot, options, "folder?, fetch?, onDrop?");
  const { folder, fetch: read = readAddress, onDrop } = options;
  if (folder !== undefined) ofKind(cannot, { folder }, "a text");
  for await (const document of each(cannot, { documents }, "an object with id, meta")) {
    const found = await referenceTo(document.meta.image, { folder, read });
    if (typeof found !== "string") yield { ...document, meta: { ...document.meta, image: found } };
    else {
      onDrop?.({
        id: document.id,
        source: document.source,
        stage: "synthesize/images",
        reason: found,
        excerpt: String(document.meta.image ?? "").slice(0, 200),
      });
    }
  }
}

interface Reading {
  folder: string | undefined;
  read: (url: string) => Promise<Response>;
}

/** The reference, or why there is none. */
async function referenceTo(image: unknown, { folder, read }: Reading): Promise<ImageReference | string> {
  if (typeof image !== "string" || image === "") return "no image";
  if (/^https?:/.test(image)) {
    const bytes = await bytesOf(() => read(image).then(bodyOf));
    return typeof bytes === "string" ? bytes : described(bytes, { url: image });
  }
  if (image.startsWith("data:")) {
    if (folder === undefined) return "inlined image and no folder";
    const bytes = await bytesOf(() => fetch(image).then(bodyOf));
    if (typeof bytes === "string") return bytes;
    const found = described(bytes, {});
    if (typeof found === "string") return found;
    const path = join(resolve(folder), `${found.sha256}.${found.type.slice("image/".length)}`);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeFile(path, bytes);
    return { ...found, path };
  }
  if (folder === undefined || /^[a-z][a-z0-9+.-]+:/i.test(image)) return "image outside of the folder";
  const path = await bytesOf(() => realpath(resolve(folder, image)));
  if (typeof path !== "string" || path === "image cannot be read") return "image cannot be read";
  const within = relative(await realpath(folder), path);
  if (within.startsWith("..") || isAbsolute(within)) return "image outside of the folder";
  const { size, isFile } = await Deno.stat(path);
  if (!isFile) return "image cannot be read";
  if (size > MOST_BYTES) return "image too large";
  return described(await Deno.readFile(path), { path });
}

function described(
  bytes: Uint8Array<ArrayBuffer>,
  where: { path?: string; url?: string },
): ImageReference | string {
  const type = imageType(bytes);
  return type === undefined ? "no image by its bytes" : { sha256: sha256(bytes), type, ...where };
}

async function bytesOf<T>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    return error instanceof TooLarge ? "image too large" : "image cannot be read";
  }
}

class TooLarge extends Error {}

async function bodyOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new TooLarge();
    chunks.push(chunk);
  }
  return await new Blob(chunks as Uint8Array<ArrayBuffer>[]).bytes();
}

function readAddress(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(60_000) });
}
