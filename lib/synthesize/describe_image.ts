import { must, oneOf, takes, wholeNumber } from "../base/mod.ts";
import { keptImage, sentImage } from "./_image_bytes.ts";
import { lostAnswer, textFault } from "./_text_fault.ts";
import { repeatedShare, wordKey, wordsOf } from "./checks.ts";
import type { Accepted, Method, Rejected } from "./method.ts";

/** Options of {@linkcode describeImage}. */
export interface DescribeImageOptions {
  /** How many questions are asked for. @default {3} */
  pairs?: number;
  /**
   * Whether every answer must stand in the document's text, word for word: for screenshots of pages with their text, where a pair is lost as
   * `answer not in the text` otherwise. Documents without text are left out. @default {false}
   */
  grounded?: boolean;
  /** Sampling temperature. @default {0.5} */
  temperature?: number;
}

/**
 * A caption and questions with answers for an image (a figure, or a screenshot of a page with its text), by a model that sees, in OpenAI's vision message format. The embedded
 * model reads text only: the run ends and says so.
 *
 * Reads `meta.image`: a reference as `imageReferences` makes it of files and addresses, an `https:` address, or a `data:` URL, as `imageUrl` makes
 * it from bytes. What stands in the text goes along as context. `meta` of the new text holds `caption`, `questions`, and as `image` the
 * reference: file or address and SHA-256, of an inlined image its hash alone. No new text holds an image's bytes.
 *
 * @throws {RangeError} If `pairs` is not a whole number >= 1.
 * @throws {Error} In a run: if a file is not there any more, or not the one that was referred to.
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
  const cannot = "Cannot describe an image";
  takes(cannot, options, "pairs?, grounded?, temperature?");
  const { pairs = 3, grounded = false, temperature = 0.5 } = options;
  wholeNumber(cannot, { pairs }, ">= 1");
  must(cannot, "grounded must be true or false", grounded, typeof grounded === "boolean");
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
    id: "describe/image@2",
    kind: "distill",
    ...(grounded ? { settings: { grounded } } : {}),
    build({ id, text, meta: { image } }) {
      const address = sentImage(image, id);
      const bare = text.trim() === "";
      if (address === undefined || grounded && bare) return [];
      const copied = grounded ? " Copy each answer from the text beside it, word for word." : "";
      const context = bare ? "" : `\n\nIt stands beside this text:\n${text}`;
      return [{
        messages: [{
          role: "user",
          content:
            `Describe the image in a caption of two to four sentences, saying only what can be seen. Then write ${pairs} questions that the image answers, with their answers.${copied} Answer with a JSON object with "caption" and "questions", a list of objects with "question" and "answer".${context}`,
          images: [address],
        }],
        maxTokens: 300 + 80 * pairs,
        temperature,
        schema,
      }];
    },
    read([answer], { text, meta }) {
      // What the schema holds is read, not its JSON.
      if (answer.fault) return [lostAnswer(answer)!];
      const { caption, questions } = answer.value as { caption: string; questions: Asked[] };
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
      const key = wordKey(text);
      const held = questions.filter(({ answer }) => !grounded || key.includes(wordKey(answer)));
      const loose = questions.filter((one) => !held.includes(one)).map((one): Rejected => ({
        rejected: "answer not in the text",
        sample: said(one),
      }));
      if (held.length === 0) return loose;
      const kept: Accepted = {
        text: [caption, ...held.map(said)].join("\n\n"),
        meta: { image: keptImage(meta.image)!, caption, questions: held.map((one) => ({ ...one })) },
      };
      return [kept, ...loose];
    },
  };
}

interface Asked {
  question: string;
  answer: string;
}

function said({ question, answer }: Asked): string {
  return `Question: ${question}\nAnswer: ${answer}`;
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
