import { each, must, ofKind, Random, takes } from "../base/mod.ts";
import type { Document, Documents, Json } from "../data/mod.ts";
import type { Message } from "../llm/mod.ts";
import { checkPrompts } from "./_task.ts";
import type { Method, Prompt } from "./method.ts";

/** Options of {@linkcode studentChats}. */
export interface StudentChatsOptions {
  /** The documents that the texts were made from, which are found by lineage. */
  documents: readonly Document[];
  /**
   * Stands first in chats that have no system message. Chat templates such as SmolLM2's add one of their own where there is none:
   * the student is to learn from what it will read.
   * @default {none}
   */
  system?: string;
  /** The seed of the run that made the texts, for methods that draw what they ask. @default {1} */
  seed?: number | string;
}

/**
 * What a student synthesiser learns from: for each accepted text the prompt that its method asks of the document, and the text as
 * the answer, as `meta.messages` of a document. `chatDocuments` and `packDocuments` of `midtrain/anneal` make tokens of them of which the
 * answers alone are learnt; lineage stays the text's own.
 *
 * Each text is read by its method once more, as the student's answer will be: one that it would not accept is refused here.
 *
 * @param accepted What `synthesize` gave.
 * @param method The method that made them, which asks each part of a document once.
 * @throws {RangeError} While iterating, if a text's document is not there, or the method would not accept the text as an answer.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { studentChats, subjectPairs, subjectTeacher, synthesize } from "midtrain/synthesize";
 *
 * const text = "The old ship was made of oak and bone.";
 * const documents = [{ id: "9b", text, source: "sea", meta: {} }];
 * const method = subjectPairs();
 * const accepted = synthesize(documents, method, { model: subjectTeacher() });
 * const [{ meta }] = await Array.fromAsync(studentChats(accepted, method, { documents }));
 * const [system, user, assistant] = meta.messages as { role: string; content: string }[];
 * assert.deepEqual([system.role, user.content], ["system", text]);
 * assert.equal(assistant.content, "Question: Who or what was made of oak and bone?\nAnswer: The old ship");
 * ```
 */
export async function* studentChats(
  accepted: Documents,
  method: Method,
  options: StudentChatsOptions,
): AsyncGenerator<Document, void, undefined> {
  const cannot = "Cannot write a student's chats";
  takes(cannot, options, "documents, system?, seed?");
  ofKind(cannot, { method }, "an object with id, build, read");
  const { documents, system, seed = 1 } = options;
  ofKind(cannot, { documents }, "a list of objects with id, text");
  if (system !== undefined) ofKind(cannot, { system }, "a text");
  const byId = new Map(documents.map((document) => [document.id, document]));
  for await (const text of each(cannot, { accepted }, "an object with id, text")) {
    const [parent] = text.lineage?.parents ?? [];
    const document = byId.get(parent);
    must(
      `${cannot} of ${text.id}`,
      "its document must be among documents",
      parent ?? "no lineage",
      document !== undefined,
    );
    const prompt = promptOf(
      text,
      method.build(document!, new Random(`${seed}/${method.id}/${parent}`)),
      method,
    );
    const results = await method.read([{ prompt, text: text.text, written: text.text }], document!);
    const lost = results.flatMap((result) => "rejected" in result ? [result.rejected] : []).join(", ");
    must(`${cannot} of ${text.id}`, `${method.id} must accept it as an answer`, lost, lost === "");
    const asked = prompt.messages.map(({ role, content }): Message => ({ role, content }));
    const first: Message[] = system !== undefined && asked[0]?.role !== "system"
      ? [{ role: "system", content: system }]
      : [];
    const messages = [...first, ...asked, { role: "assistant" as const, content: text.text }];
    yield { ...text, meta: { ...text.meta, messages: messages as unknown as Json } };
  }
}

/** The prompt that a text answers: the only one, or that of its part of the document. */
function promptOf(text: Document, prompts: Prompt[], { id }: Method): Prompt {
  checkPrompts(id, prompts);
  const parts = JSON.stringify(text.meta.parts);
  const asked = prompts.length === 1
    ? prompts
    : prompts.filter(({ span }) => span && JSON.stringify([span]) === parts);
  must(
    `Cannot write a student's chats of ${text.id}`,
    `${id} must ask for it in one prompt`,
    asked.length,
    asked.length === 1,
  );
  return asked[0];
}
