/** Token ids one after another: a typed array in memory, or shards on disk of which only what is asked for is read. */
export interface TokenSequence {
  /** How many there are. */
  readonly length: number;
  /** The ids from `start` up to `end`, without it. */
  subarray(start: number, end: number): Uint16Array | Uint32Array;
}

/** A 0 or 1 for each token. */
export interface TokenFlags {
  /** How many there are. */
  readonly length: number;
  /** The flags from `start` up to `end`, without it. */
  subarray(start: number, end: number): Uint8Array;
}
