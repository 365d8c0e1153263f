import { createRequire } from "node:module";

/** The regular and the bold face, from the package `dejavu-fonts-ttf`. */
export function fontFiles(): string[] {
  const { resolve } = createRequire(import.meta.url);
  return ["DejaVuSans", "DejaVuSans-Bold"].map((face) => resolve(`dejavu-fonts-ttf/ttf/${face}.ttf`));
}

/** The width of a text in the shipped font, in the unit of `fontSize`. */
export type TextWidth = (text: string, fontSize: number, bold: boolean) => number;

/**
 * Measure text from the font's own tables (OpenType `cmap` format 4 and `hmtx`). Without a canvas Vega takes every letter
 * for 0.8 em, which pushes titles and legends far off; a canvas package would need a native build for this alone.
 */
export function textWidth(): TextWidth {
  const faces = fontFiles().map((path) => advances(Deno.readFileSync(path)));
  return (text, fontSize, bold) => {
    const advance = faces[bold ? 1 : 0];
    let sum = 0;
    for (const letter of text) sum += advance(letter.codePointAt(0)!);
    return sum * fontSize;
  };
}

function advances(bytes: Uint8Array): (code: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = new Map<string, number>();
  let at = 12;
  for (let i = 0; i < view.getUint16(4); i++, at += 16) {
    tables.set(String.fromCharCode(...bytes.subarray(at, at + 4)), view.getUint32(at + 8));
  }
  const unitsPerEm = view.getUint16(tables.get("head")! + 18);
  const metrics = view.getUint16(tables.get("hhea")! + 34);
  const hmtx = tables.get("hmtx")!;
  const glyphOf = glyphs(view, tables.get("cmap")!);
  return (code) => view.getUint16(hmtx + 4 * Math.min(glyphOf(code), metrics - 1)) / unitsPerEm;
}

function glyphs(view: DataView, cmap: number): (code: number) => number {
  let at = 0;
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const table = cmap + view.getUint32(cmap + 4 + 8 * i + 4);
    if (view.getUint16(table) === 4) at = table;
  }
  const segments = view.getUint16(at + 6) / 2;
  const ends = at + 14;
  const starts = ends + 2 * segments + 2;
  const deltas = starts + 2 * segments;
  const offsets = deltas + 2 * segments;
  return (code) => {
    for (let i = 0; i < segments; i++) {
      if (code > view.getUint16(ends + 2 * i)) continue;
      const start = view.getUint16(starts + 2 * i);
      const delta = view.getUint16(deltas + 2 * i);
      if (code < start) return 0;
      const offset = view.getUint16(offsets + 2 * i);
      if (offset === 0) return (code + delta) & 0xffff;
      const glyph = view.getUint16(offsets + 2 * i + offset + 2 * (code - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
