import type { Json } from "../base/mod.ts";

/** A file that a shard is made from. */
export interface InputFile {
  /** Its name, which is the same on every machine: as the plan finds it, or `00003/documents.jsonl` of a stage. */
  name: string;
  /** Where it lies here. Of a file that several shards divide, this is the shard's own piece, which begins and ends with a line. */
  path: string;
}

/** A shard as whoever works on it sees it. */
export interface WorkShard<Parameters> {
  /** Its number, from 0. */
  index: number;
  /** How many there are. */
  of: number;
  /** What the plan says, checked and with all defaults. */
  parameters: Parameters;
  /** Its files by what they are read as. */
  inputs: Record<string, InputFile[]>;
  /** The folder that its files are to be written into; nothing else of it counts. */
  out: string;
}

/** How a stage reads something. */
export interface Reads {
  /**
   * Whether each shard has files of its own, or all have the same.
   * - `divided`: files are divided among the shards by their size; of a stage, a shard gets what the shard of its number made.
   * - `whole`: every shard gets all files, or what all shards of a stage made.
   */
  how: "divided" | "whole";
  /** Which file of each shard of a stage, where that makes others beside it, by the reading shard's number. @default {all} */
  file?: (index: number, parameters: Readonly<Record<string, Json>>) => string;
  /** Whether there may be none. @default {false} */
  optional?: boolean;
}

/**
 * A kind of work that a plan's stages do: a module's default export, so that another process or machine can name it.
 *
 * What it throws says whose fault it is: see {@linkcode faultOf}.
 */
export interface StageWork<Parameters extends object = Record<string, Json>> {
  /** What it is called. */
  name: string;
  /** Another version makes other bytes. */
  version: string;
  /** What it reads, by names that a stage's `from` uses; the first may go without its name. @default {nothing} */
  reads?: Readonly<Record<string, Reads>>;
  /** How many shards there are where nothing is divided. @default {1} */
  parts?(parameters: Parameters): number;
  /**
   * Check what the plan says, and fill in what it leaves out, without reading anything: of what JSON can hold.
   *
   * @default {it takes none}
   */
  parameters?(given: Record<string, Json>): Parameters;
  /**
   * Make a shard. The same files and parameters give the same bytes, on any machine.
   *
   * @returns Counts, which are added up over the shards.
   */
  work(shard: WorkShard<Parameters>): Promise<Record<string, number>>;
}
