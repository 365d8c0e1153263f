import { Template } from "@huggingface/jinja";
import type { Message } from "./chat.ts";

/** The form of a model that brings none. */
const CHATML =
  "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n" +
  "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/** Kinds of tokens in a GGUF file: those that steer, and those that its maker added. */
const SPECIAL_KINDS = [3, 4];

/** What the template takes for white space, and no message begins or ends with it. */
const EDGE = "\u2003";

/** What stands for the content of message `i` until the template is filled. */
const PLACE = new RegExp(`(${EDGE}?)\uE000(\\d+)\uE001(${EDGE}?)`, "u");

/** Thrown when a conversation has no form in the model's own template. */
export class ChatTemplateError extends TypeError {
  override name = "ChatTemplateError";
}

/** What is needed of a tokenizer. */
export interface ChatTokenizer {
  /** The model's name, for errors. */
  name: string;
  /** Its template in Jinja, if it has one. */
  chatTemplate: string | null;
  bos: string | null;
  eos: string | null;
  /** The texts of all tokens, and their kinds. */
  tokens: readonly string[];
  kinds: readonly number[];
  /** The tokens of a plain text. */
  tokenize(text: string): number[];
}

/**
 * Writes conversations as the template of a GGUF file has it. Only what the template itself writes can become a special token: texts of
 * special tokens inside the messages stay plain, so that no message can open or close a turn.
 */
export class ChatTemplate {
  readonly #tokenizer: ChatTokenizer;
  readonly #template: Template;
  readonly #special: Map<string, number>;
  readonly #split: RegExp;

  constructor(tokenizer: ChatTokenizer) {
    this.#tokenizer = tokenizer;
    this.#special = new Map(
      tokenizer.tokens.flatMap((text, i): [string, number][] =>
        SPECIAL_KINDS.includes(tokenizer.kinds[i]) ? [[text, i]] : []
      ),
    );
    const longestFirst = [...this.#special.keys()].filter((text) => text !== "").toSorted((a, b) =>
      b.length - a.length
    );
    this.#split = new RegExp(`(${longestFirst.map(RegExp.escape).join("|") || "(?!)"})`, "u");
    if (
      tokenizer.chatTemplate === null &&
      !["<|im_start|>", "<|im_end|>"].every((text) => this.#special.has(text))
    ) {
      throw new ChatTemplateError(
        `Cannot write a chat prompt as ${tokenizer.name} has no chat template and does not know ChatML's <|im_start|> and <|im_end|>`,
      );
    }
    this.#template = new Template(tokenizer.chatTemplate ?? CHATML);
  }

  /**
   * The tokens of a conversation, ready for the assistant's turn.
   *
   * @throws {ChatTemplateError} If the template refuses the conversation, with its reason.
   */
  tokens(messages: readonly Message[]): number[] {
    const { bos, eos, name } = this.#tokenizer;
    const marked = messages.map(({ role, content }, i) => ({
      role,
      content: content === "" ? "" : `${EDGE}\uE000${i}\uE001${EDGE}`,
    }));
    let text: string;
    try {
      text = this.#template.render({
        messages: marked,
        add_generation_prompt: true,
        bos_token: bos ?? "",
        eos_token: eos ?? "",
      });
    } catch (error) {
      throw new ChatTemplateError(
        `Cannot write a chat prompt as the template of ${name} refuses it: ${(error as Error).message}`,
        { cause: error },
      );
    }
    return this.#encode(text, messages);
  }

  #encode(text: string, messages: readonly Message[]): number[] {
    const tokens: number[] = [];
    let plain = "";
    const flush = () => {
      if (plain !== "") tokens.push(...this.#tokenizer.tokenize(plain));
      plain = "";
    };
    // Text of the template and, from the first match on, edge, number and edge in turn.
    const parts = text.split(PLACE);
    for (let at = 0; at < parts.length; at += 4) {
      for (const piece of parts[at].split(this.#split)) {
        const special = this.#special.get(piece);
        if (special === undefined) plain += piece;
        else {
          flush();
          tokens.push(special);
        }
      }
      if (at + 3 >= parts.length) break;
      let { content } = messages[Number(parts[at + 2])];
      // A template that takes white space off its texts has taken our edges.
      if (parts[at + 1] === "") content = content.trimStart();
      if (parts[at + 3] === "") content = content.trimEnd();
      plain += content;
    }
    flush();
    return tokens;
  }
}
