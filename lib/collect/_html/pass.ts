import type { Metadata } from "./metadata.ts";
import type { Page } from "./page.ts";

/** One step from a page to its text: it reads the page and what the passes before it found, and adds what it finds. */
export interface Pass {
  /** Its name. */
  name: string;
  /** Do it. */
  apply(page: Page, draft: Draft): void;
}

/** What the passes find; an array has an entry for each piece of the page. */
export interface Draft {
  /** 1 at the opening tag of an element that goes with all that it holds. */
  unwanted: Uint8Array;
  /** The LaTeX of a formula, which stands in the place of its element, by its opening tag. */
  instead: Map<number, string>;
  /** {@linkcode SEEN}, {@linkcode EDGE} or {@linkcode INSIDE}. */
  places: Uint8Array;
  /** What the writer of the text does at a tag: the bits from {@linkcode END} to {@linkcode COLUMN}. */
  steps: Uint16Array;
  /** What is written at a tag of a raised or lowered text, by the tag. */
  marks: Map<number, string>;
  /** How many cells of its row end before a cell, by its opening tag. */
  columns: Map<number, number>;
  /** The language of each block of code, empty where the page names none, by its opening tag. */
  code: Map<number, string>;
  /** What stands before the first line of an item, by its opening tag. */
  markers: Map<number, string>;
  /** The text a reader would see, a block a line, paragraphs parted by an empty line. */
  text: string;
  /** Whether the text is the page's main text. */
  found: boolean;
  /** The page's `<title>`. */
  title: string;
  /** The `lang` of `<html>`, empty when it names none. */
  language: string;
  /** What the page says of itself. */
  metadata: Metadata;
  /** How many elements were opened. */
  elements: number;
  /** The deepest nesting of elements whose end tag is not optional. */
  depth: number;
}

/** A piece that stays. */
export const SEEN = 0;
/** A tag of an unwanted element. */
export const EDGE = 1;
/** A piece that lies in an unwanted element, or is told elsewhere. */
export const INSIDE = 2;

/** The line ends. */
export const END = 1;
/** An empty line comes before the next one. */
export const GAP = 2;
/** The page asks for a line break. */
export const BREAK = 4;
/** A cell of a table that lays out a page starts. */
export const CELL = 8;
/** White space is kept from here to the closing tag. */
export const KEEP = 16;
/** An item starts, with its marker, or ends. */
export const ITEM = 32;
/** A block within a cell of a table of data starts or ends: its words are parted, its line is not. */
export const SPACE = 64;
/** A mark is written. */
export const MARK = 128;
/** A cell of a table of data starts. */
export const COLUMN = 256;
