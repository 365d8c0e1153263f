/** What a thread is given of the documents: memory that all threads share. */
export interface MemberData {
  /** The ids in UTF-8, one after the other. */
  ids: Uint8Array;
  /** Where each id ends. */
  ends: Float64Array;
  /** The scores; none where all are equal. */
  scores: Float64Array | undefined;
  /** How many of the first documents are those compared against, which always stay. */
  against: number;
}

const decoder = new TextDecoder();

/** The documents by their ordinals: 24 bytes each with ids of 16 digits, and 8 more with scores. */
export class Members {
  /** How many there are. */
  readonly count: number;

  constructor(readonly data: MemberData) {
    this.count = data.ends.length;
  }

  /** A document's id. */
  id(ordinal: number): string {
    const { ids, ends } = this.data;
    // What is shared must be copied to be decoded.
    return decoder.decode(ids.slice(ordinal === 0 ? 0 : ends[ordinal - 1], ends[ordinal]));
  }

  /** Below 0 where `a` has the better claim to stay: it is compared against, has the higher score, the smaller id, or came first. */
  rank(a: number, b: number): number {
    const { scores, against } = this.data;
    if (a < against !== b < against) return a < against ? -1 : 1;
    if (scores && scores[a] !== scores[b]) return scores[b] > scores[a] ? 1 : -1;
    return this.byId(a, b);
  }

  /** The order of ids, of equal ones that of the documents. */
  byId(a: number, b: number): number {
    const { ids, ends } = this.data;
    let i = a === 0 ? 0 : ends[a - 1];
    let j = b === 0 ? 0 : ends[b - 1];
    while (i < ends[a] && j < ends[b]) {
      const difference = ids[i++] - ids[j++];
      if (difference !== 0) return difference;
    }
    return (ends[a] - i) - (ends[b] - j) || a - b;
  }
}
