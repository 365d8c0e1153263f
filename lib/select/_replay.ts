import { type Documents, readDocuments, writeJsonl } from "../data/mod.ts";

/** Documents that can be read again and again, in one order. */
export interface Replay extends AsyncDisposable {
  /** Read them from the start. */
  read(): Documents;
}

/**
 * What can be iterated again (an array, an object with its own `[Symbol.asyncIterator]`) is; what can be read once (a
 * generator) is written to a temporary file first, which goes when the replay is disposed of.
 */
export async function replay(documents: Documents): Promise<Replay> {
  const iterator = Symbol.asyncIterator in documents
    ? documents[Symbol.asyncIterator]()
    : documents[Symbol.iterator]();
  if ((iterator as unknown) !== documents) {
    return { read: () => documents, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const folder = await Deno.makeTempDir({ prefix: "midtrain-" });
  const remove = () => Deno.remove(folder, { recursive: true });
  try {
    await writeJsonl(`${folder}/documents.jsonl`, documents);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    read: () => readDocuments(`${folder}/documents.jsonl`, { maxLineBytes: Infinity }),
    [Symbol.asyncDispose]: remove,
  };
}
