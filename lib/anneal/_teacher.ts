/** What a teacher said of each token of a source, on disk. */
export interface Teacher {
  /** Ids it names of each token, the likeliest first. */
  topK: number;
  /** What its logits were divided by. */
  temperature: number;
  /** Its ids lie below this: the model's vocabulary must be as large. */
  vocabularySize: number;
  /** Whether its attention stayed inside documents. */
  maskDocuments: boolean;
  /** The SHA-256 of all that decides what it said. */
  sha256: string;
  /** What it said of the tokens that follow those from `start` on; of which it said nothing, the probabilities are 0. */
  read(start: number, count: number): { ids: Uint32Array; probabilities: Float32Array };
}

/** What a teacher says of N tokens, its k likeliest of each, in order. */
export interface Said {
  /** Their ids `[N * k]`. */
  ids: Uint32Array;
  /** Their probabilities `[N * k]`, all 0 where nothing is said of a token. */
  probabilities: Float32Array;
}

/** Tokens that a teacher reads at once. */
export interface Window {
  /** Their ids. */
  tokens: Int32Array;
  /** The one that follows the last. */
  next: number;
}

/** A model that says what may follow each token of a window. */
export interface Voice extends Disposable {
  /** How many windows it may be asked for at a time. */
  atOnce: number;
  /** Say it of one. */
  say(window: Window, said: Said, signal?: AbortSignal): Promise<void>;
}
