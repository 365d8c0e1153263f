import { must, oneOf, takes, wholeNumber } from "../base/mod.ts";
import { repeatedShare, wordsOf } from "./checks.ts";
import { lostAnswer, textFault } from "./_text_fault.ts";
import type { Method } from "./method.ts";

/** Options of {@linkcode describeImage}. */
export interface DescribeImageOptions {
  /** How many questions are asked for. @default {3} */
  pairs?: number;
  /** Sampling temperature. @default {0.5} */
  temperature?: number;
}

/**
 * A caption and questions with answers for an image, by a model that sees, in OpenAI's vision message format. The embedded
 * model does not see: the run ends with its words for that.
 *
 * Reads the image's address from `meta.image`: `https:` or a `data:` URL, as `imageUrl` makes it from bytes. What stands in
 * the text goes along as context. `meta` of the new text holds `image`, `caption` and `questions`.
 *
 * @throws {RangeError} If `pairs` is not a whole number >= 1.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { describeImage, imageUrl, Random } from "midtrain/synthesize";
 *
 * const image = imageUrl(new Uint8Array([0x89, 0x50, 0x4e, 0x47]), "image/png");
 * const page = { id: "1", text: "Figure 3: losses", source: "paper", meta: { image } };
 * const [prompt] = describeImage().build(page, new Random(1));
 * assert.deepEqual(prompt.messages[0].images, ["data:image/png;base64,iVBORw=="]);
 * ```
 */
export function describeImage(options: DescribeImageOptions = {}): Method {
  takes("Cannot describe an image", options, "pairs?, temperature?");
  const { pairs = 3, temperature = 0.5 } = options;
  wholeNumber("Cannot describe an image", { pairs }, ">= 1");
  const text = { type: "string", minLength: 1 };
  const schema = {
    type: "object",
    properties: {
      caption: text,
      questions: {
        type: "array",
        items: {
          type: "object",
          properties: { question: text, answer: text },
          required: ["question", "answer"],
          additionalProperties: false,
        },
      },
    },
    required: ["caption", "questions"],
    additionalProperties: false,
  };
  return {
    id: "describe/image@1",
    kind: "distill",
    build({ text, meta: { image } }) {
      if (typeof image !== "string" || !/^(?:https?:|data:image\/)/.test(image)) return [];
      const context = text.trim() === "" ? "" : `\n\nIt stands beside this text:\n${text}`;
      return [{
        messages: [{
          role: "user",
          content:
            `Describe the image in a caption of two to four sentences, saying only what can be seen. Then write ${pairs} questions that the image answers, with their answers. Answer with a JSON object with "caption" and "questions", a list of objects with "question" and "answer".${context}`,
          images: [image],
        }],
        maxTokens: 300 + 80 * pairs,
        temperature,
        schema,
      }];
    },
    read([answer], { text, meta }) {
      // What the schema holds is read, not its JSON.
      if (answer.fault) return [lostAnswer(answer)!];
      const { caption, questions } = answer.value as {
        caption: string;
        questions: { question: string; answer: string }[];
      };
      const lost = (rejected: string) => [{ rejected, sample: answer.text }];
      const fault = [caption, ...questions.flatMap(({ question, answer }) => [question, answer])]
        .map((one) => textFault(one, text)).find((one) => one !== undefined);
      if (fault) return lost(fault);
      if (
        questions.some(({ question, answer }) => ![question, answer].every((one) => wordsOf(one).length > 0))
      ) {
        return lost("empty answer");
      }
      if (wordsOf(caption).length < 5) return lost("too short");
      if (repeatedShare(caption) > 0.3) return lost("loop");
      if (questions.length === 0) return lost("no questions");
      const asked = questions.map(({ question, answer }) => `Question: ${question}\nAnswer: ${answer}`);
      return [{ text: [caption, ...asked].join("\n\n"), meta: { image: meta.image!, caption, questions } }];
    },
  };
}

/**
 * An image's bytes as an address that stands in a message.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { imageUrl } from "midtrain/synthesize";
 *
 * assert.equal(imageUrl(new Uint8Array([1, 2, 3]), "image/jpeg"), "data:image/jpeg;base64,AQID");
 * ```
 */
export function imageUrl(bytes: Uint8Array, type: "image/png" | "image/jpeg" | "image/webp"): string {
  oneOf("Cannot write an image", { type }, ["image/png", "image/jpeg", "image/webp"]);
  must("Cannot write an image", "bytes must be a Uint8Array", typeof bytes, bytes instanceof Uint8Array);
  return `data:${type};base64,${bytes.toBase64()}`;
}
