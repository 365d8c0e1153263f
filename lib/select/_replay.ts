import { type Documents, readDocuments, writeJsonl } from "../data/mod.ts";

/** Documents that can be read again and again, in one order. */
export interface Replay extends AsyncDisposable {
  /** Read them from the start. */
  read(): Documents;
}

/**
 * What can be iterated again (an array, an object with its own `[Symbol.asyncIterator]`) is; what can be read once (a
 * generator) is written to a file first, which goes when the replay is disposed of.
 */
export async function replay(documents: Documents, path: string): Promise<Replay> {
  const iterator = Symbol.asyncIterator in documents
    ? documents[Symbol.asyncIterator]()
    : documents[Symbol.iterator]();
  if ((iterator as unknown) !== documents) {
    return { read: () => documents, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  await writeJsonl(path, documents);
  return {
    read: () => readDocuments(path, { maxLineBytes: Infinity }),
    [Symbol.asyncDispose]: () => Deno.remove(path),
  };
}
