import { ofKind, oneOf } from "../../base/mod.ts";
import type { ChatModel, ChatRequest, Completion, LanguageModel } from "../../llm/mod.ts";

/** How a model's chat template writes turns, up to where a user would begin to write. */
export interface ChatTurns {
  /** What opens the user's turn, such as `<|im_start|>user\n`. */
  user: string;
  /** What closes a turn, such as `<|im_end|>`. */
  end: string;
  /** What stands before and behind a system prompt. @default {the template has none} */
  system?: readonly [before: string, behind: string] | undefined;
}

/** Templates by name. A server puts the text's first token before them itself. */
export const templates = {
  chatml: {
    user: "<|im_start|>user\n",
    end: "<|im_end|>",
    system: ["<|im_start|>system\n", "<|im_end|>\n"],
  },
  llama3: {
    user: "<|start_header_id|>user<|end_header_id|>\n\n",
    end: "<|eot_id|>",
    system: ["<|start_header_id|>system<|end_header_id|>\n\n", "<|eot_id|>"],
  },
} satisfies Record<string, ChatTurns>;

/** The turns that a name, or a template of one's own, means. */
export function turnsOf(cannot: string, template: keyof typeof templates | ChatTurns): ChatTurns {
  if (typeof template === "string") {
    oneOf(cannot, { template }, templates);
    return templates[template];
  }
  ofKind(cannot, { template }, "an object with user, end");
  ofKind(cannot, { "the template's user": template.user, "the template's end": template.end }, "a text");
  return template;
}

/**
 * A model that goes on with a conversation whose last turn is an empty one of the user: it writes that turn, by a completion of what the template
 * has up to there. Other conversations it answers as ever.
 */
export function withEmptyTurns(model: LanguageModel, turns: ChatTurns): ChatModel {
  return {
    name: model.name,
    async chat<T>(request: ChatRequest<T>): Promise<Completion<T>> {
      const { messages, maxTokens, temperature, topP, seed, signal, maxRetries, onSend } = request;
      const last = messages.at(-1)!;
      if (last.role !== "user" || last.content !== "") return await model.chat(request);
      const [before, behind] = turns.system ?? ["", ""];
      const opening = messages.slice(0, -1).map(({ content }) => `${before}${content}${behind}`).join("");
      const prompt = `${opening}${turns.user}`;
      const sampling = { maxTokens, temperature, topP, seed, signal, maxRetries, onSend };
      try {
        return await model.complete({ prompt, stop: [turns.end], ...sampling }) as Completion<T>;
      } catch (error) {
        const { name, status } = error as { name?: string; status?: number };
        if (name !== "RequestError" || !status || ![400, 404, 405, 422, 501].includes(status)) throw error;
        // Of any other class than the door's own it ends the run.
        throw new TypeError(
          `its endpoint only chats, and an empty turn is gone on with by /completions, as vLLM, SGLang and llama.cpp have it; it said "${
            (error as Error).message
          }"`,
        );
      }
    },
  };
}
