import { type Document, readDocuments, readJsonl } from "../data/mod.ts";
import checksums from "./decon_fixtures.json" with { type: "json" };
import { type PublicSet, publicSet } from "./public_set.ts";

/**
 * Hand-made documents of allenai/decon; the source says how one is contaminated, for example
 * `decon-fixtures/contaminated_at_end`, or that it is clean.
 */
export const deconFixtures: PublicSet<Document> = publicSet({
  name: "decon-fixtures",
  title: "Hand-made contaminated and clean documents with the evaluation items they hold",
  licence: "Apache-2.0",
  origin: {
    kind: "repository",
    repository: "allenai/decon",
    commit: "e1bcb80c752ab9bb014a24b182c547661f943ed1",
    folder: "tests/fixtures/",
  },
  files: checksums,
  async *read(set) {
    for (const path of await set.paths()) {
      // The same documents also lie there compressed in four ways.
      const kind = /^training\/(\w+)\.jsonl$/.exec(path)?.[1];
      if (kind) yield* readDocuments(await set.file(path), { source: `decon-fixtures/${kind}` });
    }
  },
});

/**
 * The four questions that the hand-made documents hold, each with its passage before it.
 *
 * @throws {Deno.errors.NotFound} If the file is neither on this machine nor reached.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { deconFixtures, readDeconQuestions } from "midtrain/sets";
 *
 * if (await deconFixtures.available()) assert.equal((await readDeconQuestions())[0]!.answer, "1889");
 * ```
 */
export async function readDeconQuestions(): Promise<
  { id: string; benchmark: string; question: string; answer: string }[]
> {
  const path = await deconFixtures.file("reference/question_answer_reference.jsonl");
  return await Array.fromAsync(readJsonl(path), (record) => {
    const { doc_id, eval_key, question, answer } = record as Record<string, string>;
    return { id: String(doc_id), benchmark: eval_key, question, answer };
  });
}
