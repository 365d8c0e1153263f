// deno-lint-ignore-file camelcase -- the API's names
import type { EmbeddedModel } from "./embedded.ts";
import type { TokenScore } from "./_token_score.ts";

/** A token with its log-probability. */
interface Entry {
  token: string;
  logprob: number;
  bytes: number[];
}

/** The same with the most probable ones in its place. */
export interface ChatLogprob extends Entry {
  top_logprobs: Entry[];
}

/** Parallel lists, one entry a token. */
export interface CompletionLogprobs {
  tokens: string[];
  token_logprobs: (number | null)[];
  top_logprobs: (Record<string, number> | null)[];
  text_offset: number[];
}

/** The chat route's shape: one entry a token, with its alternatives. */
export function chatLogprobs(model: EmbeddedModel, tokens: number[], scores: TokenScore[]): ChatLogprob[] {
  const entry = (token: number, logprob: number) => {
    const text = model.detokenize([token], true);
    return { token: text, logprob, bytes: [...new TextEncoder().encode(text)] };
  };
  return tokens.map((token, i) => ({
    ...entry(token, scores[i].logprob),
    top_logprobs: scores[i].top.map(([other, logprob]) => entry(other, logprob)),
  }));
}

/**
 * The legacy shape: parallel lists; offsets count UTF-16 units, and a token inside a character starts where it does.
 *
 * @param asIds Name tokens by their ids (`token_id:7`), as vLLM does when asked: parts of characters have no text of their own.
 */
export function completionLogprobs(
  model: EmbeddedModel,
  tokens: number[],
  scores: (TokenScore | null)[],
  asIds: boolean,
): CompletionLogprobs {
  const text_offset: number[] = [];
  let offset = 0;
  let pending: number[] = [];
  for (const token of tokens) {
    text_offset.push(offset);
    pending.push(token);
    const text = model.detokenize(pending, true);
    if (text.endsWith("\uFFFD") && pending.length < 4) continue;
    offset += text.length;
    pending = [];
  }
  const name = (token: number) => asIds ? `token_id:${token}` : model.detokenize([token], true);
  return {
    tokens: tokens.map(name),
    token_logprobs: scores.map((score) => score && score.logprob),
    top_logprobs: scores.map((score, i) =>
      score &&
      Object.fromEntries(
        [...score.top].reverse().map(([token, logprob]) => [name(token), logprob]).concat([[
          name(tokens[i]),
          score.logprob,
        ]]),
      )
    ),
    text_offset,
  };
}
