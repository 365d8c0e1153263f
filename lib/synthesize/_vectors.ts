import { must, ofKind } from "../base/mod.ts";

/** Throw unless what an embedder gave is one vector a text. */
export function mustBeVectors(cannot: string, vectors: unknown, texts: number): void {
  ofKind(cannot, { "what embed gives": vectors }, "a list of lists");
  const { length } = vectors as ArrayLike<unknown>;
  must(cannot, `embed must give one vector a text, ${texts}`, length, length === texts);
}
