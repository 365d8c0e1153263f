/** What a teacher said of each token of a source, on disk. */
export interface Teacher {
  /** Ids it names of each token, the likeliest first. */
  topK: number;
  /** What its logits were divided by. */
  temperature: number;
  /** Its vocabulary: the model's must be as large. */
  vocabularySize: number;
  /** Whether its attention stayed inside documents. */
  maskDocuments: boolean;
  /** The SHA-256 of all that decides what it said. */
  sha256: string;
  /** What it said of the tokens that follow those from `start` on. */
  read(start: number, count: number): { ids: Uint32Array; probabilities: Float32Array };
}
