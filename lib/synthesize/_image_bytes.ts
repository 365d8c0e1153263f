import { sha256 } from "../base/mod.ts";

/** What vision models read. */
export type ImageType = "image/png" | "image/jpeg" | "image/webp" | "image/gif";

/** What kind of image bytes are, by the first of them. */
export function imageType(bytes: Uint8Array): ImageType | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  if (text.startsWith("\x89PNG\r\n")) return "image/png";
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (/^RIFF[^]{4}WEBP/.test(text)) return "image/webp";
  return /^GIF8[79]a/.test(text) ? "image/gif" : undefined;
}

/** What a new text keeps of `meta.image`: the reference, or of an inlined image its hash; never its bytes. */
export function keptImage(image: unknown): string | { [key: string]: string } | undefined {
  if (typeof image === "string") {
    if (/^https?:/.test(image)) return image;
    const [, type, base64] = inlined.exec(image) ?? [];
    return type === undefined ? undefined : { sha256: sha256(Uint8Array.fromBase64(base64)), type };
  }
  if (typeof image !== "object" || image === null) return undefined;
  const { path, url, sha256: hash, type } = image as Record<string, unknown>;
  if (typeof hash !== "string" || typeof type !== "string") return undefined;
  if (typeof url === "string") return { url, sha256: hash, type };
  return typeof path === "string" ? { path, sha256: hash, type } : undefined;
}

const inlined = /^data:(image\/[\w.+-]+);base64,(.*)$/s;

/**
 * What stands in a message for `meta.image`, if it has an image: its address, or its bytes as one.
 *
 * @throws {Error} If a file is not what its reference says.
 */
export function sentImage(image: unknown, id: string): string | undefined {
  const kept = keptImage(image);
  if (kept === undefined || typeof image === "string") return kept && String(image);
  const { path, url, sha256: hash, type } = kept as { [key: string]: string };
  if (url !== undefined) return url;
  const cannot = `Cannot show the image of document ${id}`;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Deno.readFileSync(path);
  } catch (error) {
    throw new Error(`${cannot} as ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (sha256(bytes) !== hash || imageType(bytes) !== type) {
    throw new Error(`${cannot} as ${path} has changed since it was referred to: make its reference again`);
  }
  return `data:${type};base64,${bytes.toBase64()}`;
}
